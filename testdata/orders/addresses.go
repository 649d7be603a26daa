package main

import (
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

func (l *loader) address() (address, key string) {
	if whole, ok := l.env("LISTEN_ADDR"); ok {
		if _, both := l.env("PORT"); both {
			l.reject("LISTEN_ADDR", "and PORT are both set, give one")
			return "", ""
		}
		host, port, err := net.SplitHostPort(whole)
		if err != nil || !isPort(port) {
			l.reject("LISTEN_ADDR", "is not host:port with a port of 1 to 65535")
		}
		return net.JoinHostPort(host, port), "LISTEN_ADDR"
	}
	host, _ := l.optional("HOST", "127.0.0.1")
	port, ok := l.text("PORT")
	if ok && !isPort(port) {
		l.reject("PORT", "is not a number of 1 to 65535")
	}
	return net.JoinHostPort(host, port), "PORT"
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

// database checks DATABASE_URL and POOL_SIZE. No error of a parser is passed
// on, because they quote the value.
func (l *loader) database() *pgxpool.Config {
	size := l.poolSize()
	text, ok := l.text("DATABASE_URL")
	if !ok {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		l.reject("DATABASE_URL", "is not a URL")
	case u.Scheme != "postgres" && u.Scheme != "postgresql":
		l.reject("DATABASE_URL", "does not begin with postgres://")
	case u.Hostname() == "" || (u.Port() != "" && !isPort(u.Port())):
		l.reject("DATABASE_URL", "names no host, or a wrong port")
	case strings.Trim(u.Path, "/") == "":
		l.reject("DATABASE_URL", "names no database")
	default:
		c, err := poolConfig(text, size)
		if err != nil {
			l.reject("DATABASE_URL", "is not understood by the driver")
		}
		return c
	}
	return nil
}

func (l *loader) poolSize() int32 {
	text, ok := l.optional("POOL_SIZE", "4")
	n, err := strconv.Atoi(text)
	if ok && (err != nil || n < 1 || n > 100) {
		l.reject("POOL_SIZE", "is not a number of 1 to 100")
	}
	return int32(n)
}

func (l *loader) payments() *url.URL {
	text, ok := l.text("PAYMENTS_URL")
	if !ok {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		l.reject("PAYMENTS_URL", "is not a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		l.reject("PAYMENTS_URL", "does not begin with http:// or https://")
	case u.Hostname() == "" || (u.Port() != "" && !isPort(u.Port())):
		l.reject("PAYMENTS_URL", "names no host, or a wrong port")
	case u.RawQuery != "" || u.Fragment != "":
		l.reject("PAYMENTS_URL", "has a query or a fragment")
	case u.Path == "":
		u.Path = "/"
	}
	return u
}

func (l *loader) deadline() time.Duration {
	text, ok := l.optional("DEADLINE", "1s")
	d, err := time.ParseDuration(text)
	if ok && (err != nil || d <= 0) {
		l.reject("DEADLINE", "is not a duration such as 800ms or 2s")
	}
	return d
}
