// Command sse-clock streams three readings of a sensor as server-sent events. A stream that cannot go on is broken off.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const limit, biggest, readings = 500 * time.Millisecond, 1 << 16, 3

type sensor struct {
	url    string
	client http.Client
}

// read asks the sensor once.
func (s *sensor) read(ctx context.Context) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/level", nil)
	if err != nil {
		return 0, err
	}
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, biggest+1))
	var got struct{ Level *float64 }
	switch {
	case err != nil:
		return 0, err
	case res.StatusCode != http.StatusOK || len(body) > biggest:
		return 0, fmt.Errorf("the sensor says %d", res.StatusCode)
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return 0, err
	}
	if got.Level == nil {
		return 0, errors.New("no level")
	}
	return *got.Level, nil
}

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, text string) {
	say(w, status, map[string]string{"error": text})
}

func (s *sensor) stream(w http.ResponseWriter, r *http.Request) {
	for n := range readings {
		level, err := s.read(r.Context())
		if err != nil {
			log.Print("sensor: ", err)
		}
		late := net.Error(nil)
		switch {
		case err != nil && n > 0:
			panic(http.ErrAbortHandler) // the status is out: only a broken stream is honest
		case errors.As(err, &late) && late.Timeout():
			refuse(w, http.StatusGatewayTimeout, "the sensor is late")
			return
		case err != nil:
			refuse(w, http.StatusBadGateway, "the sensor does not answer well")
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		if _, err := fmt.Fprintf(w, "id: %d\nevent: level\ndata: {\"level\":%g}\n\n", n, level); err != nil {
			return
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			return
		}
	}
}

func main() {
	at, err := url.Parse(os.Getenv("SENSOR_URL"))
	if err != nil || at.Scheme != "http" || at.Host == "" {
		log.Fatal("SENSOR_URL is wanted, as http://HOST:PORT")
	}
	s := &sensor{url: at.Scheme + "://" + at.Host}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	mux := http.NewServeMux()
	mux.HandleFunc("GET /levels", s.stream)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, map[string]bool{"ok": true}) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, map[string]bool{"ok": true}) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "nothing is here") })
	server := http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: mux, ReadTimeout: 5 * time.Second}
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
