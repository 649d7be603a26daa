// Command menus serves the menu of the day with a strong ETag; a conditional GET is answered 304. Errors are problem details without a type.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

var kitchen *url.URL

type menu struct {
	Day    string   `json:"day"`
	Dishes []string `json:"dishes"`
}

func fetch(ctx context.Context) (m menu, err error) {
	ctx, cancel := context.WithTimeout(ctx, 900*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, kitchen.JoinPath("menu").String(), nil)
	if err != nil {
		return m, err
	}
	resp, err := http.DefaultTransport.RoundTrip(req) // no redirects
	if err != nil {
		return m, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return m, fmt.Errorf("kitchen answered %s", resp.Status)
	}
	raw, err := io.ReadAll(http.MaxBytesReader(nil, resp.Body, 1<<20))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, err
	}
	if m.Day == "" || m.Dishes == nil {
		return m, errors.New("kitchen sent half a menu")
	}
	return m, nil
}

func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Del("ETag")
	if status == 503 {
		w.Header().Set("Retry-After", "5")
	}
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": detail, "retriable": status >= 500})
}

func serveMenu(w http.ResponseWriter, r *http.Request) {
	m, err := fetch(r.Context())
	if err != nil {
		slog.Error("kitchen", "err", err)
		problem(w, http.StatusServiceUnavailable, "The kitchen cannot be reached at the moment.")
		return
	}
	raw, _ := json.Marshal(m)
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256(raw))
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "max-age=0, must-revalidate")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
	w.Write(raw)
}

func main() {
	var err error
	if kitchen, err = url.Parse(os.Getenv("KITCHEN_URL")); err != nil || kitchen.Host == "" || kitchen.Scheme != "http" {
		slog.Error("KITCHEN_URL is not an http address")
		os.Exit(1)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/menu", func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			serveMenu(w, r)
		default:
			w.Header().Set("Allow", "GET, HEAD")
			problem(w, http.StatusMethodNotAllowed, "The menu can only be read.")
		}
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, "There is no such page.")
	})
	srv := http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: mux}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go srv.ListenAndServe()
	<-ctx.Done()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	srv.Shutdown(ctx)
}
