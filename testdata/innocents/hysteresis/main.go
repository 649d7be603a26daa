// Command locks opens bicycle locks over a vendor's API. A probe every 100 ms turns it unready after three failures and ready again after two successes.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"sync/atomic"
	"syscall"
	"time"
)

type vendor struct {
	base, token string
	ready       atomic.Bool
}

func (v *vendor) call(ctx context.Context, method, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 700*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+v.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 || resp.Request.URL.Path != path {
		return fmt.Errorf("vendor: %s", resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

func (v *vendor) watch(ctx context.Context) {
	good, bad := 0, 0
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		var up struct{ OK bool }
		if err := v.call(ctx, "GET", "/ping", &up); err == nil && up.OK {
			good, bad = good+1, 0
		} else {
			good, bad = 0, bad+1
		}
		if good >= 2 {
			v.ready.Store(true)
		}
		if bad >= 3 {
			v.ready.Store(false)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func (v *vendor) open(w http.ResponseWriter, r *http.Request) {
	var state struct {
		Lock string `json:"lock"`
		Open *bool  `json:"open"`
	}
	err := v.call(r.Context(), "PUT", "/locks/7/open", &state)
	if err == nil && state.Open == nil {
		err = errors.New("vendor: no state")
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		log.Print(err)
		write(w, http.StatusGatewayTimeout, map[string]string{"error": "lock vendor timed out"})
	case err != nil:
		log.Print(err)
		write(w, http.StatusBadGateway, map[string]string{"error": "lock vendor failed"})
	default:
		write(w, http.StatusOK, state)
	}
}

func main() {
	v := &vendor{base: os.Getenv("VENDOR_URL"), token: os.Getenv("VENDOR_TOKEN")}
	if !regexp.MustCompile(`^https?://[\w.-]+(:\d+)?$`).MatchString(v.base) || v.token == "" {
		log.Fatal("VENDOR_URL and VENDOR_TOKEN are required")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go v.watch(ctx)
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /locks/7/open", v.open)
	mux.HandleFunc("GET /alive", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		if v.ready.Load() {
			w.WriteHeader(http.StatusNoContent)
		} else {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	srv := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: mux}
	go func() { <-ctx.Done(); srv.Shutdown(context.Background()); stop(); os.Exit(0) }()
	log.Print(srv.ListenAndServe())
	select {}
}
