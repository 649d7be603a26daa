package httpapi

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/failwell/failwell/fakes"
)

// Forward is a tap before a real API at an address: an http or https URL, whose path prefix the system is given too, or
// host:port. The gate itself is spoken to in the clear.
func Forward(address string) fakes.Dependency {
	to, err := parseBase(address)
	if err != nil {
		return fakes.Dependency{Fake: Fake{}, Server: nowhere{err}, URL: base{}.url}
	}
	fake := Fake{Host: to.host}
	if to.tls {
		fake.TLS = &tls.Config{ServerName: to.name, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
	}
	return fakes.Dependency{Fake: fake, Server: fakes.Given(to.addr), URL: to.url}
}

// Make makes a dependency from what a lab file says: a stub, or a tap before Address.
func Make(o fakes.Options) (fakes.Dependency, error) {
	switch {
	case o.Address != "" && o.Stubs != nil:
		return fakes.Dependency{}, fmt.Errorf("%s has stubs and forwards to %s; want one of them", o.Name, o.Address)
	case o.Address != "":
		_, err := parseBase(o.Address)
		return Forward(o.Address), err
	case o.Server == "part":
		return fakes.Dependency{Fake: Fake{}, URL: base{}.url}, nil
	case o.Server != "" && o.Server != "stub":
		return fakes.Dependency{}, fmt.Errorf("%s: an http dependency has no server %q; want stub, or an address to forward to", o.Name, o.Server)
	}
	stub, err := ReadStub(o.Stubs)
	return fakes.Dependency{Fake: Fake{}, Server: stub, URL: base{}.url}, err
}

// base is what the URL of a dependency has beside the gate's address.
type base struct {
	host, addr, name string // as asked for, to dial, in the certificate
	tls              bool
	user             *url.Userinfo
	path             string
}

func (b base) url(addr string, _ map[string]string) string {
	u := url.URL{Scheme: "http", Host: addr, User: b.user, Path: b.path}
	return u.String()
}

func parseBase(address string) (base, error) {
	wrong := func(why string) (base, error) {
		return base{}, fmt.Errorf("want an http:// or https:// URL or host:port to forward to, not %q%s", address, why)
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return wrong("")
	case u.Scheme != "http" && u.Scheme != "https":
		return wrong(": its scheme is " + u.Scheme)
	case u.Hostname() == "":
		return wrong(": it names no host")
	case u.RawQuery != "" || u.Fragment != "":
		return wrong(": it has a query or a fragment")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return base{
		host: u.Host, name: u.Hostname(), addr: net.JoinHostPort(u.Hostname(), port),
		tls: u.Scheme == "https", user: u.User, path: strings.TrimRight(u.Path, "/"),
	}, nil
}

// nowhere is a server that cannot be reached, as its address is none.
type nowhere struct{ err error }

// Start says what is wrong with the address.
func (n nowhere) Start(context.Context) (fakes.Backend, error) { return nil, n.err }
