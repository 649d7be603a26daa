"""Moves coins between two purses in one transaction. BUG=1: when the second statement fails, nobody ends what the first began."""
import json
import os
import select
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import psycopg2.errors
from psycopg2 import extensions

if not os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
    sys.exit("DATABASE_URL is wanted, as postgres://...")


BUG = os.environ.get("BUG") == "1"
LIMIT = 1.0  # seconds for a connection and its statement


class Busy(Exception):
    """The only connection is in use for longer than one likes to wait."""


class Late(Exception):
    """The server takes longer than LIMIT."""


class One:
    """A pool of one connection."""

    def __init__(self, dsn):
        self.dsn, self.lock, self.conn, self.until = dsn, threading.Lock(), None, 0

    def begin(self):
        """Takes the connection for one piece of work, in LIMIT seconds."""
        if not self.lock.acquire(timeout=0.6):
            raise Busy()
        self.until = time.monotonic() + LIMIT
        try:
            if self.conn is None or self.conn.closed:
                self.conn = psycopg2.connect(self.dsn)
            return self.conn
        except BaseException:
            self.lock.release()
            raise

    def end(self, good):
        """Gives the connection back; after an error it is not used again."""
        try:
            if not good and self.conn is not None and (not BUG or self.conn.closed):
                self.conn.close()
        finally:
            self.lock.release()

    def wait(self, conn):
        """Waits for the server for psycopg2, also while it connects."""
        while (state := conn.poll()) != extensions.POLL_OK:
            reads = [conn.fileno()] if state == extensions.POLL_READ else []
            writes = [] if reads else [conn.fileno()]
            if not any(select.select(reads, writes, [], max(0, self.until - time.monotonic()))):
                raise Late()


def move():
    """One coin from purse 1 to purse 2."""
    conn, good = pool.begin(), False
    try:
        with conn.cursor() as cur:
            cur.execute("update purses set coins = coins - 1 where id = 1")
            cur.execute("update purses set coins = coins + 1 where id = 2")
        conn.commit()
        good = True
    finally:
        pool.end(good)


def purses():
    conn, good = pool.begin(), False
    try:
        with conn.cursor() as cur:
            cur.execute("select id, coins from purses order by id")
            found = [{"id": i, "coins": c} for i, c in cur.fetchall()]
        conn.rollback()
        good = True
        return found
    finally:
        pool.end(good)


pool = One(os.environ["DATABASE_URL"])
extensions.set_wait_callback(pool.wait)


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/livez", "/readyz"):
            return self.say(200, {"status": "up"})
        if self.path != "/purses":
            return self.say(404, {"error": "nothing is here"})
        self.attempt(lambda: self.say(200, {"purses": purses()}))

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/moves":
            return self.say(404, {"error": "nothing is here"})
        self.attempt(lambda: (move(), self.say(200, {"moved": 1})))

    def attempt(self, work):
        try:
            work()
        except psycopg2.IntegrityError as e:
            taken = isinstance(e, psycopg2.errors.UniqueViolation)
            self.say(409 if taken else 422, {"error": "the purses do not allow that"})
        except (psycopg2.Error, Busy, Late) as e:
            print(json.dumps({"level": "error", "msg": "purses", "cause": repr(e)}), flush=True)
            self.say(503, {"error": "the purses are closed for a moment"}, {"Retry-After": "1"})

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
