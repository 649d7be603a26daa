package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

const (
	demoUser     = "ann"
	demoPassword = "secret123"
	tokenLife    = time.Hour
	tokenHeader  = `{"alg":"HS256","typ":"JWT"}`
)

type claims struct {
	Subject string `json:"sub"`
	Expires int64  `json:"exp"`
}

// login gives the one demo user a token.
func (s *server) login(r *http.Request) (reply, error) {
	fields, err := readObject(r)
	if err != nil {
		return reply{}, err
	}
	var user, password string
	fields.take("user", &user, "a string")
	fields.take("password", &password, "a string")
	if err := fields.done(); err != nil {
		return reply{}, err
	}
	same := subtle.ConstantTimeCompare([]byte(user), []byte(demoUser)) & subtle.ConstantTimeCompare([]byte(password), []byte(demoPassword))
	if same != 1 {
		return reply{}, unauthenticated(errors.New("wrong user or password"))
	}
	if len(s.cfg.key) == 0 && !s.bug("fail-open") {
		return reply{}, errors.New("no key to sign with")
	}
	return reply{http.StatusOK, map[string]any{"token": issue(s.cfg.key, demoUser, time.Now()), "expires_in": int(tokenLife.Seconds())}}, nil
}

// unauthenticated never says which part was wrong; the log does.
func unauthenticated(cause error) error {
	return &failure{Status: 401, Code: "unauthenticated", Detail: "Valid credentials are needed here.",
		Header: http.Header{"Www-Authenticate": {"Bearer"}}, Cause: cause}
}

// authenticated lets only requests with a valid token through.
func (s *server) authenticated(next handler) handler {
	return func(r *http.Request) (reply, error) {
		if len(s.cfg.key) == 0 && s.bug("fail-open") {
			return next(r)
		}
		if len(s.cfg.key) == 0 {
			return reply{}, errors.New("no key to check tokens with")
		}
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if len(r.Header.Values("Authorization")) != 1 || !strings.EqualFold(scheme, "Bearer") {
			return reply{}, unauthenticated(errors.New("no bearer token"))
		}
		if err := verify(s.cfg.key, token, time.Now()); err != nil {
			return reply{}, unauthenticated(err)
		}
		return next(r)
	}
}

var b64 = base64.RawURLEncoding.Strict()

// issue makes a JSON Web Token (RFC 7519) signed with HMAC-SHA256.
func issue(key []byte, subject string, now time.Time) string {
	body, _ := json.Marshal(claims{Subject: subject, Expires: now.Add(tokenLife).Unix()}) // plain fields always encode
	signed := b64.EncodeToString([]byte(tokenHeader)) + "." + b64.EncodeToString(body)
	return signed + "." + b64.EncodeToString(sign(key, signed))
}

func sign(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// verify accepts only what issue makes: the header is compared, so that no
// token chooses its own algorithm.
func verify(key []byte, token string, now time.Time) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errors.New("not a token")
	}
	signature, err := b64.DecodeString(parts[2])
	if err != nil || !hmac.Equal(signature, sign(key, parts[0]+"."+parts[1])) {
		return errors.New("wrong signature")
	}
	if header, err := b64.DecodeString(parts[0]); err != nil || string(header) != tokenHeader {
		return errors.New("wrong header")
	}
	body, err := b64.DecodeString(parts[1])
	var c claims
	if err != nil || json.Unmarshal(body, &c) != nil || c.Subject == "" {
		return errors.New("wrong claims")
	}
	if now.Unix() >= c.Expires {
		return errors.New("expired")
	}
	return nil
}
