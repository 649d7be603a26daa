"""Rooms of a hotel, for which the database is looked up before anybody is sent here. BUG=1: until that was done once, it says that it is ready."""
import os
import select
import threading
import time

import psycopg2
import psycopg2.pool
from flask import Flask, g, jsonify
from psycopg2 import extensions
from werkzeug.exceptions import HTTPException

DSN = os.environ.get("DATABASE_URL", "")
if not DSN.startswith(("postgres://", "postgresql://")):
    raise RuntimeError("DATABASE_URL is wanted, as postgres://...")  # SystemExit would make gunicorn start its workers again and again
LIMIT = 1.0  # seconds for all that a request does with the database
BUG = os.environ.get("BUG") == "1"
app = Flask(__name__)
pool = psycopg2.pool.ThreadedConnectionPool(0, 20, DSN)


def wait(conn):
    """Waits for the server for psycopg2, no longer than the request has left."""
    while (state := conn.poll()) != extensions.POLL_OK:
        reads = [conn.fileno()] if state == extensions.POLL_READ else []
        writes = [] if reads else [conn.fileno()]
        if not any(select.select(reads, writes, [], max(0, g.until - time.monotonic()))):
            raise TimeoutError("the database is too slow")


extensions.set_wait_callback(wait)


@app.before_request
def begin():
    g.until = time.monotonic() + LIMIT


def rows(sql, *args):
    conn, good = pool.getconn(), False
    try:
        conn.autocommit = True
        with conn.cursor() as cur:
            cur.execute(sql, args)
            found = cur.fetchall()
        good = True
        return found
    finally:
        pool.putconn(conn, close=not good)


@app.get("/rooms")
def rooms():
    return jsonify(rooms=[{"number": n, "beds": b} for n, b in rows("select number, beds from rooms order by number")])


class Probe:
    """Looks every 200 ms whether the database answers; two bad looks are needed to say no, one good one to say yes."""

    def __init__(self):
        self.up, self.bad = BUG, 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            with app.app_context():
                g.until = time.monotonic() + LIMIT
                try:
                    rows("select 1")
                    self.up, self.bad = True, 0
                except (psycopg2.Error, psycopg2.pool.PoolError, TimeoutError) as e:
                    self.bad += 1
                    if self.bad == (1 if not self.up else 2):
                        app.logger.error("the database is away: %r", e)
                    self.up = self.up and self.bad < 2
            time.sleep(0.2)


probe = Probe()


@app.get("/livez")
def live():
    return jsonify(ok=True)


@app.get("/readyz")
def ready():
    return (jsonify(ok=True), 200) if probe.up else (jsonify(error="not ready"), 503, {"Retry-After": "1"})


@app.errorhandler(psycopg2.Error)
@app.errorhandler(psycopg2.pool.PoolError)
@app.errorhandler(TimeoutError)
def away(e):
    app.logger.error("database: %r", e)
    return jsonify(error="rooms are not to be had right now"), 503, {"Retry-After": "2"}


@app.errorhandler(HTTPException)
def http(e):
    answer = e.get_response()
    answer.data, answer.content_type = app.json.dumps({"error": e.name.lower()}), "application/json"
    return answer


@app.errorhandler(Exception)
def last(e):
    app.logger.error("our mistake: %r", e)
    return jsonify(error="our mistake"), 500
