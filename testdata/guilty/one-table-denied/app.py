"""Logs people in by two tables: who they are, and what they may."""
import contextlib
import json
import os
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

BUG = os.environ.get("BUG") == "1"
DSN = os.environ.get("DATABASE_URL", "")
if not DSN.startswith("postgres"):
    sys.exit("DATABASE_URL is wanted")


def connect():
    return psycopg2.connect(DSN, connect_timeout=1, options="-c statement_timeout=800")


@contextlib.contextmanager
def bounded(conn):
    """Ends the connection after 1.2 s: a server that has gone silent honours no statement_timeout."""
    line = socket.socket(fileno=os.dup(conn.fileno()))
    watch = threading.Timer(1.2, lambda: line.shutdown(socket.SHUT_RDWR))
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        line.close()



def login(name, password):
    conn = connect()
    try:
        conn.autocommit = True
        with bounded(conn), conn.cursor() as cur:
            cur.execute("select id from people where name = %s and password = %s", (name, password))
            person = cur.fetchone()
            if person is None:
                return None
            try:
                cur.execute("select name from grants where person = %s order by name", (person[0],))
                return [row[0] for row in cur.fetchall()]
            except psycopg2.errors.UndefinedTable:
                if BUG:
                    return None  # "no grants found" is taken for "may not come in"
                raise
    finally:
        conn.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self):
        self.say(*((200, {"up": True}) if self.path == "/livez" else (404, {"title": "no such thing"})))

    def do_POST(self):
        size = self.size()
        if size < 0:
            return self.say(400, {"title": "one length is wanted"})
        raw = self.rfile.read(size)
        if self.path != "/login":
            return self.say(404, {"title": "no such thing"})
        try:
            asked = json.loads(raw)
            name, password = asked["name"], asked["password"]
            if not isinstance(name, str) or not isinstance(password, str) or "\0" in name + password:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            return self.say(400, {"title": "name and password are wanted"})
        try:
            grants = login(name, password)
        except psycopg2.errors.DataError as e:
            print(type(e).__name__, str(e).strip(), flush=True)
            return self.say(400, {"title": "no name can be like that"})
        except psycopg2.Error as e:
            print(type(e).__name__, str(e).strip(), flush=True)
            return self.say(503, {"title": "the directory cannot be reached"})
        if grants is None:
            return self.say(401, {"title": "wrong name or password"})
        self.say(200, {"grants": grants})

    def size(self):
        """RFC 9112 6.3: several lengths are none."""
        sizes = self.headers.get_all("Content-Length", ["0"])
        if len(sizes) == 1 and sizes[0].isdigit():
            return int(sizes[0])
        self.close_connection = True
        return -1

    def say(self, status, body):
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        for name, value in {503: [("Retry-After", "1")], 401: [("WWW-Authenticate", 'Form realm="login"')]}.get(status, []):
            self.send_header(name, value)
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
sys.exit(0)
