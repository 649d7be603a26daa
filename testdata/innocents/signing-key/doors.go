package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const limit, biggest = 800 * time.Millisecond, 1 << 16

// door asks which door a guest may use.
func (p passes) door(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.doors+"/guests/7", nil)
	if err != nil {
		return "", err
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, biggest+1))
	var guest struct{ Door string }
	switch {
	case err != nil:
		return "", err
	case res.StatusCode != http.StatusOK || len(body) > biggest:
		return "", fmt.Errorf("doors say %d", res.StatusCode)
	case json.Unmarshal(body, &guest) != nil || guest.Door == "":
		return "", errors.New("no door")
	}
	return guest.Door, nil
}
