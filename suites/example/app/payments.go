package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// payments is the API that charges.
type payments struct {
	url  string
	http *http.Client
}

func newPayments(url string) payments {
	return payments{url, &http.Client{
		Timeout:       patience * 2 / 3,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// busy says that payments asked to come back later.
type busy struct{ error }

// upstream says that payments did not do its part.
type upstream struct{ error }

// Unwrap gives what went wrong.
func (u upstream) Unwrap() error { return u.error }

// charge charges for an order.
func (p payments) charge(ctx context.Context, o order) error {
	body, err := json.Marshal(map[string]any{"order": o.ID, "amount": 100 * o.Quantity})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/charges", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", o.ID)
	r.Header.Set("Traceparent", o.trace)
	resp, err := p.http.Do(r)
	if err != nil {
		return upstream{err}
	}
	defer func() { _ = resp.Body.Close() }()
	switch {
	case resp.StatusCode == http.StatusServiceUnavailable || resp.StatusCode == http.StatusTooManyRequests:
		return busy{fmt.Errorf("payments gave %d", resp.StatusCode)}
	case resp.StatusCode != http.StatusCreated || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json"):
		return upstream{fmt.Errorf("payments gave %d", resp.StatusCode)}
	}
	var charged struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(&charged); err != nil {
		return upstream{err}
	}
	if charged.ID == "" {
		return upstream{errors.New("payments gave a charge without an id")}
	}
	return nil
}

func newID() string { return strings.ToLower(rand.Text()) }

// timedOut tells whether an error is about time.
func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

// retryAfter is when callers may come back.
const retryAfter = 2 * time.Second
