package draft

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// places are where servers usually serve their own document.
var places = []string{"/openapi.json", "/v3/api-docs", "/openapi.yaml", "/swagger/v1/swagger.json", "/api/openapi.json", "/api-docs", "/docs/openapi.json"}

// running takes a system that runs: its document, and what it says of its health.
func (d *Draft) running(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%s: want an address such as http://127.0.0.1:8080", address)
	}
	root := u.Scheme + "://" + u.Host
	if status, _, err := fetch(ctx, address); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	} else if status == 0 {
		return fmt.Errorf("%s: it does not answer", address)
	}
	d.system.url = root
	candidates := places
	if strings.HasSuffix(u.Path, ".json") || strings.HasSuffix(u.Path, ".yaml") || strings.HasSuffix(u.Path, "api-docs") {
		candidates = []string{u.Path}
	}
	for _, path := range candidates {
		status, body, err := fetch(ctx, root+path)
		if err != nil || status != http.StatusOK || sortOf(path, body) != openAPIFile {
			continue
		}
		d.Sources = append(d.Sources, root+path)
		if err := d.openAPI(root+path, body); err != nil {
			return err
		}
		break
	}
	for _, name := range append(append(readyNames, liveNames...), either...) {
		if d.ready != "" && d.live != "" {
			break
		}
		if status, _, err := fetch(ctx, root+"/"+name); err == nil && status == http.StatusOK {
			d.health("/" + name)
		}
	}
	if len(d.requests) == 0 {
		if status, body, err := fetch(ctx, root+"/graphql?query=%7B__typename%7D"); err == nil && status == http.StatusOK && strings.Contains(string(body), "__typename") {
			d.graphql = "ask"
		}
	}
	return nil
}

// fetch asks for a resource, for at most two seconds and the first eight MiB of it.
func fetch(ctx context.Context, address string) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, err
	}
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
	return r.StatusCode, body, err
}
