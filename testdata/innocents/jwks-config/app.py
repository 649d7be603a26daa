"""A vault of notes behind bearer tokens (HS256). The key is a JWK inside a JSON settings file; the pepper is generated when none is given."""
import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import signal
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def settings():
    with open(os.environ["SETTINGS"], encoding="utf-8") as f:
        s = json.load(f)
    keys = {k["kid"]: base64.urlsafe_b64decode(k["k"] + "==") for k in s["jwks"]["keys"] if k["kty"] == "oct"}
    if not keys or min(map(len, keys.values())) < 16 or not s["store"].startswith("http://"):
        raise ValueError("no key of 16 bytes, or no store")
    return keys, s["store"]


try:
    KEYS, STORE = settings()
except (OSError, KeyError, ValueError, TypeError, AttributeError, binascii.Error) as e:
    sys.exit(f"SETTINGS: {type(e).__name__}: the settings file cannot be used (jwks.keys, store)")
PEPPER = os.environ.get("PEPPER") or secrets.token_hex(16)
if not os.environ.get("PEPPER"):
    print("WARN PEPPER is not set: one was made up, it lasts until the next start", file=sys.stderr)


def unpack(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def allowed(header):
    try:
        head, body, sign = header.removeprefix("Bearer ").split(".")
        key = KEYS[json.loads(unpack(head))["kid"]]
        good = hmac.new(key, f"{head}.{body}".encode(), hashlib.sha256).digest()
        return hmac.compare_digest(good, unpack(sign)) and json.loads(unpack(body))["sub"] == "ann"
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def note():
    with urllib.request.urlopen(f"{STORE}/notes/1", timeout=0.8) as answer:
        found = json.loads(answer.read(1 << 16))
    return {"note": found["text"] + "", "seal": hmac.new(PEPPER.encode(), found["text"].encode(), hashlib.sha256).hexdigest()[:16]}


class Vault(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 6

    def do_GET(self):
        if self.path == "/health":
            return self.json(200, {"ok": True})
        if not allowed(self.headers.get("Authorization", "")):
            return self.json(401, {"error": "unauthorized"}, [("WWW-Authenticate", f'Bearer realm="http://{self.headers["Host"]}{self.path}"')])
        if self.path != "/notes/1":
            return self.json(404, {"error": "not found"})
        box = []
        work = threading.Thread(target=lambda: box.append(attempt()), daemon=True)
        work.start()
        work.join(1.0)
        self.json(*(box[0] if box else (504, {"error": "the store is slow"})))

    def json(self, status, body, more=()):
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in [("Content-Type", "application/json"), ("Content-Length", len(raw)), *more]:
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


def attempt():
    try:
        return 200, note()
    except TimeoutError as e:
        print("ERROR store", e, flush=True)
        return 504, {"error": "the store is slow"}
    except Exception as e:
        print("ERROR store", type(e).__name__, flush=True)
        return 502, {"error": "the store is not available"}


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Vault)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
