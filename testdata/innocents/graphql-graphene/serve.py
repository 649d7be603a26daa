"""Serves a schema by GraphQL over HTTP (the draft of February 2025): graphene behind Flask, threaded."""
import json, logging, os, re, secrets, signal, sys, threading, time

import werkzeug.serving
from flask import Flask, g, request
from werkzeug.exceptions import HTTPException

import answer as operations

OURS, JSON = "application/graphql-response+json", "application/json"
TRACE = re.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
app = Flask(__name__)
BODY_LIMIT, MOST_DRAINED = 64 << 10, 16 << 20


def log(msg, **more):
    line = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "msg": msg, "request_id": g.get("id"), **more}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def say(body, status=200, media=JSON, headers=()):
    return app.response_class(json.dumps(body) + "\n", status, {"Cache-Control": "no-store", **dict(headers)}, content_type=media + "; charset=utf-8")


def errors(text, code):
    return {"errors": [{"message": text, "extensions": {"code": code}}]}


@app.before_request
def begin():
    trace = TRACE.fullmatch(request.headers.get("traceparent", ""))
    g.id, g.media = trace[1] if trace else secrets.token_hex(16), JSON


@app.after_request
def identify(response):
    response.headers["X-Request-Id"] = g.id
    return response


def media():
    accept = request.headers.get("Accept", "*/*")
    if OURS in accept:
        return OURS
    if any(word in accept for word in (JSON, "*/*", "application/*")):
        return JSON
    raise operations.Refusal(406, f"The answer is {OURS} or {JSON}.")


def body():
    """The body as bytes, or a Refusal when it does not come."""
    try:
        return drained()
    except OSError:  # a chunk that is none, or a caller that sends no more
        raise operations.Refusal(400, "The body did not arrive.")


def drained():
    """The body, read to its end also where it is too long, so that the Refusal is not lost on the way."""
    text, size = request.stream.read(BODY_LIMIT + 1), 0
    while len(text) > BODY_LIMIT and size < MOST_DRAINED:
        more = request.stream.read(64 << 10)
        if not more:
            break
        size += len(more)
    if len(text) > BODY_LIMIT:
        raise operations.Refusal(413, "The body is too large.")
    return text


@app.route("/graphql", methods=["GET", "POST"])
def graphql():
    g.media = media()
    if request.method == "POST":
        if request.mimetype != JSON or "Content-Encoding" in request.headers:
            raise operations.Refusal(415, "The body must be application/json.")
        asked = operations.checked(operations.parsed(body()))
    else:
        variables = operations.parsed(request.args.get("variables") or "{}")
        asked = operations.checked({**request.args, "variables": variables})
    result, answer = app.config["EXECUTE"](app.config["SCHEMA"], asked, request.method != "POST", log)
    return say(answer, 400 if result is None and g.media == OURS else 200, g.media)


@app.get("/healthz")
def health():
    return say({"ok": True})


@app.errorhandler(operations.Refusal)
def refuse(e):
    return say(errors(str(e), "GARDEN_BAD_REQUEST"), e.status, g.media, e.headers)


@app.errorhandler(HTTPException)
def unroutable(e):
    allow = {"Allow": ", ".join(sorted(e.valid_methods))} if e.code == 405 and e.valid_methods else {}
    return say(errors(e.name + ".", "GARDEN_BAD_REQUEST"), e.code, g.get("media", JSON), allow)


@app.errorhandler(Exception)
def broken(e):
    log("request failed", cause=repr(e))
    return say(errors(operations.TEXTS["GARDEN_BROKEN"], "GARDEN_BROKEN"), 500)


class Handler(werkzeug.serving.WSGIRequestHandler):
    timeout = 1  # seconds for a caller to send more
    protocol_version = "HTTP/1.1"
    error_content_type = JSON
    error_message_format = json.dumps(errors("The request is malformed.", "GARDEN_BAD_REQUEST"))

    def log(self, *_):
        """What is worth it is logged elsewhere."""

    def send_error(self, code, *more):
        """What is no request gets an answer of HTTP/1.1 all the same."""
        self.request_version = self.protocol_version
        super().send_error(code, *more)

    def version_string(self):
        return "garden"


def serve(schema, execute=operations.answer):
    """Serves until the process is told to stop, and lets what was asked before be answered."""
    if not os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
        sys.exit("DATABASE_URL is no address of a PostgreSQL")
    logging.getLogger("graphql").setLevel(logging.CRITICAL)  # each error is logged here, with the id of its request
    app.config.update(SCHEMA=schema, EXECUTE=execute)
    server = werkzeug.serving.make_server("127.0.0.1", int(os.environ["PORT"]), app, threaded=True, request_handler=Handler)
    server.daemon_threads = False  # what is being answered when the process is told to stop is waited for
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.05)
    server.server_close()
