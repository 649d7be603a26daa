// Package careless is a shop that fails badly when something breaks, by five mistakes that each look harmless alone.
package careless

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// shop answers requests.
type shop struct {
	pool     *pgxpool.Pool
	payments string
	client   *http.Client
}

// New gives the shop's handler; what it holds is given back when ctx ends.
func New(ctx context.Context, dsn, payments string) (http.Handler, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, pool.Close)
	s := &shop{pool, payments, &http.Client{
		Timeout:       500 * time.Millisecond,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", s.get)
	mux.HandleFunc("POST /orders", s.create)
	return mux, nil
}

// get does not look at what the database says.
func (s *shop) get(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	var sku string
	_ = s.pool.QueryRow(ctx, "select sku from orders where id = $1", r.PathValue("id")).Scan(&sku)
	say(w, http.StatusOK, map[string]string{"sku": sku})
}

// create tells the caller what the database said, blames the caller when payments refuses, does not look at its errors, and
// reads what is no charge as if it were one.
func (s *shop) create(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if _, err := s.pool.Exec(ctx, "insert into orders (sku) values ($1)", "A-1"); err != nil {
		say(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	resp, err := s.client.Post(s.payments+"/charges", "application/json", strings.NewReader("{}"))
	if err != nil {
		say(w, http.StatusBadGateway, map[string]string{"error": "payments does not answer"})
		return
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 == 4 {
		say(w, http.StatusBadRequest, map[string]string{"error": "the charge was refused"})
		return
	}
	var charge map[string]any
	if resp.StatusCode < http.StatusInternalServerError {
		body, _ := io.ReadAll(resp.Body)
		_ = json.Unmarshal(body, &charge)
		_ = charge["id"].(string)
	}
	say(w, http.StatusCreated, map[string]string{"status": "ordered"})
}

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
