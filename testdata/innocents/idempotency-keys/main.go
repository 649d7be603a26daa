// Command idempotency-keys takes payments: one for each Idempotency-Key, which it hands on to its bank.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

const limit, biggest = 800 * time.Millisecond, 1 << 16

// A payment is what is asked for, and what came of it. Its lock is held while the bank is asked.
type payment struct {
	sync.Mutex
	amount int
	id     string // empty: it is not known whether it was made
}

type shop struct {
	bank     string
	mu       sync.Mutex
	payments map[string]*payment
}

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, text string) {
	say(w, status, map[string]string{"error": text})
}

func (s *shop) pay(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Amount int }
	key := r.Header.Get("Idempotency-Key")
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, biggest)).Decode(&asked); err != nil || asked.Amount <= 0 || key == "" {
		refuse(w, http.StatusBadRequest, "an amount and an Idempotency-Key are wanted")
		return
	}
	s.mu.Lock()
	p := s.payments[key]
	if p == nil {
		p = &payment{amount: asked.Amount}
		s.payments[key] = p
	}
	s.mu.Unlock()
	if p.amount != asked.Amount {
		refuse(w, http.StatusUnprocessableEntity, "this key belongs to another payment")
		return
	}
	if !p.TryLock() {
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusConflict, "this payment is being made")
		return
	}
	defer p.Unlock()
	if p.id == "" {
		id, err := s.charge(context.WithoutCancel(r.Context()), key, p.amount)
		if late := net.Error(nil); errors.As(err, &late) && late.Timeout() {
			log.Print("bank: ", err)
			refuse(w, http.StatusGatewayTimeout, "the bank is late; ask again with the same key")
			return
		}
		if err != nil {
			log.Print("bank: ", err)
			refuse(w, http.StatusBadGateway, "the bank does not answer well; ask again with the same key")
			return
		}
		p.id = id
	}
	say(w, http.StatusCreated, map[string]any{"payment": p.id, "amount": p.amount})
}

func main() {
	bank, err := url.Parse(os.Getenv("BANK_URL"))
	if err != nil || bank.Scheme != "http" || bank.Host == "" {
		log.Fatal("BANK_URL is wanted, as http://HOST:PORT")
	}
	s := &shop{bank: strings.TrimSuffix(bank.String(), "/"), payments: map[string]*payment{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /payments", s.pay)
	mux.HandleFunc("GET /up", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, map[string]bool{"ok": true}) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "nothing is here") })
	server := http.Server{Addr: "127.0.0.1:" + cmp.Or(os.Getenv("PORT"), "8080"), Handler: mux, ReadTimeout: 5 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	done := make(chan error)
	context.AfterFunc(ctx, func() { done <- server.Shutdown(context.Background()) })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-done; err != nil {
		log.Fatal(err)
	}
}
