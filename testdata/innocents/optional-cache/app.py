"""A dictionary over an upstream, with a Redis that it can do without: a cache in trouble is skipped after 300 ms."""
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

WORDS = urlsplit(os.environ.get("WORDS_URL", ""))
if WORDS.scheme != "http" or not WORDS.hostname:
    sys.exit("WORDS_URL is wanted, as http://HOST:PORT")
CACHE = os.environ.get("CACHE_ADDR", "").rpartition(":")
if not CACHE[0] or not CACHE[2].isdigit():
    sys.exit("CACHE_ADDR is wanted, as HOST:PORT")
LIMIT, CACHE_LIMIT, BIGGEST = 0.8, 0.3, 1 << 16  # seconds for the upstream and for the cache, bytes of an answer


def log(msg, cause):
    print(json.dumps({"level": "warn", "msg": msg, "cause": repr(cause)}), flush=True)


def redis(*words):
    """One command on a connection of its own; the text of a bulk or status reply, or None."""
    until = time.monotonic() + CACHE_LIMIT
    with socket.create_connection((CACHE[0], int(CACHE[2])), timeout=CACHE_LIMIT) as s:
        s.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
        got = b""
        while True:
            head, line, rest = got.partition(b"\r\n")
            if line and head[:1] == b"+" or head == b"$-1":
                return None
            if line and (head[:1] != b"$" or not head[1:].isdigit()):
                raise OSError("the cache says what it should not")
            if line and len(rest) >= int(head[1:]) + 2:
                return rest[: int(head[1:])]
            s.settimeout(max(0.001, until - time.monotonic()))
            part = s.recv(4096)
            if not part or len(got) > BIGGEST:
                raise OSError("the cache does not answer to the end")
            got += part


def meaning(raw):
    found = json.loads(raw)
    if not isinstance(found, dict) or not isinstance(found.get("meaning"), str):
        raise ValueError("no meaning")
    return found["meaning"]


def look_up():
    until = time.monotonic() + LIMIT
    conn = http.client.HTTPConnection(WORDS.hostname, WORDS.port, timeout=LIMIT)
    watch = threading.Timer(LIMIT, lambda: conn.sock and conn.sock.shutdown(socket.SHUT_RDWR))
    watch.start()
    try:
        conn.request("GET", "/words/gate")
        answer = conn.getresponse()
        body = answer.read(BIGGEST + 1)
        if answer.status != 200 or len(body) > BIGGEST or answer.length:
            raise ValueError(f"status {answer.status}")
        return 200, {"word": "gate", "meaning": meaning(body)}
    except (OSError, http.client.HTTPException, ValueError) as e:
        log("words", e)
        late = time.monotonic() >= until or isinstance(e, TimeoutError)
        return (504, {"error": "words are late"}) if late else (502, {"error": "words are not to be had"})
    finally:
        watch.cancel()
        conn.close()


def word():
    """Says what a word means; how often it was asked for is counted in the cache, if it is there."""
    status, body = look_up()
    if status == 200:
        try:
            redis(b"SET", b"last", b"gate")
            redis(b"GET", b"last")
        except OSError as e:
            log("cache", e)
    return status, body


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/livez", "/readyz"):
            return self.say(200, {"ok": True})
        self.say(*(word() if self.path == "/words/gate" else (404, {"error": "nothing is here"})))

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
