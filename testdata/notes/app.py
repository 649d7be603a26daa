"""Notes: a small service with one HTTP upstream that fails well. Python 3, standard library only."""
import json, os, re, secrets, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from quotes import BODY_LIMIT, Failure, quote

READ_LIMIT = 0.5  # seconds for a body to arrive
TEXTS = {400: "The request is malformed.", 404: "There is nothing at this address.", 405: "This resource does not support the method.",
         408: "The body did not arrive in time.", 413: "The body is too large.", 500: "Something went wrong on our side.",
         501: "This method is not supported.", 502: "A needed service gave no usable answer.",
         503: "The request cannot be served right now.", 504: "A needed service did not answer in time."}
TRACE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
stopping, idle, in_flight = threading.Event(), threading.Condition(), 0

def log(level, msg, **more):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    sys.stdout.write(json.dumps({"time": now, "level": level, "msg": msg, **more}) + "\n")
    sys.stdout.flush()

class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 10
    def log_message(self, *_): pass

    def route(self):
        """The answer to the request, or a Failure."""
        path = self.path.split("?")[0]
        length = self.headers.get("Content-Length") or "0"
        if "Transfer-Encoding" in self.headers or not re.fullmatch("[0-9]{1,18}", length): raise Failure(400, "malformed")
        if int(length) > BODY_LIMIT: raise Failure(413, "too_big")
        self.connection.settimeout(READ_LIMIT)
        try: self.rfile.read(int(length))  # no route wants it
        except TimeoutError: raise Failure(408, "too_slow")
        self.connection.settimeout(self.timeout)
        if path not in ("/notes/1", "/ping", "/livez", "/readyz"): raise Failure(404, "not_found")
        if self.command not in ("GET", "HEAD"): raise Failure(405, "method_not_allowed", headers={"Allow": "GET, HEAD"})
        if path == "/readyz" and stopping.is_set(): raise Failure(503, "stopping")
        if path == "/notes/1": return {"id": 1, "title": "Read me", "quote": quote(self.server.quotes, self.request_id, self.flags)}
        return {"status": "ok"}

    def answer(self, work):
        global in_flight
        started, cause, code, headers, status = time.monotonic(), "", "", {}, 200
        m = TRACE.fullmatch(getattr(self, "headers", None) and self.headers.get("traceparent", "") or "")
        self.request_id, self.flags = m.groups() if m else (secrets.token_hex(16), "00")
        with idle: in_flight += 1
        try:
            try: body = work()
            except Failure as f: status, code, cause, headers = f.status, f.code, f.cause, f.headers
            except Exception as e: status, code, cause = 500, "internal", repr(e)  # the last resort
            if code:
                body = {"error": {"code": code, "message": TEXTS.get(status, TEXTS[400]), "request_id": self.request_id}}
                if status == 503: headers.setdefault("Retry-After", 1)
            if status in (400, 408, 413, 414, 431, 501, 505) or stopping.is_set(): headers["Connection"] = "close"
            level = "ERROR" if status >= 500 else "WARN" if code else "INFO"
            log(level, "request", request_id=self.request_id, method=self.command or "", path=getattr(self, "path", "").split("?")[0][:200],
                status=status, duration_ms=round((time.monotonic() - started) * 1000, 3), **({"code": code, "cause": cause} if code else {}))
            text = json.dumps(body).encode()
            self.send_response_only(status)  # without the field Server, which names versions
            for name, value in {"Content-Type": "application/json", "Content-Length": len(text), "Cache-Control": "no-store",
                                "X-Request-Id": self.request_id, "Date": self.date_time_string(), **headers}.items(): self.send_header(name, str(value))
            self.end_headers()
            if self.command != "HEAD": self.wfile.write(text)
        except OSError: self.close_connection = True  # the client has left
        finally:
            with idle: in_flight -= 1; idle.notify_all()

    def do_GET(self): self.answer(self.route)
    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_GET

    def send_error(self, code, *_):  # what http.server finds wrong by itself
        self.request_version = self.protocol_version  # also for a line that is no request: never an HTTP/0.9 answer
        def refuse(): raise Failure(code, "method_unknown" if code == 501 else "malformed")
        self.answer(refuse)

class Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128
    def handle_error(self, *_): log("WARN", "connection lost", cause=repr(sys.exc_info()[1]))

def main():
    try: port, key = int(os.environ.get("PORT", "")), "PORT"
    except ValueError: port, key = 0, "PORT"
    try: quotes = urlsplit(os.environ.get("QUOTES_URL", "")); good = quotes.scheme in ("http", "https") and quotes.hostname and quotes.port != 0
    except ValueError: good = False
    if not 0 < port < 65536 or not good:
        log("ERROR", "settings rejected", key=key if not 0 < port < 65536 else "QUOTES_URL", cause="is missing or malformed")
        return 1
    try: server = Server((os.environ.get("HOST", "127.0.0.1"), port), Handler)
    except OSError as e:
        log("ERROR", "settings rejected", key="PORT", cause=f"cannot be listened on: {e.strerror}")
        return 1
    server.quotes = quotes
    for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, lambda *_: stopping.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    log("INFO", "listening", port=port)
    stopping.wait()
    server.shutdown()
    with idle: idle.wait_for(lambda: in_flight == 0, timeout=2)
    log("INFO", "stopped")
    return 0

if __name__ == "__main__":
    sys.exit(main())
