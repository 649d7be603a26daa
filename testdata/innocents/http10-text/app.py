"""Sun rise and set, by Python's http.server as it is: HTTP/1.0, a connection for each request, its own HTML for what it refuses."""
import json
import os
import signal
import socket
import sys
import threading
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

host, _, port = os.environ.get("ALMANAC", "").partition(":")
if not port.isdigit():
    sys.exit("ALMANAC must be host:port")


def almanac(day):
    """(status, text) for a day, within 0.9 seconds."""
    link = HTTPConnection(host, int(port), timeout=0.9)
    bell = threading.Timer(0.9, lambda: link.sock and link.sock.shutdown(socket.SHUT_RDWR))
    bell.start()
    try:
        link.request("GET", f"/sun/{day}", headers={"Accept": "application/json"})
        answer = link.getresponse()
        text = answer.read(50_000)
        if answer.status != 200 or answer.length or answer.getheader("Content-Encoding"):
            raise ValueError(answer.status)
        sun = json.loads(text)
        return 200, f"rise {sun['rise'] + ''}\nset {sun['set'] + ''}\n"
    except Exception as e:
        print("ERROR almanac", type(e).__name__, file=sys.stderr, flush=True)
        if not bell.is_alive() or isinstance(e, TimeoutError):
            return 504, "The almanac did not answer in time.\n"
        return 502, "The almanac is not available.\n"
    finally:
        bell.cancel()
        link.close()


class Sun(BaseHTTPRequestHandler):
    timeout = 8
    server_version, sys_version = "sun", ""

    def do_GET(self):
        if self.path == "/up":
            return self.text(200, "up\n")
        if self.path not in ("/today", "/tomorrow"):
            return self.send_error(404)
        self.text(*almanac(self.path[1:]))

    do_HEAD = do_GET

    def text(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Sun)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
