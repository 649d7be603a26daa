"""A price list by Flask under gunicorn, in two processes. Each request has a database connection of its own."""
import contextlib
import os
import select
import time

import psycopg2
from flask import Flask, g, jsonify
from psycopg2 import extensions
from werkzeug.exceptions import HTTPException

DSN = os.environ.get("DATABASE_URL", "")
if not DSN.startswith(("postgres://", "postgresql://")):
    raise RuntimeError("DATABASE_URL is wanted, as postgres://...")  # SystemExit would make gunicorn start its workers again and again
LIMIT = 1.0  # seconds for all that a request does with the database
app = Flask(__name__)


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
    with contextlib.closing(psycopg2.connect(DSN)) as conn, conn.cursor() as cur:
        cur.execute(sql, args)
        return cur.fetchall()


@app.get("/prices")
def prices():
    return jsonify(prices=[{"sku": sku, "cents": cents} for sku, cents in rows("select sku, cents from prices order by sku")])


@app.get("/prices/<sku>")
def price(sku):
    found = rows("select cents from prices where sku = %s", sku)
    return jsonify(sku=sku, cents=found[0][0]) if found else (jsonify(error="there is no such price"), 404)


@app.get("/livez")
@app.get("/readyz")
def up():
    return jsonify(ok=True, process=os.getpid())


@app.errorhandler(psycopg2.DataError)
def bad_data(e):
    app.logger.error("data: %r", e)
    return jsonify(error="this is no name of a price"), 400


@app.errorhandler(psycopg2.Error)
@app.errorhandler(TimeoutError)
def away(e):
    app.logger.error("database: %r", e)
    return jsonify(error="prices are not to be had right now"), 503, {"Retry-After": "2"}


@app.errorhandler(HTTPException)
def http(e):
    answer = e.get_response()
    answer.data, answer.content_type = app.json.dumps({"error": e.name.lower()}), "application/json"
    return answer


@app.errorhandler(Exception)
def last(e):
    app.logger.error("our mistake: %r", e)
    return jsonify(error="our mistake"), 500
