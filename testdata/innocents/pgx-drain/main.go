// Command tickets sells tickets from PostgreSQL. A sale is a serializable transaction that is retried on 40001 and 40P01.
// On SIGTERM it goes unready first, answers with Connection: close, and drains.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"math/rand/v2"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	db       *pgxpool.Pool
	draining atomic.Bool
)

func reply(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if draining.Load() {
		w.Header().Set("Connection", "close")
	}
	if code == 503 {
		w.Header().Set("Retry-After", "2")
	}
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(v)
}

type failure struct {
	Error string `json:"error"`
}

// transact runs f in a serializable transaction, three times at most.
func transact(ctx context.Context, f func(pgx.Tx) error) (err error) {
	for attempt := 0; attempt < 3; attempt++ {
		if attempt > 0 {
			time.Sleep(time.Duration(10+rand.IntN(20<<attempt)) * time.Millisecond)
		}
		err = pgx.BeginTxFunc(ctx, db, pgx.TxOptions{IsoLevel: pgx.Serializable}, f)
		var pgErr *pgconn.PgError
		if !errors.As(err, &pgErr) || pgErr.Code != "40001" && pgErr.Code != "40P01" {
			return err
		}
	}
	return err
}

func refuse(w http.ResponseWriter, err error) {
	log.Printf("level=error err=%q", err)
	status := 503
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		switch code := pgErr.Code; {
		case code == "23505" || code == "23503":
			status = 409
		case code[:2] == "22" || code[:2] == "23":
			status = 422
		case code[:2] == "42" || code[:2] == "XX":
			status = 500
		}
	}
	reply(w, status, failure{map[int]string{409: "that seat is taken", 422: "that cannot be stored", 500: "internal error", 503: "tickets are not available right now"}[status]})
}

func sell(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 1200*time.Millisecond)
	defer cancel()
	var sold struct {
		ID   int64  `json:"id"`
		Show string `json:"show"`
	}
	err := transact(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "update shows set sold = sold + 1 where name = 'hamlet'"); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "insert into tickets (show) values ('hamlet') returning id, show").Scan(&sold.ID, &sold.Show)
	})
	if err != nil {
		refuse(w, err)
		return
	}
	reply(w, 201, sold)
}

func shows(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 1200*time.Millisecond)
	defer cancel()
	var names []string
	if err := db.QueryRow(ctx, "select array_agg(name order by name) from shows").Scan(&names); err != nil {
		refuse(w, err)
		return
	}
	if names == nil {
		log.Print("level=error err=\"no shows\"")
		reply(w, 500, failure{"internal error"})
		return
	}
	reply(w, 200, map[string]any{"shows": names})
}

func main() {
	cfg, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))
	if err != nil || os.Getenv("DATABASE_URL") == "" {
		log.Fatal("DATABASE_URL is not a postgres address")
	}
	cfg.MaxConns = 20
	if db, err = pgxpool.NewWithConfig(context.Background(), cfg); err != nil {
		log.Fatal("DATABASE_URL: ", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /tickets", sell)
	mux.HandleFunc("GET /shows", shows)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 500*time.Millisecond)
		defer cancel()
		if draining.Load() || db.Ping(ctx) != nil {
			reply(w, 503, failure{"not ready"})
			return
		}
		reply(w, 200, "ready")
	})
	srv := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: mux}
	done := make(chan os.Signal, 1)
	signal.Notify(done, syscall.SIGTERM)
	go func() { log.Print(srv.ListenAndServe()) }()
	<-done
	draining.Store(true)
	time.Sleep(300 * time.Millisecond) // until the balancer has seen it
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	srv.Shutdown(ctx)
	db.Close()
}
