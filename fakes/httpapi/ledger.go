package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// remembered is how much of the text of requests a ledger keeps; the oldest are forgotten first.
const remembered = 16 << 20

// ledger is what a stub carried out: a count per method and target that is never wrong, and the text of the last requests.
type ledger struct {
	mu      sync.Mutex
	counts  map[asked]int
	once    map[asked]int   // without repeats of an Idempotency-Key, as a server that keeps to the draft carries them out
	keys    map[string]bool // the keys seen
	entries []entry
	size    int
}

type asked struct{ method, path, query string }

type entry struct {
	asked
	text string // fields and body
}

func (b *ledger) note(r *http.Request, body []byte) {
	what := asked{r.Method, r.URL.Path, r.URL.RawQuery}
	var text strings.Builder
	for name, values := range r.Header {
		for _, value := range values {
			text.WriteString(name + ": " + value + "\n")
		}
	}
	text.Write(body[:min(len(body), remembered/16)])
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.counts == nil {
		b.counts, b.once, b.keys = map[asked]int{}, map[asked]int{}, map[string]bool{}
	}
	b.counts[what]++
	if key := r.Header.Get("Idempotency-Key"); key == "" || !b.keys[key] {
		b.once[what]++
		b.keys[key] = true
	}
	b.entries = append(b.entries, entry{what, text.String()})
	b.size += text.Len()
	for b.size > remembered {
		b.size -= len(b.entries[0].text)
		b.entries[0] = entry{}
		b.entries = b.entries[1:]
	}
}

func (b *ledger) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts, b.once, b.keys, b.entries, b.size = nil, nil, nil, nil, 0
}

// Query counts what the stub carried out. `POST /charges` gives the number of such requests, and `POST /charges key=abc` of
// those that carried that text in a field or the body. `POST /charges once` counts requests that carry the same
// Idempotency-Key once, as an upstream that honours the key carries them out. The path may be one of a route, with {name} and /*; a query in it
// has to be the same. Requests that no route matched do not count.
func (b *ledger) Query(_ context.Context, query string) (string, error) {
	query, once := strings.CutSuffix(strings.TrimSpace(query), " once")
	what, key, keyed := strings.Cut(query, " key=")
	method, target, ok := strings.Cut(what, " ")
	path, parameters, asks := strings.Cut(strings.TrimSpace(target), "?")
	if !ok || !strings.HasPrefix(path, "/") || strings.Contains(path, " ") || keyed && key == "" {
		return "", fmt.Errorf("want a query such as `POST /charges` or `POST /charges key=abc`, not %q", query)
	}
	means := func(a asked) bool {
		return strings.EqualFold(a.method, method) && matchPath(path, a.path) && (!asks || a.query == parameters)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	counts := b.counts
	if once {
		counts = b.once
	}
	if !keyed {
		for a, count := range counts {
			if means(a) {
				n += count
			}
		}
		return strconv.Itoa(n), nil
	}
	for _, e := range b.entries {
		if means(e.asked) && strings.Contains(e.text, key) {
			n++
		}
	}
	return strconv.Itoa(n), nil
}
