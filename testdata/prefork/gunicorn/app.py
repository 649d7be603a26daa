"""Prices of an upstream as a WSGI application: a limit on the whole call, and errors that say whose they are (RFC 9457)."""
import encodings.idna  # noqa: F401; the first call reads it otherwise, when there may be no descriptor left for a file
import http.client
import json
import os
import time
from urllib.parse import urlsplit

PRICES = urlsplit(os.environ["PRICES_URL"])
LIMIT = 2.4  # seconds for a call of the upstream, all in all
LARGEST = 1 << 20


class Trouble(Exception):
    def __init__(self, status, title, **header):
        self.status, self.title, self.header = status, title, header


def fetch(path):
    end = time.monotonic() + LIMIT
    call = http.client.HTTPConnection(PRICES.hostname, PRICES.port, timeout=LIMIT)
    try:
        call.request("GET", path, headers={"Connection": "close"})
        socket = call.sock
        socket.settimeout(max(0.01, end - time.monotonic()))
        answer, body = call.getresponse(), b""
        while part := answer.read1(4096):
            body += part
            if len(body) > LARGEST:
                raise Trouble(502, "The prices are too long.")
            if time.monotonic() > end:
                raise TimeoutError
            socket.settimeout(max(0.01, end - time.monotonic()))
        if answer.length:
            raise Trouble(502, "The prices are not whole.")
        if answer.status != 200:
            raise Trouble(503 if answer.status in (429, 503) else 502, "The prices are not to be had.")
        price = json.loads(body)["price"]
        if not isinstance(price, (int, float)):
            raise Trouble(502, "The prices make no sense.")
        return price
    except TimeoutError:
        raise Trouble(504, "The prices take too long.") from None
    except OSError:
        raise Trouble(503, "The prices are out of reach.", **{"Retry-After": "1"}) from None
    except (http.client.HTTPException, ValueError, TypeError, KeyError):
        raise Trouble(502, "The prices make no sense.") from None
    finally:
        call.close()


def answer(method, path):
    if path not in ("/livez", "/prices/1"):
        raise Trouble(404, "There is no such thing.")
    if method not in ("GET", "HEAD"):
        raise Trouble(405, "This is to be read only.", Allow="GET, HEAD")
    return {"alive": True} if path == "/livez" else {"sku": "1", "price": fetch("/1")}


def application(environ, start_response):
    try:
        status, header, content = 200, {"Content-Type": "application/json"}, answer(environ["REQUEST_METHOD"], environ["PATH_INFO"])
    except Trouble as t:
        environ["wsgi.errors"].write(f"{t.status} {t.title}\n")
        status, header = t.status, {"Content-Type": "application/problem+json", **t.header}
        content = {"type": "about:blank", "status": t.status, "title": t.title}
    body = json.dumps(content).encode()
    header["Content-Length"] = str(len(body))
    start_response(f"{status} {http.client.responses[status]}", list(header.items()))
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]
