"""A guest book on one database connection: it is waited for a little, tested by its error, and made anew when it is lost."""
import json
import os
import select
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
from psycopg2 import extensions

if not os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
    sys.exit("DATABASE_URL is wanted, as postgres://...")


LIMIT = 1.0  # seconds for a connection and its statement


class Busy(Exception):
    """The only connection is in use for longer than one likes to wait."""


class Late(Exception):
    """The server takes longer than LIMIT."""


class One:
    """A pool of one connection."""

    def __init__(self, dsn):
        self.dsn, self.lock, self.conn, self.until = dsn, threading.Lock(), None, 0

    def run(self, sql):
        if not self.lock.acquire(timeout=0.6):
            raise Busy()
        try:
            self.until = time.monotonic() + LIMIT
            if self.conn is None or self.conn.closed:
                self.conn = psycopg2.connect(self.dsn)
                self.conn.autocommit = True
            with self.conn.cursor() as cur:
                cur.execute(sql)
                return cur.fetchall()
        except Exception:
            if self.conn is not None:
                self.conn.close()  # whatever it was, the next begins afresh
            raise
        finally:
            self.lock.release()

    def wait(self, conn):
        """Waits for the server for psycopg2, also while it connects."""
        while (state := conn.poll()) != extensions.POLL_OK:
            reads = [conn.fileno()] if state == extensions.POLL_READ else []
            writes = [] if reads else [conn.fileno()]
            if not any(select.select(reads, writes, [], max(0, self.until - time.monotonic()))):
                raise Late()


pool = One(os.environ["DATABASE_URL"])
extensions.set_wait_callback(pool.wait)


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/livez", "/readyz"):
            return self.say(200, {"status": "up"})
        if self.path not in ("/guests", "/guests/count"):
            return self.say(404, {"error": "nothing is here"})
        try:
            if self.path == "/guests":
                return self.say(200, {"guests": [{"id": i, "name": n} for i, n in pool.run("select id, name from guests order by id")]})
            return self.say(200, {"count": pool.run("select count(*) from guests")[0][0]})
        except (psycopg2.Error, Busy, Late) as e:
            print(json.dumps({"level": "error", "msg": "guest book", "cause": repr(e)}), flush=True)
            self.say(503, {"error": "the guest book is closed for a moment"}, {"Retry-After": "1"})

    def say(self, status, body, more=()):
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **dict(more)}.items():
            self.send_header(name, value)
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
