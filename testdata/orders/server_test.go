package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// alone is a server whose dependencies are down.
func alone(t *testing.T, more ...string) *lab {
	t.Helper()
	return newLab(t, dsn("127.0.0.1:9"), "http://127.0.0.1:9", more...)
}

func TestWrongRequests(t *testing.T) {
	l := alone(t)
	key := "Idempotency-Key: k"
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	for name, c := range map[string]struct {
		a      answer
		status int
		code   string
	}{
		"route":        {l.get("/nothing"), 404, "not_found"},
		"slash":        {l.get("/orders/"), 404, "not_found"},
		"dirty path":   {l.get("//orders"), 404, "not_found"},
		"id":           {l.get("/orders/0"), 404, "not_found"},
		"method":       {l.send("DELETE", "/orders", ""), 405, "method_not_allowed"},
		"token":        {l.send("BREW", "/orders", ""), 501, "method_unknown"},
		"long":         {l.get("/" + strings.Repeat("x", targetLimit)), 414, "target_too_long"},
		"fields":       {l.send("GET", "/version", "", "X-Much: "+strings.Repeat("x", headerLimit)), 431, "fields_too_large"},
		"no token":     {l.send("POST", "/orders", `{}`, key, "Authorization: "), 401, "unauthenticated"},
		"wrong token":  {l.send("POST", "/orders", `{}`, key, "Authorization: Bearer a.b.c"), 401, "unauthenticated"},
		"expired":      {l.send("POST", "/orders", `{}`, key, "Authorization: Bearer "+issue([]byte(testKey), "ann", time.Now().Add(-2*tokenLife))), 401, "unauthenticated"},
		"password":     {l.send("POST", "/login", `{"user":"ann","password":"x"}`), 401, "unauthenticated"},
		"no key":       {l.send("POST", "/orders", `{}`), 400, "key_missing"},
		"media type":   {l.send("POST", "/orders", `{}`, key, "Content-Type: text/plain"), 415, "media_type"},
		"big":          {l.send("POST", "/orders", `"`+strings.Repeat("x", bodyLimit)+`"`, key), 413, "too_big"},
		"json":         {l.send("POST", "/orders", `{"sku":`, key), 400, "malformed"},
		"twice":        {l.send("POST", "/orders", `{"sku":"A-1","sku":"A-2","quantity":1}`, key), 400, "malformed"},
		"more":         {l.send("POST", "/orders", `{"sku":"A-1","quantity":1} {}`, key), 400, "malformed"},
		"utf-8":        {l.send("POST", "/orders", "{\"sku\":\"\xff\"}", key), 400, "malformed"},
		"deep":         {l.send("POST", "/orders", deep, key), 400, "malformed"},
		"not object":   {l.send("POST", "/orders", `[]`, key), 422, "invalid"},
		"null":         {l.send("POST", "/orders", `null`, key), 422, "invalid"},
		"wrong type":   {l.send("POST", "/orders", `{"sku":1,"quantity":"x"}`, key), 422, "invalid"},
		"unknown name": {l.send("POST", "/orders", `{"sku":"A-1","quantity":1,"Sku":"A-1"}`, key), 422, "invalid"},
		"range":        {l.send("POST", "/orders", `{"sku":"A-1","quantity":101}`, key), 422, "invalid"},
		"fraction":     {l.send("POST", "/orders", `{"sku":"A-1","quantity":1.5}`, key), 422, "invalid"},
	} {
		t.Run(name, func(t *testing.T) { l.in(t).failed(c.a, c.status, c.code) })
	}
	if a := l.send("DELETE", "/orders", ""); a.header.Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("Allow is %q", a.header.Get("Allow"))
	}
	if a := l.send("POST", "/orders", `{}`, "Authorization: "); a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("WWW-Authenticate is %q", a.header.Get("WWW-Authenticate"))
	}
	if a := l.send("HEAD", "/orders/0", ""); a.status != 404 || a.body != nil {
		t.Errorf("HEAD answered %d %v", a.status, a.body)
	}
}

