"""Logs people in: a password hash that costs 150 ms of processor on purpose, and a profile from another service."""
import hashlib
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

PROFILES = urlsplit(os.environ.get("PROFILES_URL", ""))
if PROFILES.scheme != "http" or not PROFILES.hostname:
    sys.exit("PROFILES_URL is wanted, as http://HOST:PORT")
SALT, ROUNDS = b"orchard", int(os.environ.get("ROUNDS", "150000"))


def digest(password):
    return hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, ROUNDS).hex()


KNOWN = {"ada": digest("correct horse")}


class Trouble(Exception):
    def __init__(self, status, title):
        self.status, self.title = status, title


def profile(name):
    """One call in 400 ms at most, from the first packet to the last."""
    until = time.monotonic() + 0.4
    conn = http.client.HTTPConnection(PROFILES.hostname, PROFILES.port, timeout=0.4)
    watch = threading.Timer(0.4, lambda: conn.sock and conn.sock.shutdown(socket.SHUT_RDWR))
    watch.start()
    try:
        conn.request("GET", "/profiles/" + name)
        answer = conn.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Trouble(502, "the profile service does not answer well")
        found = json.loads(body)
        if not isinstance(found, dict) or not isinstance(found.get("name"), str):
            raise Trouble(502, "the profile service does not answer well")
        return found["name"]
    except (OSError, http.client.HTTPException, ValueError) as e:
        if time.monotonic() >= until or isinstance(e, TimeoutError):
            raise Trouble(504, "the profile service is too slow") from e
        if isinstance(e, OSError):
            raise Trouble(503, "the profile service is not reached") from e
        raise Trouble(502, "the profile service does not answer well") from e
    finally:
        watch.cancel()
        conn.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self):
        self.say(200, {"status": "up"}) if self.path == "/readyz" else self.say(404, trouble(404, "no such thing"))

    def do_POST(self):
        if self.path != "/login":
            return self.say(404, trouble(404, "no such thing"))
        try:
            sizes = self.headers.get_all("Content-Length", ["0"])
            if len(sizes) != 1 or not sizes[0].isdigit():
                self.close_connection = True
                return self.say(400, trouble(400, "one length is wanted"))
            size = int(sizes[0])
            asked = json.loads(self.rfile.read(size))
            name, password = asked["name"], asked["password"]
            if not isinstance(name, str) or not isinstance(password, str):
                raise ValueError("not text")
        except (ValueError, KeyError, TypeError):
            return self.say(400, trouble(400, "name and password are wanted, as JSON"))
        if digest(password) != KNOWN.get(name):
            return self.say(401, trouble(401, "wrong name or password"))
        try:
            return self.say(200, {"welcome": profile(name)})
        except Trouble as t:
            print(json.dumps({"level": "error", "msg": t.title, "cause": repr(t.__cause__)}), flush=True)
            return self.say(t.status, trouble(t.status, t.title))

    def say(self, status, body):
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        if status == 503:
            self.send_header("Retry-After", "1")
        if status == 401:
            self.send_header("WWW-Authenticate", 'Form realm="login"')
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


def trouble(status, title):
    return {"type": "about:blank", "status": status, "title": title}


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
sys.exit(0)
