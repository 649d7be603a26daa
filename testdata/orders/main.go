// Orders is the sample system of failwell: a small HTTP API that needs a
// PostgreSQL database and a payments API, and shows how to fail well when they
// break. Asked by ORDERS_BUGS it fails badly in one chosen way: see bugs.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	code := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout)
	stop()
	os.Exit(code)
}

// run is the whole program: it returns the exit code, 0 after a graceful stop,
// 1 when a setting is wrong or the address cannot be bound, 2 for wrong usage.
func run(ctx context.Context, args []string, env lookup, out io.Writer) int {
	if len(args) == 1 && args[0] == "--bugs" {
		printBugs(out)
		return 0
	}
	if len(args) > 0 {
		fmt.Fprintln(out, "usage: orders [--bugs]   settings come from the environment")
		return 2
	}
	logger := slog.New(slog.NewJSONHandler(out, nil))
	cfg, err := load(env)
	if err != nil {
		reject(logger, err)
		return 1
	}
	listener, err := net.Listen("tcp", cfg.address)
	if err != nil {
		reject(logger, settingErrors{{cfg.addressKey, "cannot be listened on: " + listenTrouble(err)}})
		return 1
	}
	if err := serve(ctx, cfg, listener, logger); err != nil {
		logger.Error("stopped", "cause", err.Error())
		return 1
	}
	return 0
}

// reject logs the one line that says which settings are wrong, never their values.
func reject(logger *slog.Logger, err error) {
	var wrong settingErrors
	if errors.As(err, &wrong) {
		logger.Error("settings rejected", "key", wrong.keys(), "cause", wrong.Error())
		return
	}
	logger.Error("settings rejected", "cause", err.Error())
}

func listenTrouble(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	return "the address is not usable"
}

// serve answers on the listener until ctx ends; then readiness turns false,
// requests in flight finish, and it returns nil.
func serve(ctx context.Context, cfg config, listener net.Listener, logger *slog.Logger) error {
	s, err := newServer(cfg, logger)
	if err != nil {
		return err
	}
	web := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 2 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    4 * headerLimit,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),

		DisableGeneralOptionsHandler: true,
	}
	failed := make(chan error, 1)
	if s.bug("keen-watchdog") {
		go watch(failed)
	}
	go func() { failed <- web.Serve(s.listening(listener)) }()
	logger.Info("listening", "address", listener.Addr().String())

	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	if s.bug("stops-at-once") {
		return web.Close()
	}
	grace, cancel := context.WithTimeout(context.Background(), cfg.deadline+time.Second)
	defer cancel()
	if err := web.Shutdown(grace); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	logger.Info("stopped")
	return nil
}
