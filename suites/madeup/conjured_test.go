package madeup_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/system"
)

// conjured is a system out of thin air, with a widget behind it.
type conjured struct {
	Widget string `json:"widget" decode:"must"` // the dependency that is its widget
	Manner string `json:"manner,omitempty"`     // rude, careless or stubborn; default: as it should be
}

func conjure(params *decode.Node, _ string) (system.System, error) {
	var c conjured
	err := params.Into(&c)
	return c, err
}

// Start brings up one instance.
func (c conjured) Start(ctx context.Context, s system.Setup) (system.Instance, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	i := &apparition{conjured: c, widget: s.URL(c.Widget), url: "http://" + l.Addr().String()}
	i.server.Handler = i
	go func() { _ = i.server.Serve(l) }()
	return i, nil
}

// apparition is one running copy.
type apparition struct {
	conjured
	widget, url string
	server      http.Server

	mu      sync.Mutex
	lines   []exchange.Line
	offence bool // it was failed once
}

func (i *apparition) URL(string) string             { return i.url }
func (i *apparition) Exited() (exchange.Exit, bool) { return exchange.Exit{}, false }
func (i *apparition) Stop(context.Context) error    { return i.server.Close() }

func (i *apparition) Logs(since int) []exchange.Line {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]exchange.Line(nil), i.lines[min(since, len(i.lines)):]...)
}

// ServeHTTP answers GET /frobnicate and GET /gronk.
func (i *apparition) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op := strings.ToUpper(strings.TrimPrefix(r.URL.Path, "/"))
	if op == "" {
		return
	}
	answer, err := tell(r.Context(), i.widget, op+" a")
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.offence && i.Manner == "stubborn" {
		err = fmt.Errorf("I do not talk to that widget any more")
	}
	w.Header().Set("Content-Type", "application/json")
	if err == nil {
		_, _ = fmt.Fprintf(w, `{"answer":%q}`, answer)
		return
	}
	i.offence = true
	i.lines = append(i.lines, exchange.Line{N: len(i.lines), Stream: "stderr", Text: err.Error()})
	switch i.Manner {
	case "rude":
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprint(w, `{"error":"no"}`)
	case "careless":
		_, _ = fmt.Fprint(w, `{"answer":null,"note":"so sorry"}`)
	default:
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprint(w, `{"error":"so sorry"}`)
	}
}

// tell gives the widget one line, on a connection of its own.
func tell(ctx context.Context, addr, line string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	answer, err := say(ctx, addr, line)
	op, _, _ := strings.Cut(line, " ")
	if err == nil && !strings.HasPrefix(answer, strings.TrimSuffix(op, "E")+"ED ") {
		return "", fmt.Errorf("the widget said %q", answer)
	}
	return answer, err
}

// say writes a line and reads one.
func say(ctx context.Context, addr, line string) (string, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if _, err := fmt.Fprintln(c, line); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(answer), err
}
