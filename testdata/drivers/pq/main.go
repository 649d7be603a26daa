// Command pq speaks the protocol of suites/drivers with lib/pq under database/sql.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/lib/pq"
)

var (
	db *sql.DB
	tx *sql.Tx
)

type step struct {
	Do, Host, User, Password, Database, SQL string
	Port, Timeout, ID                       int
	Alone                                   bool
}

func main() {
	for in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout); ; {
		var s step
		if in.Decode(&s) != nil {
			return
		}
		began := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.Timeout)*time.Millisecond)
		if s.Alone { // to lib/pq the end of a context is a cause to ask the server to cancel, and to wait for that
			ctx = context.Background()
		}
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
		db, err = sql.Open("postgres", fmt.Sprintf("postgres://%s:%s@%s:%d/%s?sslmode=disable&connect_timeout=2", s.User, s.Password, s.Host, s.Port, s.Database))
		if err != nil {
			return nil, err
		}
		fallthrough
	case "ping":
		err = db.QueryRowContext(ctx, "select pg_backend_pid()").Scan(&value)
	case "begin": // the context given here would end the transaction with it
		tx, err = db.BeginTx(context.Background(), nil)
	case "commit":
		held := tx
		tx = nil
		err = held.Commit()
	case "run":
		if tx != nil {
			_, err = tx.ExecContext(ctx, s.SQL, args...)
		} else {
			_, err = db.ExecContext(ctx, s.SQL, args...)
		}
	case "close":
		if db != nil {
			_ = db.Close()
		}
	}
	return value, err
}

func answer(value any, err error, took time.Duration) map[string]any {
	a := map[string]any{"ms": took.Milliseconds(), "value": value}
	var classes []string
	for e := err; e != nil; e = errors.Unwrap(e) {
		classes = append(classes, fmt.Sprintf("%T", e))
	}
	if err != nil {
		a["class"], a["message"] = strings.Join(classes, " > "), err.Error()
	}
	if e, ok := errors.AsType[*pq.Error](err); ok {
		a["code"], a["severity"] = string(e.Code), e.Severity
		a["fields"] = map[string]any{"detail": e.Detail, "hint": e.Hint, "where": e.Where, "position": e.Position, "schema": e.Schema,
			"table": e.Table, "column": e.Column, "constraint": e.Constraint, "file": e.File, "routine": e.Routine}
	}
	return a
}
