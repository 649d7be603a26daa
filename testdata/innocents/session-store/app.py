"""An account behind sessions in PostgreSQL, with what others bought beside it. Without the sessions it refuses with 503, since nobody
can be told from another; without the tips there are none, and the answer says so."""
import http.client
import json
import os
import select
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import extensions

TIPS = urlsplit(os.environ.get("TIPS_URL", ""))
if not os.environ.get("SESSIONS_URL", "").startswith(("postgres://", "postgresql://")):
    sys.exit("SESSIONS_URL is wanted, as postgres://...")
if TIPS.scheme != "http" or not TIPS.hostname:
    sys.exit("TIPS_URL is wanted, as http://HOST:PORT")
LIMIT, BIGGEST = 0.8, 1 << 16  # seconds for the sessions and for the tips each, bytes of an answer


class Away(Exception):
    """The sessions are not to be had."""


def wait(conn):
    """Waits for the server for psycopg2, also while it connects."""
    until = threads.until
    while (state := conn.poll()) != extensions.POLL_OK:
        reads = [conn.fileno()] if state == extensions.POLL_READ else []
        writes = [] if reads else [conn.fileno()]
        if not any(select.select(reads, writes, [], max(0, until - time.monotonic()))):
            raise psycopg2.OperationalError("late")


threads = threading.local()
extensions.set_wait_callback(wait)


def who(session):
    """Whose session it is, on a connection of its own; None when there is no such session."""
    threads.until, conn = time.monotonic() + LIMIT, None
    try:
        conn = psycopg2.connect(os.environ["SESSIONS_URL"])
        with conn.cursor() as cur:
            cur.execute("select owner from sessions where id = %s", (session,))
            found = cur.fetchone()
        if found is not None and not isinstance(found[0], str):
            raise Away("no owner")
        return found and found[0]
    except psycopg2.Error as e:
        raise Away(repr(e)) from e
    finally:
        if conn is not None:
            conn.close()


def tips():
    conn = http.client.HTTPConnection(TIPS.hostname, TIPS.port, timeout=LIMIT)
    watch = threading.Timer(LIMIT, lambda: conn.sock and conn.sock.shutdown(2))
    watch.start()
    try:
        conn.request("GET", "/tips")
        answer = conn.getresponse()
        body = answer.read(BIGGEST + 1)
        found = json.loads(body).get("tips") if answer.status == 200 and not answer.length else None
        if not isinstance(found, list) or not all(isinstance(t, str) for t in found):
            raise ValueError(f"status {answer.status}")
        return {"tips": found}
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as e:
        print(json.dumps({"level": "warn", "msg": "tips", "cause": repr(e)}), flush=True)
        return {"tips": None, "warning": "tips are left out"}
    finally:
        watch.cancel()
        conn.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/livez", "/readyz"):
            return self.say(200, {"ok": True})
        if self.path != "/account":
            return self.say(404, {"error": "nothing is here"})
        try:
            owner = who(self.headers.get("X-Session", ""))
        except Away as e:
            print(json.dumps({"level": "error", "msg": "sessions", "cause": repr(e)}), flush=True)
            return self.say(503, {"error": "nobody can log in for a moment"}, {"Retry-After": "5"})
        if owner is None:
            return self.say(401, {"error": "log in first"}, {"WWW-Authenticate": "Session"})
        self.say(200, {"owner": owner, **tips()})

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
