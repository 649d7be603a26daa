package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const testKey = "a-key-for-tests-only-0123456789"

// A lab is the server of this module beside what it depends on.
type lab struct {
	t    *testing.T
	url  string
	logs *journal
	s    *server
}

type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) last() string {
	lines := strings.Split(strings.TrimSpace(j.String()), "\n")
	return lines[len(lines)-1]
}

// newLab starts the server; more are settings as KEY=VALUE.
func newLab(t *testing.T, database, payments string, more ...string) *lab {
	t.Helper()
	settings := map[string]string{"PORT": "1", "DATABASE_URL": database, "PAYMENTS_URL": payments, "JWT_KEY": testKey}
	for _, pair := range more {
		name, value, _ := strings.Cut(pair, "=")
		settings[name] = value
	}
	cfg, err := load(func(key string) (string, bool) { v, ok := settings[key]; return v, ok })
	must(t, err)
	l := &lab{t: t, logs: &journal{}}
	s, err := newServer(cfg, slog.New(slog.NewJSONHandler(l.logs, nil)))
	must(t, err)
	l.s = s
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	l.url = web.URL
	return l
}

// An answer is what came, and how long it took.
type answer struct {
	status int
	header http.Header
	body   map[string]any
	took   time.Duration
}

// send asks with a valid token; fields are header fields as NAME: VALUE.
func (l *lab) send(method, path, body string, fields ...string) answer {
	l.t.Helper()
	r, err := http.NewRequest(method, l.url+path, strings.NewReader(body))
	must(l.t, err)
	r.Header.Set("Authorization", "Bearer "+issue([]byte(testKey), demoUser, time.Now()))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Set(name, value)
	}
	started := time.Now()
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}).Do(r)
	must(l.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(l.t, err)
	a := answer{status: response.StatusCode, header: response.Header, took: time.Since(started)}
	if err := json.Unmarshal(text, &a.body); err != nil && method != "HEAD" {
		l.t.Fatalf("%s %s answered %d with %q", method, path, a.status, text)
	}
	return a
}

func (l *lab) get(path string) answer { l.t.Helper(); return l.send("GET", path, "") }

func (l *lab) create(key string) answer {
	l.t.Helper()
	return l.send("POST", "/orders", `{"sku":"A-1","quantity":2}`, "Idempotency-Key: "+key)
}

// failed checks that an answer fails well: in time, as a problem, traceable.
func (l *lab) failed(a answer, status int, code string) {
	l.t.Helper()
	if a.status != status || a.body["code"] != code {
		l.t.Fatalf("answered %d %v, want %d %s; log: %s", a.status, a.body, status, code, l.logs.last())
	}
	id, _ := a.body["trace_id"].(string)
	if a.header.Get("Content-Type") != "application/problem+json" || a.body["status"] != float64(status) ||
		len(id) != 32 || a.header.Get("X-Request-Id") != id || a.header.Get("Cache-Control") != "no-store" {
		l.t.Errorf("not a good problem: %v %v", a.header, a.body)
	}
	if (a.header.Get("Retry-After") != "") != (status == 503) {
		l.t.Errorf("Retry-After is %q at %d", a.header.Get("Retry-After"), status)
	}
	if a.took > time.Second {
		l.t.Errorf("answered after %v", a.took)
	}
	if !strings.Contains(l.logs.String(), id) {
		l.t.Errorf("no line in the log for %s", id)
	}
	if strings.Contains(l.logs.String(), "hunter22") {
		l.t.Errorf("the password is in the log: %s", l.logs.last())
	}
}

func (l *lab) worked(a answer, status int) {
	l.t.Helper()
	if a.status != status {
		l.t.Fatalf("answered %d %v, want %d; log: %s", a.status, a.body, status, l.logs.last())
	}
}
