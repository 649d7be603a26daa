"""A phone book that asks its database every 200 ms how it is: after two bad answers it is not ready, after a good one it is again."""
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

DSN = os.environ.get("DATABASE_URL", "")
if not DSN.startswith(("postgres://", "postgresql://")):
    sys.exit("DATABASE_URL is wanted, as postgres://...")
LIMIT, EVERY, BAD = 0.8, 0.2, 2  # seconds for a request or probe, seconds between probes, how many bad ones
mine, stopping = threading.local(), threading.Event()


def wait(conn):
    """Waits for the server for psycopg2, no longer than this thread has left."""
    while (state := conn.poll()) != extensions.POLL_OK:
        reads = [conn.fileno()] if state == extensions.POLL_READ else []
        writes = [] if reads else [conn.fileno()]
        if not any(select.select(reads, writes, [], max(0, mine.until - time.monotonic()))):
            raise TimeoutError("the database is too slow")


extensions.set_wait_callback(wait)


def rows(sql):
    mine.until = time.monotonic() + LIMIT
    conn = psycopg2.connect(DSN)
    try:
        with conn.cursor() as cur:
            cur.execute(sql)
            return cur.fetchall()
    finally:
        conn.close()


class Health:
    """What the last probes said."""

    bad = BAD  # not ready before the first good probe

    def watch(self):
        while True:
            try:
                rows("select 1")
                self.bad = 0
            except Exception as e:  # whatever it is, it is a bad probe
                self.bad += 1
                print(json.dumps({"level": "warn", "msg": "probe", "cause": repr(e)}), flush=True)
            if stopping.wait(EVERY):
                return

    def ready(self):
        return self.bad < BAD and not stopping.is_set()


health = Health()


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path == "/livez":
            return self.say(200, {"ok": True})
        if self.path == "/readyz":
            return self.say(200, {"ready": True}) if health.ready() else self.say(503, {"error": "not ready"}, {"Retry-After": "1"})
        if self.path != "/people":
            return self.say(404, {"error": "nothing is here"})
        try:
            self.say(200, {"people": [{"name": n, "number": p} for n, p in rows("select name, number from people order by name")]})
        except (psycopg2.Error, TimeoutError) as e:
            print(json.dumps({"level": "error", "msg": "phone book", "cause": repr(e)}), flush=True)
            self.say(503, {"error": "the phone book is closed for a moment"}, {"Retry-After": "1"})

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
signal.signal(signal.SIGTERM, lambda *_: (stopping.set(), threading.Thread(target=server.shutdown).start()))
threading.Thread(target=health.watch, daemon=True).start()
server.serve_forever()
server.server_close()
