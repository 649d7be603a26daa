// Command quakes streams earthquakes as application/json-seq. Every page is a call of its feed; a trailer says whether the feed was read to its end.
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
	"strings"
	"syscall"
	"time"
)

type quake struct {
	ID        string  `json:"id"`
	Magnitude float64 `json:"magnitude"`
}

type feed struct {
	base   string
	client *http.Client
}

func (f feed) page(ctx context.Context, n int) ([]quake, error) {
	ctx, cancel := context.WithTimeout(ctx, 600*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("%s/quakes/%d", f.base, n), nil)
	if err != nil {
		return nil, err
	}
	res, err := f.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		return nil, fmt.Errorf("feed: status %d", res.StatusCode)
	}
	var body struct{ Quakes []quake }
	if err := json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&body); err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	for _, q := range body.Quakes {
		if q.ID == "" {
			return nil, errors.New("feed: a quake without id")
		}
	}
	if len(body.Quakes) == 0 {
		return nil, errors.New("feed: an empty page")
	}
	return body.Quakes, nil
}

func fail(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, "{\"error\":%q}\n", text)
}

func (f feed) stream(w http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(w)
	for n := 1; n <= 2; n++ {
		quakes, err := f.page(r.Context(), n)
		switch {
		case err != nil && n == 1:
			log.Printf("error %v", err)
			if errors.Is(err, context.DeadlineExceeded) {
				fail(w, 504, "the feed takes too long")
			} else {
				fail(w, 502, "the feed is out of order")
			}
			return
		case err != nil:
			log.Printf("error on page %d: %v", n, err)
			w.Header().Set("X-Stream-Status", "incomplete")
			return
		case n == 1:
			w.Header().Set("Content-Type", "application/json-seq")
			w.Header().Set("Trailer", "X-Stream-Status")
		}
		for _, q := range quakes {
			raw, _ := json.Marshal(q)
			fmt.Fprintf(w, "\x1e%s\n", raw)
		}
		if out.Flush() != nil {
			return
		}
	}
	w.Header().Set("X-Stream-Status", "complete")
}

func main() {
	f := feed{strings.TrimSuffix(os.Getenv("FEED_URL"), "/"), &http.Client{}}
	if !strings.HasPrefix(f.base, "http://") || strings.Count(f.base, "/") != 2 {
		log.Fatal("FEED_URL must be like http://host:port")
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /quakes", f.stream)
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fail(w, 404, "no such page") })
	srv := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: mux, ReadHeaderTimeout: 3 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	idle := make(chan struct{})
	go func() { <-ctx.Done(); srv.Shutdown(context.Background()); close(idle) }()
	if err := srv.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-idle
}
