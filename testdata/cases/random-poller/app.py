# A correct service that polls, at random, the very call that its route makes; TRACED=1 passes traceparent on for the route.
import http.client, json, os, random, signal, socket, sys, threading, time, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UP = urllib.parse.urlsplit(os.environ.get("QUOTES_URL", ""))
if UP.scheme != "http" or not UP.port: sys.exit("QUOTES_URL is missing or malformed")
TRACED = os.environ.get("TRACED") == "1"

class Away(Exception): pass
class Late(Exception): pass

def within(seconds, trace=None):
    """the quote, or Late; what is not there in time is ended"""
    c = http.client.HTTPConnection(UP.hostname, UP.port, timeout=.6)
    got = []
    def run():
        try: got.append((quote(c, trace), None))
        except Exception as e: got.append((None, e))
    t = threading.Thread(target=run, daemon=True)
    t.start(); t.join(seconds)
    if not got:
        try: c.sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError): pass
        t.join(.2)
        raise Late()
    if got[0][1]: raise got[0][1]
    return got[0][0]

def quote(c, trace):
    try:
        c.request("GET", "/quote", headers={"traceparent": trace} if trace and TRACED else {})
        r = c.getresponse()
        b = r.read(1 << 20)
        if r.status != 200: raise Away()
        q = json.loads(b)
        if not isinstance(q, dict) or not isinstance(q.get("text"), str) or not isinstance(q.get("author"), str): raise Away()
        return q
    except (socket.timeout, TimeoutError): raise Late()
    except Late: raise
    except Exception: raise Away()
    finally: c.close()

def poll():
    while True:
        time.sleep(random.uniform(.02, 1.5))
        try: within(.7)
        except Exception: pass
threading.Thread(target=poll, daemon=True).start()

class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass
    def send(self, code, body, **more):
        t = json.dumps(body).encode()
        self.send_response_only(code)
        for k, v in {"Content-Type": "application/json", "Content-Length": len(t), **more}.items(): self.send_header(k.replace("_", "-"), str(v))
        self.end_headers()
        self.wfile.write(t)
    def do_GET(self):
        if self.path in ("/readyz", "/ping"): return self.send(200, {"ok": True})
        if self.path != "/plain": return self.send(404, {"error": "not found"})
        try: self.send(200, within(.7, self.headers["traceparent"]))
        except Late: self.send(504, {"error": "late"})
        except Away: self.send(502, {"error": "away"})
    def other(self): self.send(405, {"error": "method"}, Allow="GET")
    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = other

class Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128
    def handle_error(self, *a): pass
server = Server(("127.0.0.1", int(os.environ["PORT"])), H)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
