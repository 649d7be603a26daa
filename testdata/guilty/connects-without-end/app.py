"""Sales figures of today. BUG=1: a call has LIMIT seconds from the moment at which it is connected; connecting has no limit."""
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SALES = urlsplit(os.environ.get("SALES_URL", ""))
if SALES.scheme != "http" or not SALES.hostname:
    sys.exit("SALES_URL is wanted, as http://HOST:PORT")
LIMIT, BIGGEST = 0.8, 1 << 16  # seconds for one call, bytes of its answer


class Trouble(Exception):
    def __init__(self, status, text):
        self.status, self.text = status, text


def ask(path):
    """One call in LIMIT seconds at most, from the first packet to the last."""
    until = time.monotonic() + LIMIT
    conn = http.client.HTTPConnection(SALES.hostname, SALES.port, timeout=None if os.environ.get("BUG") == "1" else LIMIT)
    watch = threading.Timer(LIMIT, lambda: conn.sock and conn.sock.shutdown(socket.SHUT_RDWR))
    watch.start()
    try:
        conn.connect()
        conn.sock.settimeout(LIMIT)
        conn.request("GET", path, headers={"Accept": "application/json"})
        answer = conn.getresponse()
        body = answer.read(BIGGEST + 1)
        if answer.status != 200 or len(body) > BIGGEST or answer.length:
            raise ValueError(f"status {answer.status}, {len(body)} bytes")
        return json.loads(body)
    except (OSError, http.client.HTTPException, ValueError) as e:
        if time.monotonic() >= until or isinstance(e, TimeoutError):
            raise Trouble(504, "sales figures are late") from e
        raise Trouble(502, "sales figures are not to be had") from e
    finally:
        watch.cancel()
        conn.close()


def report():
    found = ask("/sales/today")
    if not isinstance(found, dict) or type(found.get("total")) is not int or not isinstance(found.get("shops"), list) or not found["shops"]:
        raise Trouble(502, "sales figures make no sense")
    if not all(isinstance(shop, str) for shop in found["shops"]):
        raise Trouble(502, "sales figures make no sense")
    return {"total": found["total"], "shops": found["shops"]}


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/readyz", "/livez"):
            return self.say(200, {"ok": True})
        if self.path != "/report":
            return self.say(404, {"error": "nothing is here"})
        try:
            self.say(200, report())
        except Trouble as t:
            print(json.dumps({"level": "error", "msg": t.text, "cause": repr(t.__cause__)}), flush=True)
            self.say(t.status, {"error": t.text})

    def say(self, status, body):
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(raw), "Cache-Control": "no-store"}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(raw)

    def send_error(self, code, *_):  # what http.server refuses by itself
        self.request_version, self.close_connection = self.protocol_version, True
        self.say(code, {"error": "this request makes no sense"})

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
