package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// lookup finds a setting; os.LookupEnv is one.
type lookup func(key string) (string, bool)

// config is what the environment says, already checked.
type config struct {
	address    string // host:port
	addressKey string // the setting that said so: PORT or LISTEN_ADDR
	database   *pgxpool.Config
	payments   *url.URL
	key        []byte
	deadline   time.Duration // of a whole request
	bugs       bugs
}

type settingError struct{ key, trouble string }

// settingErrors are all wrong settings at once. They never hold a value.
type settingErrors []settingError

func (e settingErrors) Error() string {
	lines := make([]string, len(e))
	for i, s := range e {
		lines[i] = s.key + " " + s.trouble
	}
	return strings.Join(lines, "; ")
}

func (e settingErrors) keys() string {
	keys := make([]string, len(e))
	for i, s := range e {
		keys[i] = s.key
	}
	return strings.Join(keys, ",")
}

// loader reads settings and collects what is wrong with them.
type loader struct {
	env   lookup
	wrong settingErrors
}

func (l *loader) reject(key, format string, args ...any) {
	l.wrong = append(l.wrong, settingError{key, fmt.Sprintf(format, args...)})
}

// text returns a required setting.
func (l *loader) text(key string) (string, bool) {
	value, ok := l.env(key)
	switch {
	case !ok:
		l.reject(key, "is missing")
	case strings.TrimSpace(value) == "":
		l.reject(key, "is empty")
	default:
		return value, true
	}
	return "", false
}

// text or, when the setting is absent, the default.
func (l *loader) optional(key, fallback string) (string, bool) {
	if _, ok := l.env(key); !ok {
		return fallback, true
	}
	return l.text(key)
}

func load(env lookup) (config, error) {
	l := &loader{env: env}
	c := config{bugs: l.bugs()}
	c.address, c.addressKey = l.address()
	c.database = l.database()
	c.payments = l.payments()
	c.key = l.key(c.bugs)
	c.deadline = l.deadline()
	if len(l.wrong) > 0 {
		return config{}, l.wrong
	}
	return c, nil
}
