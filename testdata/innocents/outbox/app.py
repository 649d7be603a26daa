"""Takes letters with 202: each is kept in an outbox on disk, which is drained to the mail service every second, once for each key."""
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

MAIL = urlsplit(os.environ.get("MAIL_URL", ""))
if MAIL.scheme != "http" or not MAIL.hostname:
    sys.exit("MAIL_URL is wanted, as http://HOST:PORT")
LIMIT, BIGGEST = 0.8, 1 << 16  # seconds for one call, bytes of a body
stopping, lock = threading.Event(), threading.Lock()
outbox = sqlite3.connect(os.environ.get("OUTBOX", "outbox.db"), check_same_thread=False, isolation_level=None)
outbox.execute("create table if not exists letters (key text primary key, body text not null, sent int not null default 0)")


def log(msg, cause):
    print(json.dumps({"level": "warn", "msg": msg, "cause": repr(cause)}), flush=True)


def run(sql, *args):
    with lock:
        return outbox.execute(sql, args).fetchall()


def send(key, body):
    """Hands one letter over; the key makes a second time harmless."""
    conn = http.client.HTTPConnection(MAIL.hostname, MAIL.port, timeout=LIMIT)
    watch = threading.Timer(LIMIT, lambda: conn.sock and conn.sock.shutdown(socket.SHUT_RDWR))
    watch.start()
    try:
        conn.request("POST", "/letters", body, {"Content-Type": "application/json", "Idempotency-Key": key})
        answer = conn.getresponse()
        answer.read(BIGGEST)
        if answer.status != 202:
            raise http.client.HTTPException(f"status {answer.status}")
    finally:
        watch.cancel()
        conn.close()


def drain():
    while not stopping.wait(1):
        for key, body in run("select key, body from letters where not sent"):
            try:
                send(key, body)
                run("update letters set sent = 1 where key = ?", key)
            except (OSError, http.client.HTTPException) as e:
                log("a letter stays in the outbox", e)
                break  # the others can wait as well


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 5

    def do_GET(self):
        if self.path in ("/livez", "/readyz"):
            return self.say(200, {"ok": True})
        if self.path == "/letters":
            return self.say(405, {"error": "letters are only posted"}, Allow="POST")
        self.say(404, {"error": "nothing is here"})

    def do_POST(self):
        sizes = self.headers.get_all("Content-Length", [])
        if len(sizes) != 1 or not re.fullmatch("[0-9]{1,5}", sizes[0]) or "Transfer-Encoding" in self.headers:
            return self.say(400, {"error": "one length is wanted"}, Connection="close")
        raw = self.rfile.read(int(sizes[0]))
        if self.path != "/letters":
            return self.say(404, {"error": "nothing is here"})
        try:
            asked = json.loads(raw)
            key = self.headers["Idempotency-Key"]
            if not key or not isinstance(asked, dict) or not isinstance(asked.get("to"), str):
                raise ValueError("no letter")
        except ValueError:
            return self.say(400, {"error": "a letter and an Idempotency-Key are wanted"})
        try:
            run("insert into letters (key, body) values (?, ?) on conflict do nothing", key, json.dumps({"to": asked["to"]}))
        except sqlite3.Error as e:
            log("outbox", e)
            return self.say(503, {"error": "no letters right now"}, Retry_After="1")
        self.say(202, {"accepted": key})

    def say(self, status, body, **more):
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **more}.items():
            self.send_header(name.replace("_", "-"), value)
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
threading.Thread(target=drain, daemon=True).start()
server.serve_forever()
server.server_close()
