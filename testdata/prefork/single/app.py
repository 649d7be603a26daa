"""Prices of an upstream by one process with threads: what a system looks like that forks nobody."""
import http.client
import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PRICES = urlsplit(os.environ["PRICES_URL"])
LIMIT = 2.4  # seconds for each step of a call of the upstream
UNREACHABLE = (503, {"Retry-After": "1"}, "The prices are out of reach.")


def fetch(path):
    call = http.client.HTTPConnection(PRICES.hostname, PRICES.port, timeout=LIMIT)
    try:
        call.request("GET", path, headers={"Connection": "close"})
        answer = call.getresponse()
        price = json.loads(answer.read(1 << 20))["price"]
        if answer.status == 200 and isinstance(price, (int, float)):
            return 200, {}, {"sku": "1", "price": price}
        return 502, {}, "The prices make no sense."
    except TimeoutError:
        return 504, {}, "The prices take too long."
    except OSError:
        return UNREACHABLE
    except (http.client.HTTPException, ValueError, TypeError, KeyError):
        return 502, {}, "The prices make no sense."
    finally:
        call.close()


class Prices(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def answer(self):
        known = {"/livez": lambda: (200, {}, {"alive": True}), "/prices/1": lambda: fetch("/1")}
        if self.path not in known:
            return 404, {}, "There is no such thing."
        if self.command not in ("GET", "HEAD"):
            return 405, {"Allow": "GET, HEAD"}, "This is to be read only."
        return known[self.path]()

    def respond(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, header, content = self.answer()
        if status != 200:
            content = {"type": "about:blank", "status": status, "title": content}
        body = json.dumps(content).encode()
        self.send_response(status)
        header = {"Content-Type": "application/json" if status == 200 else "application/problem+json", **header}
        if stopping.is_set():
            header["Connection"] = "close"
        for name, value in {**header, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = respond


def stop(*_):
    stopping.set()
    threading.Thread(target=server.shutdown).start()


stopping = threading.Event()
ThreadingHTTPServer.daemon_threads = False
ThreadingHTTPServer.request_queue_size = 128
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Prices)
signal.signal(signal.SIGTERM, stop)
server.serve_forever(0.1)
server.server_close()  # waits for what has begun
