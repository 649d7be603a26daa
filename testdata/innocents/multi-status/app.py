"""Text messages in batches: 207 with a status for each message, as its carrier took it. Flask, by its threads under gunicorn."""
import os
import socket
import threading
import http.client
from urllib.parse import urlsplit

from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

CARRIER = urlsplit(os.environ.get("CARRIER_URL", ""))
if CARRIER.scheme != "http" or not CARRIER.port:
    raise RuntimeError("CARRIER_URL must be http://host:port")
app = Flask(__name__)


def send(message):
    """202 when the carrier took it, else what went wrong, as a status of this API."""
    conn = http.client.HTTPConnection(CARRIER.hostname, CARRIER.port, timeout=0.5)
    alarm = threading.Timer(0.5, lambda: conn.sock and conn.sock.shutdown(socket.SHUT_RDWR))
    alarm.start()
    try:
        conn.request("POST", "/sms", message["text"].encode(), {"Content-Type": "text/plain"})
        answer = conn.getresponse()
        raw = answer.read(10_000)
        if answer.status == 202 and not answer.length and raw.strip() == b"taken":
            return {"id": message["id"], "status": 202}
        app.logger.error("carrier: status %d", answer.status)
    except (OSError, http.client.HTTPException, ValueError) as e:
        app.logger.error("carrier: %s", type(e).__name__)
        if not alarm.is_alive() or isinstance(e, TimeoutError):
            return {"id": message["id"], "status": 504, "error": "the carrier did not confirm"}
    finally:
        alarm.cancel()
        conn.close()
    return {"id": message["id"], "status": 502, "error": "the carrier did not take it"}


@app.post("/messages")
def messages():
    batch = request.get_json()
    if not isinstance(batch, list) or not 0 < len(batch) < 3:
        return jsonify(error="a list of one or two messages is expected"), 422
    for m in batch:
        if not (isinstance(m, dict) and isinstance(m.get("id"), int) and isinstance(m.get("text"), str) and m["text"]):
            return jsonify(error="a message has an id and a text"), 422
    return jsonify([send(m) for m in batch]), 207


@app.get("/health")
def health():
    return jsonify(status="up")


@app.errorhandler(HTTPException)
def refused(e):
    return jsonify(error=e.description), e.code, [(k, v) for k, v in e.get_headers() if k != "Content-Type"]