func TestSlowBody(t *testing.T) {
	l := alone(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://"))
	must(t, err)
	defer c.Close()
	fmt.Fprintf(c, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
	started := time.Now()
	c.SetReadDeadline(started.Add(2 * time.Second))
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	must(t, err)
	if r.StatusCode != 408 || !r.Close || time.Since(started) > time.Second {
		t.Errorf("answered %d after %v, close is %v", r.StatusCode, time.Since(started), r.Close)
	}
}

func TestPanicIsAProblem(t *testing.T) {
	l := alone(t)
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/version", nil)
	l.s.answer(w, r.WithContext(withTrace(r.Context(), traceOf(r.Header))), func(*http.Request) (reply, error) { panic("canary-7") })
	if w.Code != 500 || strings.Contains(w.Body.String(), "canary-7") || !strings.Contains(l.logs.String(), "canary-7") {
		t.Errorf("answered %d %s, logged %s", w.Code, w.Body, l.logs)
	}
}

func TestTraceIsTakenOver(t *testing.T) {
	l := alone(t)
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	for field, want := range map[string]bool{
		"00-" + id + "-00f067aa0ba902b7-01":      true,
		"01-" + id + "-00f067aa0ba902b7-01-more": true,
		"00-" + id + "-00f067aa0ba902b7-01-more": false,
		"ff-" + id + "-00f067aa0ba902b7-01":      false,
		"00-" + id + "-0000000000000000-01":      false,
		"nonsense":                               false,
	} {
		if got := l.send("GET", "/version", "", "Traceparent: "+field).header.Get("X-Request-Id"); (got == id) != want {
			t.Errorf("%s gave %s", field, got)
		}
	}
}

func TestSQLStates(t *testing.T) {
	for code, want := range map[string]int{
		"08006": 503, "28P01": 503, "3D000": 503, "40001": 503, "40P01": 503, "53100": 503, "53200": 503, "53300": 503, "55P03": 503, "57014": 503,
		"57P01": 503, "57P03": 503, "25006": 503, "23505": 409, "23503": 422, "23514": 422, "23502": 422, "22P02": 422, "22003": 422,
		"42P01": 500, "42703": 500, "42501": 500, "XX000": 500, "XX001": 500, "25P02": 500, "ZZ999": 500,
	} {
		f := asFailure(storeFailure(&storeError{err: &pgconn.PgError{Code: code}}))
		if f.Status != want {
			t.Errorf("%s is %d, want %d", code, f.Status, want)
		}
	}
}

func TestRetryOfConflicts(t *testing.T) {
	pg := startPostgres(t)
	l := newLab(t, dsn("127.0.0.1:"+pg.port), "http://127.0.0.1:9")
	for fails, want := range map[int]bool{0: true, 2: true, 3: false} {
		tried := 0
		err := l.s.db.transact(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
			if tried++; tried <= fails {
				_, err := tx.Exec(ctx, "do $$ begin raise exception 'canary' using errcode = '40P01'; end $$")
				return err
			}
			return nil
		})
		if (err == nil) != want || tried != min(fails+1, storeAttempts) {
			t.Errorf("%d deadlocks: %d attempts, %v", fails, tried, err)
		}
	}
}

func TestGracefulStop(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	entered := make(chan struct{})
	upstream := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-time.After(200 * time.Millisecond)
		goodPayments(w, r)
	})
	settings := goodSettings()
	settings["PAYMENTS_URL"] = upstream
	cfg, err := load(lookupIn(settings))
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- serve(ctx, cfg, listener, slog.New(slog.DiscardHandler)) }()
	status := make(chan int, 1)
	go func() {
		r, err := http.Get("http://" + listener.Addr().String() + "/rates")
		if err != nil {
			status <- 0
			return
		}
		io.Copy(io.Discard, r.Body)
		status <- r.StatusCode
	}()
	<-entered
	stop()
	if got := <-status; got != 200 {
		t.Errorf("the request in flight got %d", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestRedaction(t *testing.T) {
	hide := alone(t).s.hide
	for _, secret := range []string{"postgres://app:pa55word@h/d", "password=pa55word x", `"token":"pa55word"`, "Authorization: pa55word", "Bearer pa55word.pa55word",
		issue([]byte(testKey), "pa55word", time.Now()), "the key " + testKey, "hunter22"} {
		got := hide.text(secret)
		if strings.Contains(got, "pa55word") || strings.Contains(got, testKey) || strings.Contains(got, "hunter22") || strings.Contains(got, "eyJ") {
			t.Errorf("%q became %q", secret, got)
		}
	}
	if text := `ERROR: relation "orders" does not exist (SQLSTATE 42P01); no bearer token`; hide.text(text) != text {
		t.Errorf("a harmless text became %q", hide.text(text))
	}
}

func TestBugsAreListed(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), []string{"--bugs"}, lookupIn(nil), &out); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	for line := range strings.Lines(out.String()) {
		if strings.Count(line, "\t") != 4 {
			t.Errorf("not five columns: %q", line)
		}
	}
}

func TestNearestBug(t *testing.T) {
	if near := nearestBug("html-errr"); near != "html-error" {
		t.Errorf("nearest is %s", near)
	}
}

func TestFailureKeepsItsCause(t *testing.T) {
	cause := errors.New("c")
	if !errors.Is(&failure{Cause: cause}, cause) {
		t.Error("the cause is lost")
	}
}
