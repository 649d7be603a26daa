package httpapi_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
)

// lab is a dependency on a rig, and a client that takes the part of the system.
type lab struct {
	*testing.T
	rig     *fakes.LocalRig
	backend fakes.Backend
	url     string
	client  *http.Client
	since   int64
}

func start(t *testing.T, d fakes.Dependency) *lab {
	t.Helper()
	backend, err := d.Server.Start(t.Context())
	must(t, err)
	rig := fakes.NewRig()
	must(t, rig.Add(t.Context(), "payments", d.Fake, "127.0.0.1:0"))
	must(t, rig.Bind("payments", backend.Addr()))
	transport := &http.Transport{DialContext: dialHere}
	l := &lab{
		T: t, rig: rig, backend: backend, url: d.URL(rig.Addr("payments"), backend.Names()),
		client: &http.Client{Transport: transport, Timeout: 10 * time.Second},
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		must(t, rig.Close())
		must(t, backend.Stop(context.Background()))
		must(t, backend.Stop(context.Background()))
	})
	return l
}

// dialHere dials this machine; there is no other.
func dialHere(ctx context.Context, network, addr string) (net.Conn, error) {
	if host, _, _ := net.SplitHostPort(addr); host != "127.0.0.1" {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return new(net.Dialer).DialContext(ctx, network, addr)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// arm arms an effect for every call but connect, its named reply and holes filled in. It returns the canaries.
func (l *lab) arm(e fault.Effect) []leak.Canary {
	l.Helper()
	r := fault.Rule{Scope: fault.Scope{On: "payments"}, Effect: e}
	must(l, httpapi.Fake{}.Describe().Check(r))
	r, canaries := httpapi.Fake{}.Describe().Resolve(r, func(where string) string { return leak.Mint("test", where) })
	must(l, l.rig.Arm(l.Context(), fault.Injection{Rules: []fault.Rule{r}}, "seed"))
	l.last()
	return canaries
}

func (l *lab) heal() {
	l.Helper()
	must(l, l.rig.Arm(l.Context(), fault.Injection{}, ""))
}

// last waits for quiet and gives the requests' hits since it was called last.
func (l *lab) last() []fault.Hit {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	must(l, l.rig.Quiet(ctx))
	hits, err := l.rig.Hits(ctx, l.since)
	must(l, err)
	var requests []fault.Hit
	for _, h := range hits {
		l.since = max(l.since, h.Seq)
		if h.Call.Op != string(fault.Connect) {
			requests = append(requests, h)
		}
	}
	return requests
}

// seen is what a client got: a status and a body, and what went wrong.
type seen struct {
	status int
	header http.Header
	body   string
	err    error
}

func (s seen) String() string {
	if s.err != nil {
		return strings.TrimSpace(s.body + " " + s.err.Error())
	}
	return s.body
}

func (l *lab) do(method, target, body string) seen {
	return l.doCtx(l.Context(), method, target, body)
}

func (l *lab) doCtx(ctx context.Context, method, target, body string) seen {
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, l.url+target, content)
	if err != nil {
		return seen{err: err}
	}
	resp, err := l.client.Do(r)
	if err != nil {
		return seen{err: err}
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	return seen{resp.StatusCode, resp.Header, string(got), err}
}

// count is how often the stub carried a call out.
func (l *lab) count(query string) string {
	l.Helper()
	n, err := l.backend.(fakes.Scripted).Query(l.Context(), query)
	must(l, err)
	return n
}

func statusText(code int) string { return strconv.Itoa(code) }

func isTimeout(err error) bool { return errors.Is(err, context.DeadlineExceeded) }
