package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// badOrder is what a caller got wrong.
type badOrder struct{}

func (badOrder) Error() string { return "the order is not complete" }

// refuse answers an error, as problem details (RFC 9457) with texts of our own only.
func refuse(w http.ResponseWriter, err error) {
	status := statusOf(err)
	w.Header().Set("Content-Type", "application/problem+json")
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", fmt.Sprint(int(retryAfter.Seconds())))
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status})
}

// statusOf gives every kind of trouble its status. What is not known is the database's.
func statusOf(err error) int {
	var late busy
	var other upstream
	var said *pgconn.PgError
	switch {
	case errors.As(err, &badOrder{}):
		return http.StatusUnprocessableEntity
	case errors.Is(err, pgx.ErrNoRows):
		return http.StatusNotFound
	case errors.As(err, &late):
		return http.StatusServiceUnavailable
	case errors.As(err, &other) && timedOut(err):
		return http.StatusGatewayTimeout
	case errors.As(err, &other):
		return http.StatusBadGateway
	case errors.As(err, &said) && said.Code == "23505":
		return http.StatusConflict
	case errors.As(err, &said) && (said.Code[:2] == "22" || said.Code[:2] == "23"):
		return http.StatusUnprocessableEntity
	}
	return http.StatusServiceUnavailable
}
