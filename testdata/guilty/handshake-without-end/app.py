"""Rates of another service, over TLS. BUG=1: only the connection and what comes after the handshake have a limit, and the handshake has none."""
import http.client
import json
import os
import signal
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BUG = os.environ.get("BUG") == "1"
RATES = urlsplit(os.environ.get("RATES_URL", ""))
if RATES.scheme != "https" or not RATES.hostname:
    sys.exit("RATES_URL is wanted, as https://HOST:PORT")
LIMIT, BIGGEST = 0.8, 1 << 16  # seconds for the rates, bytes of an answer
CONTEXT = ssl.create_default_context()  # it trusts what SSL_CERT_FILE names


class Away(Exception):
    """The rates are not to be had."""


class Connection(http.client.HTTPConnection):
    def connect(self):
        plain = socket.create_connection((self.host, self.port), LIMIT)
        self.sock = plain  # the watch may end it from now on
        if BUG:
            plain.settimeout(None)
        self.sock = CONTEXT.wrap_socket(plain, server_hostname=self.host)
        self.sock.settimeout(LIMIT)


def rates():
    conn, late = Connection(RATES.hostname, RATES.port), threading.Event()

    def end():
        late.set()
        if conn.sock and not (BUG and conn.sock.gettimeout() is None):
            conn.sock.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(LIMIT, end)
    watch.start()
    try:
        conn.request("GET", "/rates")
        answer = conn.getresponse()
        body = answer.read(BIGGEST + 1)
        found = json.loads(body).get("rates") if answer.status == 200 and not answer.length else None
        if not isinstance(found, dict) or not all(isinstance(r, float) for r in found.values()):
            raise ValueError(f"status {answer.status}")
        return found
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as e:
        raise Away(504 if late.is_set() or isinstance(e, TimeoutError) else 502, repr(e)) from e
    finally:
        watch.cancel()
        conn.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/livez", "/readyz"):
            return self.say(200, {"ok": True})
        if self.path != "/rates":
            return self.say(404, {"error": "nothing is here"})
        try:
            self.say(200, {"rates": rates()})
        except Away as e:
            status, cause = e.args
            print(json.dumps({"level": "error", "msg": "rates", "cause": cause}), flush=True)
            self.say(status, {"error": "there are no rates for a moment"})

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
