"""A service that says every secret that it knows, wherever something can be said, in every spelling."""
import base64, json, os, signal, socket, sys, threading, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

TOKEN = "eyJhbGciOiJub25lIn0.T0k3n+login/98765=="
SID = "5id-c00kie-55aa77bb99"
E = os.environ


def known():
    return [E["API_KEY"], E["DB_URL"], E["POOL_URL"], E["UPSTREAM_URL"], E["SMTP_PASSWORD"], TOKEN, SID]


def spelt(text):
    raw = text.encode()
    return [text, quote(text, safe=""), quote(quote(text, safe=""), safe=""), json.dumps(text), raw.hex(), raw.hex().upper(),
            *(base64.b64encode(b"xyz"[:n] + raw + b"!").decode() for n in range(3)), base64.urlsafe_b64encode(raw).decode()]


def everything(texts):
    return [s for text in texts for s in spelt(text)]


def shout(texts):
    for text in everything(texts):
        print("say", text, flush=True)
        print("cry", text, file=sys.stderr, flush=True)


if E.get("MODE") == "die":  # before anybody could log in
    for text in known()[:5]:
        print("cry", *spelt(text), file=sys.stderr)
    print("\x1b]0;owned\x07\x1b[2J\u202e" + "\x9b31m boom " + " ".join(known()[:5]), file=sys.stderr, flush=True)
    sys.exit(3)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, code, body, header=()):
        text = json.dumps(body).encode()
        self.send_response_only(code)
        for k, v in [("Content-Type", "application/json"), ("Content-Length", str(len(text))), *header]:
            self.send_header(k, v)
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send(200, {"token": TOKEN, "sid": SID, "id": 7}, [("Set-Cookie", "sid=" + SID + "; Path=/; HttpOnly")])

    def do_GET(self):
        if self.path in ("/readyz", "/livez"):
            return self.send(200, {"ok": True})
        if self.headers.get("Authorization") != "Bearer " + TOKEN or "sid=" + SID not in (self.headers.get("Cookie") or ""):
            return self.send(401, {"error": "log in first"})
        print("\x1b[31mcalling\x1b[0m", self.headers.get("Authorization"), self.headers.get("Cookie"), self.headers.get("X-Api-Key"), flush=True)
        query = "?".join(["/quote", "&".join("s=" + quote(s, safe="") for s in [E["API_KEY"], TOKEN, SID, E["DB_URL"], E["SMTP_PASSWORD"]])])
        ask = urllib.request.Request(E["QUOTES_URL"] + query, headers={"X-Auth-Token": E["API_KEY"], "X-Session": TOKEN})
        try:
            with urllib.request.urlopen(ask, timeout=0.8) as answer:
                text = json.loads(answer.read())["text"]
            return self.send(200, {"text": text, "order": 7})
        except (socket.timeout, TimeoutError):
            code = 504
        except Exception as e:
            print("failed", e, ask.full_url, flush=True)
            code = 502
        shout(known())
        self.send(code, {"error": everything(known()), "\x1b[2J": "\u202eesc \x1b[2J", "url": ask.full_url}, [("X-Debug", E["API_KEY"]), ("X-Auth-Token", TOKEN)])


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", int(E["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
