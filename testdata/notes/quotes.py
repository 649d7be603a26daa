"""The client of the quotes service: one answer, checked, within a time limit, or a Failure."""
import http.client, json, re, secrets, socket, threading, time

UPSTREAM_LIMIT, BODY_LIMIT = 0.7, 64 << 10  # seconds, bytes

class Failure(Exception):
    """A bad answer: status and code for the client, the cause for the log only."""
    def __init__(self, status, code, cause="", headers=()):
        super().__init__(cause)
        self.status, self.code, self.cause, self.headers = status, code, cause, dict(headers)

def fetch(target, request_id, flags):
    """Asks the upstream once. A timer cuts the connection, because a socket timeout starts anew with every byte of a drip."""
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    conn, late = kind(target.hostname, target.port, timeout=UPSTREAM_LIMIT), threading.Event()
    started, timer = time.monotonic(), None
    def cut():
        late.set()
        try: sock.shutdown(socket.SHUT_RDWR)
        except OSError: pass
    try:
        conn.connect()
        sock = conn.sock  # getresponse may take it away from conn
        timer = threading.Timer(max(0.01, UPSTREAM_LIMIT - (time.monotonic() - started)), cut)
        timer.start()
        conn.request("GET", target.path.rstrip("/") + "/quote", headers={"Accept": "application/json",
                     "traceparent": f"00-{request_id}-{secrets.token_hex(8)}-{flags}"})
        answer = conn.getresponse()
        body = answer.read(BODY_LIMIT + 1)
        if late.is_set() or len(body) <= BODY_LIMIT and answer.length:
            raise http.client.IncompleteRead(body, answer.length)
        return answer.status, answer.headers, body
    except (OSError, http.client.HTTPException, ValueError) as e:
        if late.is_set() or isinstance(e, TimeoutError):
            raise Failure(504, "upstream_timeout", f"call quotes: {e!r}")
        raise Failure(502, "upstream_broken", f"call quotes: {e!r}")
    finally:
        if timer: timer.cancel()
        conn.close()

def quote(target, request_id, flags):
    """The quote of the upstream, checked; never its status, fields or body."""
    status, headers, body = fetch(target, request_id, flags)
    said = f"quotes answered {status}: {body[:500]!r}"
    if status in (429, 503):
        wait = headers.get("Retry-After", "")
        raise Failure(503, "upstream_unavailable", said, {"Retry-After": min(max(int(wait) if re.fullmatch(r"[0-9]{1,9}", wait) else 1, 1), 3600)})
    if status == 504: raise Failure(504, "upstream_timeout", said)
    if status != 200: raise Failure(502, "upstream_error", f"{said}; location {headers.get('Location')}")
    if len(body) > BODY_LIMIT or headers.get_content_type() != "application/json" or headers.get("Content-Encoding"):
        raise Failure(502, "upstream_invalid", f"too big or not JSON; {said}")
    try:
        text = json.loads(body)["text"]
    except (ValueError, TypeError, LookupError, RecursionError) as e:
        raise Failure(502, "upstream_invalid", f"{e!r}; {said}")
    if not isinstance(text, str) or not text: raise Failure(502, "upstream_invalid", f"no text; {said}")
    return text
