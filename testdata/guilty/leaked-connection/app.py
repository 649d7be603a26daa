"""Rooms of a hotel, over a pool of twenty connections. BUG=1: a connection is not given back when its statement fails."""
import os
import select
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
        if good or not BUG:
            pool.putconn(conn, close=not good)


@app.get("/rooms")
def rooms():
    return jsonify(rooms=[{"number": n, "beds": b} for n, b in rows("select number, beds from rooms order by number")])


@app.get("/livez")
@app.get("/readyz")
def up():
    return jsonify(ok=True)


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
