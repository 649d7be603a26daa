// Command graphql-gophers is a small bookshop that answers GraphQL and fails well.
package main

import (
	"context"
	_ "embed"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/graph-gophers/graphql-go"
)

//go:embed schema.graphql
var sdl string

// longest is how long one call of an upstream may take in all, and with it the answer, which makes two in a row at most.
const longest = 700 * time.Millisecond

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	if err := run(log); err != nil {
		log.Error("stopped", "cause", err)
		os.Exit(1)
	}
}

func run(log *slog.Logger) error {
	catalog, err := newUpstream("UPSTREAM_URL")
	if err != nil {
		return err
	}
	ratings, err := newUpstream("RATINGS_URL")
	if err != nil {
		return err
	}
	root := &shop{catalog: catalog, ratings: ratings, started: time.Now()}
	schema, err := graphql.ParseSchema(sdl, root, graphql.UseFieldResolvers(), graphql.MaxDepth(18), graphql.MaxQueryLength(16<<10),
		graphql.MaxSelections(2000), graphql.OverlapValidationLimit(20000), graphql.PanicHandler(quiet{log}), graphql.Logger(quiet{log}))
	if err != nil {
		return err
	}
	routes := http.NewServeMux()
	routes.Handle("/graphql", &endpoint{schema: schema, shop: root, log: log})
	routes.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusOK, typeJSON, map[string]bool{"ok": true})
	})
	routes.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, typeJSON, http.StatusNotFound, "There is nothing at this address.")
	})
	return serve(routes)
}

// serve serves until it is told to stop, and lets what was asked before be answered.
func serve(routes http.Handler) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", os.Getenv("PORT")))
	if err != nil {
		return err
	}
	s := &http.Server{Handler: traced(routes), ReadTimeout: 2 * time.Second, WriteTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-stop.Done():
	}
	within, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := s.Shutdown(within); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// newUpstream reads the address of an upstream from the environment.
func newUpstream(name string) (*upstream, error) {
	at, err := url.Parse(os.Getenv(name))
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, errors.New(name + " is no address of an HTTP service")
	}
	return &upstream{at: at, client: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 2, MaxResponseHeaderBytes: 16 << 10, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}
