package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// charge asks the bank, which makes one charge of a key however often it is asked.
func (s *shop) charge(ctx context.Context, key string, amount int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.bank+"/charges", bytes.NewReader(fmt.Appendf(nil, `{"amount":%d}`, amount)))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var made struct {
		ID string `json:"id"`
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, biggest+1))
	switch {
	case err != nil:
		return "", err
	case res.StatusCode != http.StatusCreated || len(body) > biggest:
		return "", fmt.Errorf("the bank says %d", res.StatusCode)
	}
	if err := json.Unmarshal(body, &made); err != nil {
		return "", err
	}
	if made.ID == "" {
		return "", errors.New("a charge without an id")
	}
	return made.ID, nil
}
