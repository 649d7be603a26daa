"""Case 36: items whose only bound of a statement is the server's: statement_timeout, lock_timeout (buggy: none)."""
import os, psycopg2
from flask import Flask, jsonify
BOUNDS = "" if os.environ.get("BUG") == "1" else "-c statement_timeout=600 -c lock_timeout=400"
app = Flask(__name__)
class Down(Exception): pass
def do(sql, *args):
    try:
        c = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=1, options=BOUNDS)
    except psycopg2.OperationalError as e: raise Down(str(e))
    try:
        with c, c.cursor() as cur:
            cur.execute(sql, args)
            return cur.fetchall()
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as e: raise Down(str(e))
    finally: c.close()
@app.get("/items/<int:id>")
def item(id):
    rows = do("select id, name from items where id = %s", id)
    return jsonify(id=rows[0][0], name=rows[0][1])
@app.put("/items/<int:id>")
def rename(id):
    rows = do("update items set name = 'new' where id = %s returning id, name", id)
    return jsonify(id=rows[0][0], name=rows[0][1])
@app.get("/readyz")
def readyz():
    do("select 1"); return jsonify(ok=True)
@app.get("/livez")
def livez(): return jsonify(ok=True)
@app.errorhandler(Down)
def down(e):
    app.logger.error("db: %s", e)
    r = jsonify(error={"code": 503, "message": "try again later"}); r.status_code = 503
    r.headers["Retry-After"] = "2"; return r
@app.errorhandler(Exception)
def last(e):
    app.logger.exception("unexpected")
    r = jsonify(error={"code": 500, "message": "internal error"}); r.status_code = 500; return r
