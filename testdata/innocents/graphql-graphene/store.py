"""The database of one request: one connection, made when it is wanted, and one time-out for all that is asked of it."""
import os, select, threading, time

import psycopg2
import psycopg2.extensions

LIMIT = 1.2  # seconds that one request may wait for the database, in all
current = threading.local()


class StoreError(Exception):
    """The database gave nothing that can be used: a code for callers, the cause for the log."""
    def __init__(self, code, cause):
        super().__init__(cause)
        self.code = code


def wait(conn):
    """Waits for the socket of a connection, no longer than the request may; libpq alone would wait for ever."""
    while True:
        state = conn.poll()
        if state == psycopg2.extensions.POLL_OK:
            return
        left = current.until - time.monotonic()
        reading = [conn.fileno()] if state == psycopg2.extensions.POLL_READ else []
        writing = [conn.fileno()] if state == psycopg2.extensions.POLL_WRITE else []
        if left <= 0 or not any(select.select(reading, writing, [], left)):
            current.late = True
            raise TimeoutError("the database does not answer")


psycopg2.extensions.set_wait_callback(wait)


class Store:
    """What one request has of the database. Each statement is its own transaction, and asked once for one request."""
    def __init__(self):
        self.conn, self.asked = None, {}
        current.until, current.late = time.monotonic() + LIMIT, False

    def rows(self, sql, *args):
        """The rows of a statement, in which no column may be null."""
        if (sql, args) not in self.asked:
            try:
                self.asked[sql, args] = self.run(sql, args)
            except StoreError as e:
                self.asked[sql, args] = e
        found = self.asked[sql, args]
        if isinstance(found, StoreError):
            raise found
        return found

    def run(self, sql, args):
        """Runs a statement now."""
        try:
            if self.conn is None or self.conn.closed:
                self.conn = psycopg2.connect(os.environ["DATABASE_URL"], application_name="garden")
                self.conn.autocommit = True
            with self.conn.cursor() as cursor:
                cursor.execute(sql, args)
                names = [c.name for c in cursor.description]
                rows = [dict(zip(names, row)) for row in cursor.fetchall()]
        except (psycopg2.Error, TimeoutError, OSError, UnicodeDecodeError) as e:
            raise StoreError("GARDEN_STORE_SLOW" if current.late else "GARDEN_STORE_DOWN", repr(e)) from e
        finally:
            if current.late:
                self.close()
        if any(value is None for row in rows for value in row.values()):
            raise StoreError("GARDEN_STORE_WRONG", "a column that is never null is null: " + sql)
        return rows

    def close(self):
        """Gives the connection back, in whatever state it is."""
        if self.conn is not None:
            try:
                self.conn.close()
            except (psycopg2.Error, OSError):
                pass
        self.conn = None
