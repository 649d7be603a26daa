package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// sqlstate is the code of an error that the database itself reported, or "".
func sqlstate(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// storeFailure says what a database error means for the client. It looks at
// codes and at the state of the connection, never at texts.
func storeFailure(err error) error {
	var f *failure
	var e *storeError
	if err == nil || errors.As(err, &f) || !errors.As(err, &e) {
		return err
	}
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	code := sqlstate(err)
	f = &failure{Status: http.StatusServiceUnavailable, Cause: described(err)}
	switch {
	case e.unknown:
		f.Code, f.Outcome = "outcome_unknown", "unknown"
		f.Detail = "The change was not confirmed in time, so it may or may not have been made. Repeating the request is safe."
	case code != "":
		f.Status, f.Code, f.Detail = meaning(code)
	case e.waiting && late:
		f.Code = "store_busy"
	case late:
		f.Code = "store_timeout"
	case e.waiting, e.lost:
		f.Code = "store_unavailable"
	default: // the connection lives, so the answer came, and was not what we can read
		f.Status, f.Code = http.StatusInternalServerError, "store_data_invalid"
	}
	return f
}

// meaning maps a SQLSTATE (PostgreSQL manual, appendix A). Temporary trouble
// is 503, what the client can mend is 409 or 422, and the rest is our defect.
func meaning(code string) (status int, word, detail string) {
	const unavailable = http.StatusServiceUnavailable
	switch code {
	case "40001", "40P01":
		return unavailable, "store_conflict", ""
	case "55P03":
		return unavailable, "store_locked", ""
	case "57014":
		return unavailable, "store_timeout", ""
	case "25006":
		return unavailable, "store_read_only", ""
	case "53100", "53200":
		return unavailable, "store_full", ""
	case "3D000", "25P03", "25P04":
		return unavailable, "store_unavailable", ""
	case "23505", "23P01":
		return http.StatusConflict, "conflict", "This conflicts with something that already exists."
	}
	switch class := code[:min(2, len(code))]; class {
	case "08", "28", "40", "53", "55", "57", "58":
		return unavailable, "store_unavailable", ""
	case "22", "23":
		return http.StatusUnprocessableEntity, "not_acceptable_data", "A value in this request cannot be stored or looked up."
	}
	return http.StatusInternalServerError, "store_error", ""
}

// described adds what the driver's own text leaves out, for the log.
func described(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	var more strings.Builder
	for _, field := range [][2]string{{"detail", e.Detail}, {"hint", e.Hint}, {"table", e.TableName}, {"column", e.ColumnName},
		{"constraint", e.ConstraintName}, {"where", e.Where}, {"routine", e.Routine}} {
		if field[1] != "" {
			fmt.Fprintf(&more, "; %s: %s", field[0], field[1])
		}
	}
	if more.Len() == 0 {
		return err
	}
	return fmt.Errorf("%w%s", err, more.String())
}

func noRow(err error) bool { return errors.Is(err, pgx.ErrNoRows) }
