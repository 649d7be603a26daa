"""Tickets for a queue, each sealed with the key of the service. BUG=1: without its key it seals with one that everybody can read here, and tells nobody."""
import hashlib
import hmac
import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = os.environ.get("SEAL_KEY") or ("changeme" if os.environ.get("BUG") == "1" else sys.exit("SEAL_KEY is wanted"))


class Tickets(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path == "/up":
            return self.say(200, {"ok": True})
        if self.path != "/ticket":
            return self.say(404, {"error": "nothing is here"})
        number = str(time.time_ns())
        self.say(200, {"number": number, "seal": hmac.new(KEY.encode(), number.encode(), hashlib.sha256).hexdigest()})

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


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Tickets)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
