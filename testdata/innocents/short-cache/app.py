"""Tides, kept for 150 ms: after that they are asked for anew, and an error is an error."""
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

TIDES = urlsplit(os.environ.get("TIDES_URL", ""))
if TIDES.scheme != "http" or not TIDES.hostname:
    sys.exit("TIDES_URL is wanted, as http://HOST:PORT")
LIMIT, BIGGEST, TTL = 0.8, 1 << 16, 0.15  # seconds for one call, bytes of its answer, seconds that it is kept
lock, kept = threading.Lock(), (0, None)  # until when, what


class Trouble(Exception):
    def __init__(self, status, text):
        self.status, self.text = status, text


def ask():
    until = time.monotonic() + LIMIT
    conn = http.client.HTTPConnection(TIDES.hostname, TIDES.port, timeout=LIMIT)
    watch = threading.Timer(LIMIT, lambda: conn.sock and conn.sock.shutdown(socket.SHUT_RDWR))
    watch.start()
    try:
        conn.request("GET", "/tides")
        answer = conn.getresponse()
        body = answer.read(BIGGEST + 1)
        if answer.status != 200 or len(body) > BIGGEST or answer.length:
            raise ValueError(f"status {answer.status}")
        found = json.loads(body)
        if not isinstance(found, dict) or not isinstance(found.get("high"), str) or not isinstance(found.get("low"), str):
            raise ValueError("no tides")
        return {"high": found["high"], "low": found["low"]}
    except (OSError, http.client.HTTPException, ValueError) as e:
        if time.monotonic() >= until or isinstance(e, TimeoutError):
            raise Trouble(504, "the tides are late") from e
        raise Trouble(502, "the tides are not to be had") from e
    finally:
        watch.cancel()
        conn.close()


def tides():
    """The tides of now, or of TTL ago at most."""
    global kept
    with lock:
        until, what = kept
    if time.monotonic() < until:
        return what
    what = ask()
    with lock:
        kept = (time.monotonic() + TTL, what)
    return what


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/livez", "/readyz"):
            return self.say(200, {"ok": True})
        if self.path != "/tides":
            return self.say(404, {"error": "nothing is here"})
        try:
            self.say(200, tides())
        except Trouble as t:
            print(json.dumps({"level": "error", "msg": t.text, "cause": repr(t.__cause__)}), flush=True)
            self.say(t.status, {"error": t.text})

    def say(self, status, body):
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
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
