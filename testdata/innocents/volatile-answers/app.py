"""A report whose answers never look the same: how long it took, how many were made, when, under which id, a cursor, tags in no order."""
import base64
import datetime
import http.client
import itertools
import json
import os
import random
import secrets
import signal
import socket
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SALES = urlsplit(os.environ.get("SALES_URL", ""))
if SALES.scheme != "http" or not SALES.hostname:
    sys.exit("SALES_URL is wanted, as http://HOST:PORT")
LIMIT, BIGGEST = 0.8, 1 << 16  # seconds for one call, bytes of its answer
served = itertools.count(1)


class Trouble(Exception):
    def __init__(self, status, text):
        self.status, self.text = status, text


def ask(path):
    """One call in LIMIT seconds at most, from the first packet to the last."""
    until = time.monotonic() + LIMIT
    conn = http.client.HTTPConnection(SALES.hostname, SALES.port, timeout=LIMIT)
    watch = threading.Timer(LIMIT, lambda: conn.sock and conn.sock.shutdown(socket.SHUT_RDWR))
    watch.start()
    try:
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
    began = time.perf_counter()
    found = ask("/sales/today")
    if not isinstance(found, dict) or type(found.get("total")) is not int or not isinstance(found.get("shops"), list) or not found["shops"]:
        raise Trouble(502, "sales figures make no sense")
    if not all(isinstance(shop, str) for shop in found["shops"]):
        raise Trouble(502, "sales figures make no sense")
    return {
        "id": str(uuid.uuid4()), "number": next(served), "made_at": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "took_ms": round((time.perf_counter() - began) * 1000, 3), "total": found["total"],
        "shops": random.sample(found["shops"], len(found["shops"])),
        "next": base64.urlsafe_b64encode(secrets.token_bytes(18)).decode(),
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/readyz", "/livez"):
            return self.say(200, {"status": "up"})
        if self.path == "/status":
            return self.say(200, {"uptime_s": time.monotonic(), "load": random.random(), "seen": next(served)})
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
        for name, value in {"Content-Type": "application/json", "Content-Length": len(raw), "X-Request-Id": uuid.uuid4(), "Cache-Control": "no-store"}.items():
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
