"""A joke service with a limiter and a session store in one Redis (raw RESP). The limiter fails open, the session store answers 503."""
import json
import os
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def address(name):
    host, _, port = os.environ.get(name, "").rpartition(":")
    return (host, int(port)) if host and port.isdigit() else sys.exit(f"{name} must be host:port")


LIMITER, SESSIONS = address("LIMITER_ADDR"), address("SESSIONS_ADDR")


def resp(at, *words, within=0.25):
    """One command, on a connection for it alone; an integer, bytes or None."""
    with socket.create_connection(at, timeout=within) as s:
        bell = threading.Timer(within, s.shutdown, [socket.SHUT_RDWR])
        bell.start()
        try:
            s.sendall(f"*{len(words)}\r\n".encode() + b"".join(f"${len(w)}\r\n{w}\r\n".encode() for w in words))
            f = s.makefile("rb")
            line = f.readline(256)
            if line[:1] == b":" and line.endswith(b"\r\n"):
                return int(line[1:])
            if line[:1] == b"$" and line.endswith(b"\r\n"):
                size = int(line[1:])
                if size < 0:
                    return None
                raw = f.read(min(size, 4096) + 2)
                if len(raw) == size + 2 and raw.endswith(b"\r\n"):
                    return raw[:-2]
            elif line == b"+OK\r\n":
                return b"OK"
            raise OSError(f"redis said {line[:1]!r}")
        finally:
            bell.cancel()


def log(level, what, e):
    print(json.dumps({"level": level, "what": what, "error": type(e).__name__}), flush=True)


def within_limit(client):
    try:
        return resp(LIMITER, "INCR", f"hits:{client}") < 100_000
    except (OSError, ValueError, TypeError) as e:
        log("warning", "limiter is away: let through", e)
        return True


class Jokes(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 6

    def do_GET(self):
        if self.path == "/healthz":
            return self.say(200, {"ok": True})
        if not within_limit(self.client_address[0]):
            return self.say(429, {"error": "slow down"}, {"Retry-After": "10"})
        if self.path == "/joke":
            return self.say(200, {"joke": "a horse walks into a bar"})
        if self.path != "/me":
            return self.say(404, {"error": "not found"})
        try:
            resp(SESSIONS, "SET", "session:s1", "ann")
            name = resp(SESSIONS, "GET", "session:s1")
        except (OSError, ValueError) as e:
            log("error", "sessions", e)
            return self.say(503, {"error": "sessions are not available"}, {"Retry-After": "2"})
        if name != b"ann":
            return self.say(401, {"error": "log in first"}, {"WWW-Authenticate": "Session"})
        self.say(200, {"name": "ann"})

    def say(self, status, body, more=()):
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(raw), **dict(more)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Jokes)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
