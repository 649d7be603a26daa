"""Thumbnails for several pictures in one answer: multipart/mixed, a part for each, fetched two at a time. All or nothing."""
import concurrent.futures
import http.client
import json
import logging
import os
import secrets
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PICTURES = os.environ.get("PICTURES_URL", "").rstrip("/")
if not PICTURES.startswith("http://"):
    sys.exit("PICTURES_URL is required")
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format='{"level":"%(levelname)s","message":"%(message)s"}')
LIMIT = 0.8
pool = concurrent.futures.ThreadPoolExecutor(32)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirect)


def fetch(number, until):
    with opener.open(f"{PICTURES}/pictures/{number}", timeout=LIMIT) as answer:
        raw = b""
        while part := answer.read1(8192):
            raw += part
            if len(raw) > 100_000:
                raise ValueError("too big")
            if time.monotonic() > until:
                raise TimeoutError
        if answer.length:
            raise ValueError("cut short")
    picture = json.loads(raw)
    return {"number": number, "caption": picture["caption"] + ""}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self):
        if self.path == "/health":
            return self.send(200, "text/plain", b"ok\n")
        if self.path != "/batch":
            return self.send(404, "text/plain", b"not found\n")
        jobs = [pool.submit(fetch, n, time.monotonic() + LIMIT) for n in (1, 2)]
        try:
            found = [job.result(LIMIT + 0.1) for job in jobs]
        except (TimeoutError, concurrent.futures.TimeoutError) as e:
            logging.error("pictures late %r", e)
            return self.send(504, "text/plain", b"the picture store takes too long\n")
        except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError, http.client.HTTPException) as e:
            logging.error("pictures failed %s", type(e).__name__)
            late = isinstance(getattr(e, "reason", None), TimeoutError)
            return self.send(504 if late else 502, "text/plain", b"the picture store is not available\n")
        mark = secrets.token_hex(12)
        body = "".join(f"--{mark}\r\nContent-Type: application/json\r\nContent-ID: <{f['number']}>\r\n\r\n{json.dumps(f)}\r\n" for f in found)
        self.send(200, f'multipart/mixed; boundary="{mark}"', (body + f"--{mark}--\r\n").encode())

    def send(self, status, kind, raw):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
