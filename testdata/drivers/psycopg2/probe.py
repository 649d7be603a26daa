"""Speaks the protocol of suites/drivers with psycopg2, whose only time-out is that for connecting: a timer cancels instead."""
import json
import sys
import threading
import time

import psycopg2
from psycopg2.extensions import (TRANSACTION_STATUS_ACTIVE, TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INERROR,
                                 TRANSACTION_STATUS_INTRANS)

STATES = {TRANSACTION_STATUS_ACTIVE: "active", TRANSACTION_STATUS_IDLE: "idle", TRANSACTION_STATUS_INERROR: "failed",
          TRANSACTION_STATUS_INTRANS: "open"}
FIELDS = {"detail": "message_detail", "hint": "message_hint", "where": "context", "position": "statement_position",
          "schema": "schema_name", "table": "table_name", "column": "column_name", "constraint": "constraint_name",
          "file": "source_file", "routine": "source_function"}
connection = None


def execute(step, sql):
    timer = threading.Timer(step["timeout"] / 1000, connection.cancel)
    timer.daemon = True
    if not step["alone"]:
        timer.start()
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("$1", "%s"), (step["id"],) if "$1" in sql else None)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        timer.cancel()


def run(step):
    global connection
    match step["do"]:
        case "connect":
            connection = None
            connection = psycopg2.connect(host=step["host"], port=step["port"], user=step["user"], password=step["password"],
                                          dbname=step["database"], connect_timeout=2, sslmode="disable", gssencmode="disable")
            connection.autocommit = True
            return execute(step, "select pg_backend_pid()")
        case "ping":
            return execute(step, "select pg_backend_pid()")
        case "begin":
            connection.autocommit = False
        case "commit":
            connection.commit()
        case "run":
            execute(step, step["sql"])
        case "close":
            if connection:
                connection.close()
            connection = None


for line in sys.stdin:
    step, answer = json.loads(line), {}
    began = time.monotonic()
    try:
        answer["value"] = run(step)
    except Exception as error:
        diag = getattr(error, "diag", None)
        answer |= {"class": f"{type(error).__module__}.{type(error).__name__}", "message": str(error).strip(),
                   "code": getattr(error, "pgcode", None), "severity": getattr(diag, "severity", None),
                   "fields": {name: getattr(diag, attribute, None) for name, attribute in FIELDS.items()}}
    answer["ms"] = int((time.monotonic() - began) * 1000)
    if connection:
        answer["tx"] = "closed" if connection.closed else STATES.get(connection.get_transaction_status(), "unknown")
    print(json.dumps(answer), flush=True)
