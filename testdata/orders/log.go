package main

import (
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// redactor takes secrets out of what is logged: those we hold, and whatever
// looks like one.
type redactor struct{ held *strings.Replacer }

const hidden = "[redacted]"

func newRedactor(cfg config) redactor {
	secrets := []string{string(cfg.key), cfg.database.ConnConfig.Password, cfg.database.ConnString()}
	if password, ok := cfg.payments.User.Password(); ok {
		secrets = append(secrets, password)
	}
	var pairs []string
	for _, secret := range secrets {
		if len(secret) >= 4 {
			pairs = append(pairs, secret, hidden, url.QueryEscape(secret), hidden, url.PathEscape(secret), hidden)
		}
	}
	return redactor{strings.NewReplacer(pairs...)}
}

var (
	userinfo = regexp.MustCompile(`(://)[^/@\s]*@`)
	named    = regexp.MustCompile(`(?i)\b(password|passwd|secret|token|authorization|api[_-]?key)(\\?["']?\s*[=:]\s*)(\\?"[^"]*"|'[^']*'|[^\s,}]+)`)
	bearer   = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`)
	token    = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)*`)
)

func (h redactor) text(s string) string {
	s = h.held.Replace(s)
	s = userinfo.ReplaceAllString(s, "${1}"+hidden+"@")
	s = bearer.ReplaceAllString(s, "$1 "+hidden)
	s = token.ReplaceAllString(s, hidden)
	return named.ReplaceAllString(s, "$1$2"+hidden)
}

// record logs the one line of a request. The cause goes here and nowhere else.
func (s *server) record(r *http.Request, status int, started time.Time, f *failure) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("trace_id", traceFrom(r.Context()).id),
		slog.String("method", r.Method),
		slog.String("route", routeOf(r)),
		slog.Int("status", status),
		slog.Float64("duration_ms", float64(time.Since(started).Microseconds())/1000),
	}
	if f != nil {
		level = slog.LevelWarn
		if f.Status >= 500 {
			level = slog.LevelError
		}
		if s.bug("not-logged") && f.Status >= 500 {
			return
		}
		cause := s.hide.text(f.Error())
		if s.bug("log-dsn") && f.Status >= 500 {
			cause = f.Error() + " using " + s.cfg.database.ConnString()
		}
		attrs = append(attrs, slog.String("code", f.Code), slog.String("cause", cause))
	}
	s.log.LogAttrs(r.Context(), level, "request", attrs...)
}

// routeOf is the pattern, not the path: paths may hold what is personal.
func routeOf(r *http.Request) string {
	if _, route, ok := strings.Cut(r.Pattern, " "); ok {
		return route
	}
	if r.Pattern == "/graphql" {
		return r.Pattern
	}
	return "unknown"
}
