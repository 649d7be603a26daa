package overtls_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/faketest"
	"github.com/failwell/failwell/fakes/overtls"
	"github.com/failwell/failwell/fakes/tcp"
	"github.com/failwell/failwell/harness/fault"
)

const token = "c0ffee"

// secured is a TCP server with TLS before it.
func secured(t testing.TB) fakes.Dependency {
	t.Helper()
	d, err := overtls.Around(fakes.Dependency{Fake: tcp.Fake{}, URL: func(addr string, _ map[string]string) string { return "http://" + addr }}, token)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// greeting is a server that says hello and closes.
func greeting(ctx context.Context) (string, func(), error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = fakes.ServeConns(ctx, l, func(_ context.Context, c net.Conn) { _, _ = io.WriteString(c, "hello") })
	}()
	return l.Addr().String(), func() { stop(); <-over }, nil
}

// greeted speaks TLS to addr, trusting the authority, and gives what the server says.
func greeted(ca string) faketest.Do {
	return func(ctx context.Context, addr string) (string, error) {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM([]byte(ca))
		c, err := (&tls.Dialer{Config: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return "", err
		}
		defer func() { _ = c.Close() }()
		stop := context.AfterFunc(ctx, func() { _ = c.Close() })
		defer stop()
		said, err := io.ReadAll(c)
		return string(said), err
	}
}

// handshakes is the kind without the ops of the fake within, which keeps a contract of its own.
type handshakes struct{ fakes.Fake }

func (h handshakes) Describe() fakes.Kind {
	k := h.Fake.Describe()
	k.Ops = []fakes.Op{k.Ops[0], k.Ops[len(k.Ops)-1]}
	return k
}

func TestContract(t *testing.T) {
	faketest.Run(t, func() faketest.Subject {
		d := secured(t)
		return faketest.Subject{
			Fake: handshakes{d.Fake}, Backend: greeting, Ops: map[string]faketest.Do{string(fault.Handshake): greeted(d.CA)},
			Adapt: func(_ string, e fault.Effect) fault.Effect {
				if e.Verb == fault.Answer {
					e.Say = fault.Saying{Status: "40"}
				}
				return e
			},
		}
	})
}

// rig is a rig with one dependency over TLS.
func rig(t *testing.T, d fakes.Dependency) *fakes.LocalRig {
	t.Helper()
	r := fakes.NewRig()
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	addr, stop, err := greeting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	if err := errors.Join(r.Add(t.Context(), "it", d.Fake, "127.0.0.1:0"), r.Bind("it", addr)); err != nil {
		t.Fatal(err)
	}
	return r
}

// What a client that verifies says to each certificate, and what one does that does not.
func TestCertificates(t *testing.T) {
	d := secured(t)
	r := rig(t, d)
	careless := func(addr string) error {
		c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12})
		if err == nil {
			_ = c.Close()
		}
		return err
	}
	for name, row := range map[string]struct {
		says  string // the careful client
		taken bool   // by the careless one
	}{
		"certificate-expired":       {"certificate has expired or is not yet valid", true},
		"certificate-not-yet-valid": {"certificate has expired or is not yet valid", true},
		"certificate-wrong-name":    {"because it doesn't contain any IP SANs", true},
		"certificate-untrusted":     {"certificate signed by unknown authority", true},
		"handshake-refused":         {"handshake failure", false},
		"no-tls":                    {"first record does not look like a TLS handshake", false},
	} {
		t.Run(name, func(t *testing.T) {
			rule, _ := d.Fake.Describe().Resolve(fault.Rule{Scope: fault.Scope{On: "it"}, Effect: fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: name}}},
				func(string) string { return "token" })
			if err := d.Fake.Describe().Check(rule); err != nil {
				t.Fatal(err)
			}
			if err := r.Arm(t.Context(), fault.Injection{Rules: []fault.Rule{rule}}, ""); err != nil {
				t.Fatal(err)
			}
			_, err := greeted(d.CA)(t.Context(), r.Addr("it"))
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("a client that verifies: %v", err)
			}
			if err := careless(r.Addr("it")); (err == nil) != row.taken {
				t.Errorf("a client that does not verify: %v", err)
			}
			if err := r.Quiet(t.Context()); err != nil {
				t.Fatal(err)
			}
			hits, err := r.Hits(t.Context(), 0)
			if err != nil {
				t.Fatal(err)
			}
			if last := hits[len(hits)-1]; last.Call.Op != "handshake" || last.Done != fault.Carried {
				t.Errorf("the last call is %+v", last)
			}
			if err := r.Arm(t.Context(), fault.Injection{}, ""); err != nil {
				t.Fatal(err)
			}
			if said, err := greeted(d.CA)(t.Context(), r.Addr("it")); said != "hello" {
				t.Errorf("afterwards: %q, %v", said, err)
			}
		})
	}
}

// Two rigs that are given the same token have the same authority; others have another.
func TestTheTokenIsTheAuthority(t *testing.T) {
	r := rig(t, secured(t))
	if said, err := greeted(secured(t).CA)(t.Context(), r.Addr("it")); said != "hello" {
		t.Errorf("the same token: %q, %v", said, err)
	}
	other, err := overtls.Around(fakes.Dependency{Fake: tcp.Fake{}}, "another")
	if err != nil {
		t.Fatal(err)
	}
	if said, err := greeted(other.CA)(t.Context(), r.Addr("it")); err == nil {
		t.Errorf("another token is trusted: %q", said)
	}
}

// The gate is spoken to over TLS, and what stands behind it is not.
func TestAddresses(t *testing.T) {
	d := secured(t)
	if got := d.GateURL("127.0.0.1:1", nil); got != "https://127.0.0.1:1" {
		t.Errorf("the gate: %s", got)
	}
	if got := d.BackendURL("127.0.0.1:1", nil); got != "http://127.0.0.1:1" {
		t.Errorf("the backend: %s", got)
	}
	if d.CA = ""; d.GateURL("127.0.0.1:1", nil) != "http://127.0.0.1:1" {
		t.Error("in the clear it is over TLS")
	}
}
