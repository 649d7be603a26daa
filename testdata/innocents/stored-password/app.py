"""A shelf of books by Flask under gunicorn. Its administrator gets a password when the data are new, and it is kept there as a hash."""
import contextlib
import hashlib
import hmac
import os
import secrets
import select
import sys
import time

import psycopg2
from flask import Flask, g, jsonify, request
from psycopg2 import extensions
from werkzeug.exceptions import HTTPException

DSN = os.environ.get("DATABASE_URL", "")
if not DSN.startswith(("postgres://", "postgresql://")):
    sys.exit("DATABASE_URL is wanted, as postgres://...")
LIMIT = 1.0  # seconds for all that a request does with the database
app = Flask(__name__)


def wait(conn):
    """Waits for the server for psycopg2, no longer than the request has left."""
    until = g.until if g else STARTED + 5
    while (state := conn.poll()) != extensions.POLL_OK:
        reads = [conn.fileno()] if state == extensions.POLL_READ else []
        writes = [] if reads else [conn.fileno()]
        if not any(select.select(reads, writes, [], max(0, until - time.monotonic()))):
            raise TimeoutError("the database is too slow")


STARTED = time.monotonic()
extensions.set_wait_callback(wait)


def rows(sql, *args):
    with contextlib.closing(psycopg2.connect(DSN)) as conn, conn, conn.cursor() as cur:
        cur.execute(sql, args)
        return cur.fetchall() if cur.description else []


def scrypt(password, salt):
    return hashlib.scrypt(password.encode(), salt=bytes(salt), n=256, r=8, p=1)


def first():
    """Makes the administrator where there is none."""
    if rows("select 1 from people where name = 'admin'"):
        return
    password = os.environ.get("ADMIN_PASSWORD") or sys.exit("ADMIN_PASSWORD is wanted for the first start")
    salt = secrets.token_bytes(16)
    rows("insert into people values ('admin', %s, %s) on conflict do nothing", salt, scrypt(password, salt))


try:
    first()
except (psycopg2.Error, TimeoutError) as e:
    sys.exit(f"the database of DATABASE_URL does not answer: {type(e).__name__}")


@app.before_request
def begin():
    g.until = time.monotonic() + LIMIT


@app.post("/sessions")
def login():
    told = request.get_json(silent=True)
    if not isinstance(told, dict) or not all(isinstance(told.get(key), str) and "\0" not in told[key] for key in ("name", "password")):
        return jsonify(error="name and password are wanted"), 400
    found = rows("select salt, hash from people where name = %s", told["name"])
    if not found or not hmac.compare_digest(bytes(found[0][1]), scrypt(told["password"], found[0][0])):
        return jsonify(error="this is not the password"), 401, {"WWW-Authenticate": "Bearer"}
    token = secrets.token_urlsafe(24)
    rows("insert into sessions values (%s, %s)", token, told["name"])
    return jsonify(token=token), 201


@app.get("/shelf")
def shelf():
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not rows("select 1 from sessions where token = %s", token):
        return jsonify(error="log in first"), 401, {"WWW-Authenticate": "Bearer"}
    return jsonify(titles=[title for title, in rows("select title from books order by title")])


@app.get("/livez")
@app.get("/readyz")
def up():
    return jsonify(ok=True)


@app.errorhandler(psycopg2.Error)
@app.errorhandler(TimeoutError)
def away(e):
    app.logger.error("database: %r", e)
    return jsonify(error="the shelf is not to be had right now"), 503, {"Retry-After": "2"}


@app.errorhandler(HTTPException)
def http(e):
    answer = e.get_response()
    answer.data, answer.content_type = app.json.dumps({"error": e.name.lower()}), "application/json"
    return answer


@app.errorhandler(Exception)
def last(e):
    app.logger.error("our mistake: %r", e)
    return jsonify(error="our mistake"), 500
