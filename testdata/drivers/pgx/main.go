// Command pgx speaks the protocol of suites/drivers with a pool of pgx.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	pool *pgxpool.Pool
	tx   pgx.Tx
)

type step struct {
	Do, Host, User, Password, Database, SQL string
	Port, Timeout, ID                       int
}

func main() {
	for in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout); ; {
		var s step
		if in.Decode(&s) != nil {
			return
		}
		began := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.Timeout)*time.Millisecond)
		value, err := s.run(ctx)
		cancel()
		_ = out.Encode(answer(value, err, time.Since(began)))
	}
}

func (s step) run(ctx context.Context) (value any, err error) {
	var args []any
	if strings.Contains(s.SQL, "$1") {
		args = append(args, s.ID)
	}
	switch s.Do {
	case "connect":
		tx = nil
		pool, err = pgxpool.New(ctx, fmt.Sprintf("postgres://%s:%s@%s:%d/%s?sslmode=disable&pool_max_conns=2", s.User, s.Password, s.Host, s.Port, s.Database))
		if err != nil {
			return nil, err
		}
		fallthrough
	case "ping":
		err = pool.QueryRow(ctx, "select pg_backend_pid()").Scan(&value)
	case "begin":
		tx, err = pool.Begin(ctx)
	case "commit":
		held := tx
		tx = nil
		err = held.Commit(ctx)
	case "run":
		if tx != nil {
			_, err = tx.Exec(ctx, s.SQL, args...)
		} else {
			_, err = pool.Exec(ctx, s.SQL, args...)
		}
	case "close":
		if pool != nil {
			pool.Close()
		}
	}
	return value, err
}

func answer(value any, err error, took time.Duration) map[string]any {
	a := map[string]any{"ms": took.Milliseconds(), "value": value}
	if tx != nil {
		a["tx"] = map[byte]string{'I': "idle", 'T': "open", 'E': "failed"}[tx.Conn().PgConn().TxStatus()]
		if tx.Conn().IsClosed() {
			a["tx"] = "closed"
		}
	}
	var classes []string
	for e := err; e != nil; e = errors.Unwrap(e) {
		classes = append(classes, fmt.Sprintf("%T", e))
	}
	if err != nil {
		a["class"], a["message"] = strings.Join(classes, " > "), err.Error()
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		a["code"], a["severity"] = e.Code, e.Severity
		a["fields"] = map[string]any{"detail": e.Detail, "hint": e.Hint, "where": e.Where, "position": e.Position, "schema": e.SchemaName,
			"table": e.TableName, "column": e.ColumnName, "constraint": e.ConstraintName, "file": e.File, "routine": e.Routine}
	}
	return a
}
