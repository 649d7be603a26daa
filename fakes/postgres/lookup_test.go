package postgres

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// What drivers, pools and frameworks ask of a session needs no line in a stub.
func TestStubKnowsTheSession(t *testing.T) {
	l := newLab(t, Stub{User: "ann", Password: "secret", Database: "shop"})
	for _, mode := range modes {
		c := l.connect("&application_name=app&default_query_exec_mode=" + mode)
		for _, q := range []struct{ sql, column, want string }{
			{"SELECT version()", "version", "PostgreSQL 15*"},
			{"select pg_catalog.version()", "version", "PostgreSQL 15*"},
			{"select current_schema()", "current_schema", "public"},
			{"SELECT current_database()", "current_database", "shop"},
			{"select current_user", "current_user", "ann"},
			{"select CURRENT_USER AS who", "who", "ann"},
			{"SELECT pg_is_in_recovery()", "pg_is_in_recovery", "f"},
			{"select current_setting('TimeZone')", "current_setting", "UTC"},
			{"SELECT current_setting('no.such', true)", "current_setting", ""},
			{"select set_config('app.User', 'Ann', false)", "set_config", "Ann"},
			{"select current_setting('app.user')", "current_setting", "Ann"},
			{"show standard_conforming_strings", "standard_conforming_strings", "on"},
			{"SHOW transaction isolation level", "transaction_isolation", "read committed"},
			{"show time zone", "TimeZone", "UTC"},
			{"SHOW server_version_num", "server_version_num", "150000"},
			{"show application_name", "application_name", "app"},
			{"/* ping */ SELECT 1", "?column?", "1"},
			{"select 'x'", "?column?", "x"},
			{"SELECT CAST('test plain returns' AS VARCHAR(60)) AS anon_1", "anon_1", "test plain returns"},
			{"select oid, typarray from pg_type where typname = 'text'", "oid typarray", "25 1009"},
		} {
			rows, err := c.Query(l.Context(), q.sql, pgx.QueryResultFormats{0})
			l.must(err)
			var names, values []string
			for rows.Next() {
				for i, f := range rows.FieldDescriptions() {
					names, values = append(names, f.Name), append(values, string(rows.RawValues()[i]))
				}
			}
			if got := strings.Join(values, " "); rows.Err() != nil || strings.Join(names, " ") != q.column || !glob(q.want, got) {
				t.Errorf("%s: %s: %v %q, %v; want %s %q", mode, q.sql, names, got, rows.Err(), q.column, q.want)
			}
		}
		var at time.Time
		var pid int32
		l.must(c.QueryRow(l.Context(), "select now(), pg_backend_pid()").Scan(&at, &pid))
		if time.Since(at).Abs() > time.Minute || pid != int32(c.PgConn().PID()) {
			t.Errorf("%s: %s %d", mode, at, pid)
		}
		if mode != "simple_protocol" {
			var back string
			l.must(c.QueryRow(l.Context(), "select set_config('statement_timeout', $1, false)", "5s").Scan(&back))
			l.must(c.QueryRow(l.Context(), "show statement_timeout").Scan(&back))
			if back != "5s" {
				t.Errorf("%s: %s", mode, back)
			}
		}
	}
}

// A stub takes settings, and refuses those that there are not, as a server does.
func TestStubSettings(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("")
		for _, q := range []struct{ sql, code, show, want string }{
			{"set statement_timeout = '5s'", "", "statement_timeout", "5s"},
			{"SET SESSION search_path TO shop", "", "search_path", "shop"},
			{"set time zone 'Europe/Berlin'", "", "timezone", "Europe/Berlin"},
			{"SET DateStyle = 'ISO'", "", "datestyle", "ISO, MDY"},
			{"set names 'UTF8'", "", "client_encoding", "UTF8"},
			{"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ", "", "default_transaction_isolation", "repeatable read"},
			{"set default_transaction_isolation to default", "", "default_transaction_isolation", "read committed"},
			{"set app.tenant = 'Ann''s'", "", "app.tenant", "Ann's"},
			{"reset search_path", "", "search_path", `"$user", public`},
			{"reset all", "", "statement_timeout", "0"},
			{"set nonsense = 1", "42704", "", ""},
			{"show nonsense", "42704", "", ""},
			{"reset nonsense", "42704", "", ""},
			{"select current_setting('nonsense')", "42704", "", ""},
			{"deallocate nothing", "26000", "", ""},
		} {
			_, err := c.Exec(l.Context(), q.sql)
			l.wantCode(err, q.code)
			if q.show == "" {
				continue
			}
			var got string
			if err := c.QueryRow(l.Context(), "show "+q.show).Scan(&got); err != nil || got != q.want {
				l.Errorf("after %s: %s is %q, %v; want %q", q.sql, q.show, got, err, q.want)
			}
		}
		_, err := c.Exec(l.Context(), "set application_name = 'other'")
		l.must(err)
		if got := c.PgConn().ParameterStatus("application_name"); got != "other" {
			l.Errorf("the client was told %q", got)
		}
	})
}

const pythons = `
import sys
url = sys.argv[1]
import sqlalchemy
e = sqlalchemy.create_engine(url.replace('postgres://', 'postgresql+psycopg2://'), pool_pre_ping=True)
for level in (None, 'SERIALIZABLE', 'AUTOCOMMIT'):
    c = e.connect() if level is None else e.connect().execution_options(isolation_level=level)
    assert c.execute(sqlalchemy.text('select count(*) from orders')).scalar() == 3
    c.close()
import django
from django.conf import settings
from urllib.parse import urlsplit
u = urlsplit(url)
settings.configure(USE_TZ=True, TIME_ZONE='Europe/Berlin', INSTALLED_APPS=['django.contrib.postgres'], DATABASES={'default': {'ENGINE': 'django.db.backends.postgresql',
    'NAME': u.path[1:], 'USER': u.username, 'PASSWORD': u.password, 'HOST': u.hostname, 'PORT': u.port}})
django.setup()
from django.db import connection, transaction
with transaction.atomic(), connection.cursor() as c:
    c.execute('select count(*) from orders')
    assert c.fetchone() == (3,)
assert connection.is_usable() and connection.pg_version >= 150000
`

// SQLAlchemy and Django connect to a stub that knows only the statements of the application.
func TestFrameworksConnect(t *testing.T) {
	const python = "/usr/bin/python3"
	if out, err := exec.CommandContext(t.Context(), python, "-c", "import psycopg2, sqlalchemy, django").CombinedOutput(); err != nil {
		if os.Getenv("FAILWELL_CI") != "" {
			t.Fatalf("no SQLAlchemy or Django here: %v %.300s", err, out)
		}
		t.Skipf("no SQLAlchemy or Django here: %v %.300s", err, out)
	}
	both(t, func(l *lab) {
		out, err := exec.CommandContext(l.Context(), python, "-c", pythons, l.url("")).CombinedOutput()
		if err != nil {
			l.Errorf("%v\n%s", err, out)
		}
		l.quiet()
		for _, h := range l.hits(0) {
			if strings.Contains(h.Answer, noStub) {
				l.Errorf("%s", h.Answer)
			}
		}
	})
}
