"""A glossary by Flask and gunicorn with a master and two workers. Without its database it does not start: what runs it will start it again."""
import os
import socket
import sys
import threading

import psycopg2
import psycopg2.errors
from flask import Flask, g, jsonify
from werkzeug.exceptions import HTTPException

SETTINGS = dict(connect_timeout=1, options="-c statement_timeout=800", tcp_user_timeout=1000)
app = Flask(__name__)


def connect():
    return psycopg2.connect(os.environ["DATABASE_URL"], **SETTINGS)


def cut(fd):
    """Ends a connection whose server has gone silent."""
    with socket.socket(fileno=os.dup(fd)) as s:
        s.shutdown(socket.SHUT_RDWR)


def once(sql, *args, tries=2):
    """Rows, by a connection of this thread; one that was cut while idle is replaced once."""
    while True:
        conn = getattr(local, "conn", None)
        old = conn is not None
        try:
            conn = local.conn = conn or connect()
            conn.autocommit = True
            guard = threading.Timer(1.2, cut, [os.dup(conn.fileno())])
            guard.start()
            try:
                with conn.cursor() as cursor:
                    cursor.execute(sql, args)
                    return cursor.fetchall()
            finally:
                guard.cancel()
                guard.args and os.close(guard.args.pop())
        except psycopg2.OperationalError:
            if conn is not None:
                conn.close()
            local.conn = None
            tries -= 1
            if not old or not tries:
                raise


local = threading.local()
try:
    connect().close()
except (psycopg2.Error, KeyError) as e:
    print(f"DATABASE_URL: no database: {type(e).__name__}", file=sys.stderr)
    sys.exit(4)  # gunicorn: the app cannot be loaded, the master ends


@app.get("/terms/<word>")
def term(word):
    rows = once("select word, meaning from terms where word = %s", word)
    return jsonify(dict(zip(("word", "meaning"), rows[0]))) if rows else (jsonify(message="unknown term"), 404)


@app.get("/healthz")
def healthz():
    return jsonify(pid=os.getpid())


@app.errorhandler(psycopg2.Error)
def database(e):
    app.logger.error("database %s %s", e.pgcode, type(e).__name__)
    if isinstance(e, psycopg2.DataError):
        return jsonify(message="that is no word"), 400
    if isinstance(e, psycopg2.ProgrammingError):
        return jsonify(message="internal error"), 500
    return jsonify(message="the glossary is away"), 503, {"Retry-After": "3"}


@app.errorhandler(OSError)
def too_busy(e):
    app.logger.error("busy: %s", e)
    return jsonify(message="the glossary is busy"), 503, {"Retry-After": "3"}


@app.errorhandler(HTTPException)
def http_error(e):
    return jsonify(message=e.description), e.code, [(k, v) for k, v in e.get_headers() if k != "Content-Type"]
