// Package app is a small shop: orders in a database, charges by a payments API, news of orders to a queue.
package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Config says where everything is.
type Config struct {
	DSN      string // of the database
	Payments string // base URL
	Queue    string // host:port
}

// patience is how long a request may wait for all of its calls together; callers are promised two seconds.
const patience = 900 * time.Millisecond

// shop answers requests.
type shop struct {
	pool     *pgxpool.Pool
	payments payments
	queue    string
}

// order is a row, and what a caller sees of it.
type order struct {
	ID       string `json:"id"`
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
	trace    string // of the request that made it
}

// New gives the shop's handler; what it holds is given back when ctx ends.
func New(ctx context.Context, cfg Config) (http.Handler, error) {
	pool, err := newPool(ctx, cfg.DSN)
	if err != nil {
		return nil, err
	}
	s := &shop{pool: pool, payments: newPayments(cfg.Payments), queue: cfg.Queue}
	mux := http.NewServeMux()
	mux.Handle("GET /orders/{id}", handler(s.get))
	mux.Handle("POST /orders", handler(s.create))
	return mux, nil
}

// handler answers with a value and its status, or with an error.
type handler func(ctx context.Context, r *http.Request) (int, any, error)

// ServeHTTP bounds the time, and makes errors of answers in one place.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	status, v, err := h(ctx, r)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (s *shop) get(ctx context.Context, r *http.Request) (int, any, error) {
	var o order
	err := s.pool.QueryRow(ctx, "select id, sku, quantity from orders where id = $1", r.PathValue("id")).Scan(&o.ID, &o.SKU, &o.Quantity)
	return http.StatusOK, o, err
}

// create stores an order, charges for it, and tells the queue. No connection is held while payments is waited for. The
// charge carries the order's id as its key, so that what is sent again is charged once.
func (s *shop) create(ctx context.Context, r *http.Request) (int, any, error) {
	var o order
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16)).Decode(&o); err != nil || o.SKU == "" || o.Quantity < 1 {
		return 0, nil, badOrder{}
	}
	o.ID, o.trace = newID(), r.Header.Get("Traceparent")
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into orders (id, sku, quantity) values ($1, $2, $3)", o.ID, o.SKU, o.Quantity)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	if err := s.payments.charge(ctx, o); err != nil {
		return 0, nil, err
	}
	if _, err := s.pool.Exec(ctx, "update orders set paid = true where id = $1", o.ID); err != nil {
		return 0, nil, err
	}
	s.tell(ctx, o)
	return http.StatusCreated, o, nil
}

// tell sends news of an order; the shop can do without.
func (s *shop) tell(ctx context.Context, o order) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", s.queue)
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	deadline := time.Now().Add(100 * time.Millisecond)
	_ = c.SetDeadline(deadline)
	if _, err := fmt.Fprintf(c, "ordered %s\n", o.ID); err == nil {
		_, _ = c.Read(make([]byte, 3))
	}
}
