"""Parcels: a small service as many are written, with one HTTP upstream. Python 3, standard library only."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

RATES = os.environ["RATES_URL"]
PARCELS = [{"id": 1, "to": "DE"}, {"id": 2, "to": "FR"}]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/readyz":
            return self.answer(200, {"status": "ok"})
        if path == "/parcels":
            return self.answer(200, PARCELS)
        if path == "/quote":
            try:
                rates = json.load(urlopen(RATES + "/rates"))
            except Exception as e:
                return self.answer(500, {"error": str(e)})
            return self.answer(200, {"rates": rates})
        for parcel in PARCELS:
            if path == f"/parcels/{parcel['id']}":
                return self.answer(200, parcel)
        self.answer(404, {"error": "not found"})

    def do_POST(self):
        try:
            parcel = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.answer(201, {"id": len(PARCELS) + 1, "to": parcel["to"], "grams": int(parcel["grams"])})
        except (ValueError, KeyError, TypeError):
            self.answer(400, {"error": "not a parcel"})


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
