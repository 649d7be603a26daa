package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
)

const readyLimit = 400 * time.Millisecond // for the whole look at the database

func (s *server) version(*http.Request) (reply, error) {
	return reply{http.StatusOK, map[string]string{"service": "orders"}}, nil
}

// live asks nobody: a restart would not mend what the process depends on.
func (s *server) live(r *http.Request) (reply, error) {
	if s.bug("liveness-asks-database") {
		return s.ready(r)
	}
	return reply{http.StatusOK, map[string]string{"status": "ok"}}, nil
}

// ready says whether requests should be sent here: the database answers and
// nobody asked the process to stop.
func (s *server) ready(r *http.Request) (reply, error) {
	if s.stopping.Load() {
		return reply{}, &failure{Status: 503, Code: "stopping", Detail: "This instance is about to stop."}
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyLimit)
	defer cancel()
	err := s.db.read(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		var one int32
		if err := conn.QueryRow(ctx, "select 1").Scan(&one); err != nil {
			return err
		}
		if one != 1 {
			return fmt.Errorf("select 1 gave %d", one)
		}
		return nil
	})
	if err != nil {
		return reply{}, &failure{Status: 503, Code: "not_ready", Detail: "This instance cannot serve requests right now.", Cause: errors.Unwrap(storeFailure(err))}
	}
	return reply{http.StatusOK, map[string]string{"status": "ready"}}, nil
}
