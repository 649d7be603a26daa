package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// What the switched-on bugs do, as far as it is more than a line at its place.

// misbehave does what bugs do when a handler has failed, before the answer.
func (s *server) misbehave(err error) {
	f := asFailure(err)
	store := strings.HasPrefix(f.Code, "store_")
	switch {
	case s.bug("panic-kills-process") && store:
		go func() { panic(err) }()
		select {} // the process ends here
	case s.bug("null-crashes") && f.Code == "store_data_invalid":
		panic(http.ErrAbortHandler)
	case s.bug("shared-breaker") && f.Status >= 500:
		s.shared.Lock()
		s.broken = time.Now()
		s.shared.Unlock()
	case s.bug("background-retry") && f.Status >= 500:
		go s.haunt()
	}
}

// tripped says whether the breaker that all routes share is open.
func (s *server) tripped(r *http.Request) bool {
	s.shared.Lock()
	defer s.shared.Unlock()
	return time.Since(s.broken) < 700*time.Millisecond && r.URL.Path != "/livez"
}

// haunt goes on with work that nobody waits for.
func (s *server) haunt() {
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for range 100 {
		<-tick.C
		s.payments.rates(context.Background())
	}
}

// halfRead takes an early end of the rows for the end.
func halfRead(rows pgx.Rows) []order {
	defer rows.Close()
	orders := []order{}
	for rows.Next() {
		if o, err := scanOrder(rows); err == nil {
			orders = append(orders, o)
		}
	}
	return orders
}

// looseRates takes nothing for zero.
func looseRates(currency *string, rates map[string]*float64) rateList {
	out := rateList{Rates: map[string]float64{}}
	if currency != nil {
		out.Currency = *currency
	}
	for name, rate := range rates {
		if rate != nil {
			out.Rates[name] = *rate
		}
	}
	return out
}

// passedOn makes trouble of the upstream look like the client's.
func (p *payments) passedOn(r *http.Response, f *failure) *failure {
	switch {
	case r.StatusCode == 401 && p.bugs.has("upstream-401-passed"):
		f.Status, f.Header = 401, http.Header{"Www-Authenticate": {"Bearer"}}
	case r.StatusCode == 429 && p.bugs.has("upstream-429-passed"):
		f.Status = 429
	}
	return f
}

// worse changes a failure before a problem is made of it.
func (s *server) worse(f *failure) *failure {
	bad := *f
	switch {
	case s.bug("everything-500") && f.Status > 500:
		bad.Status = 500
	case s.bug("no-deadlock-retry") && f.Code == "store_conflict":
		bad.Status = 500
	case s.bug("constraint-500") && f.Code == "conflict":
		bad.Status = 500
	case s.bug("lost-commit-409") && f.Code == "outcome_unknown":
		bad.Status, bad.Code = 409, "conflict"
	case s.bug("driver-text-in-detail") && f.Status >= 500:
		bad.Detail = f.Error()
	case s.bug("upstream-body-passed"):
		if e := new(answerError); errors.As(f.Cause, &e) {
			bad.Detail = string(e.body)
		}
	}
	return &bad
}

// sendBadly sends a 5xx as the switched-on bugs want it, or nothing if no bug cares.
func (s *server) sendBadly(w http.ResponseWriter, r *http.Request, f *failure, p problem) bool {
	if f.Status < 500 {
		return false
	}
	answer := new(answerError)
	switch {
	case s.bug("stack-in-body"):
		s.send(w, r, f.Status, "application/problem+json", struct {
			problem
			Stack string `json:"stack"`
		}{p, string(debug.Stack())})
	case s.bug("sql-in-body"):
		s.send(w, r, f.Status, "application/problem+json", struct {
			problem
			Query string `json:"query"`
		}{p, selectOrder})
	case s.bug("upstream-page-passed") && errors.As(f.Cause, &answer):
		s.write(w, r, f.Status, "text/html", answer.body)
	case s.bug("html-error"):
		s.write(w, r, f.Status, "text/html; charset=utf-8", fmt.Appendf(nil, "<html><body><h1>%d %s</h1></body></html>", f.Status, http.StatusText(f.Status)))
	case s.bug("text-error"):
		s.write(w, r, f.Status, "text/plain; charset=utf-8", []byte(http.StatusText(f.Status)))
	case s.bug("wrong-status-member"):
		p.Status = 400
		s.send(w, r, f.Status, "application/problem+json", p)
	case s.bug("truncated-error"):
		w.Header().Set("Content-Length", strconv.Itoa(4096))
		s.send(w, r, f.Status, "application/problem+json", p)
	case s.bug("no-trace-id"):
		p.TraceID = ""
		s.send(w, r, f.Status, "application/problem+json", p)
	case s.bug("no-retry-after"):
		w.Header().Del("Retry-After")
		return false
	case s.bug("cause-in-header"):
		w.Header().Set("X-Debug-Cause", strings.Map(printable, f.Error()))
		return false
	default:
		return false
	}
	return true
}

func printable(c rune) rune {
	if c < ' ' || c > '~' {
		return ' '
	}
	return c
}
