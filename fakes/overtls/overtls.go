// Package overtls puts TLS before any fake. Each handshake of a connection is one call, whose op is `handshake`; what it gets is what a
// server in trouble does: it shows a certificate that must not be accepted, refuses, answers in the clear, or says nothing.
//
//	system --TLS--> listener --handshake: Ask--> effect --bytes in the clear--> the fake within
package overtls

import (
	"context"
	_ "embed"
	"maps"
	"net"
	"sync"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

//go:embed replies.yaml
var repliesYAML []byte

var replies = sync.OnceValue(func() map[string]fakes.Reply {
	var named map[string]fakes.Reply
	if err := decode.YAML("replies.yaml", repliesYAML, &named); err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return named
})

// Fake is a fake to which the system speaks over TLS.
type Fake struct {
	fakes.Fake
	authority authority
}

// Around puts TLS before a dependency. Its certificates are signed by an authority whose key is made of the token: the same token gives
// the same authority, also elsewhere.
func Around(d fakes.Dependency, token string) (fakes.Dependency, error) {
	a, err := newAuthority("failwell lab", token)
	if err != nil {
		return d, err
	}
	d.Fake, d.CA = Fake{d.Fake, a}, a.text()
	return d, nil
}

// Make makes the dependencies of a kind with TLS before them, where the lab file says so.
func Make(plain fakes.Maker) fakes.Maker {
	return func(o fakes.Options) (fakes.Dependency, error) {
		d, err := plain(o)
		if err != nil || !o.TLS {
			return d, err
		}
		return Around(d, o.Mint("authority", false))
	}
}

// Describe is the kind within, with what can be done to a handshake.
func (f Fake) Describe() fakes.Kind { return Kind(f.Fake.Describe()) }

// Kind is a kind with TLS before it.
func Kind(k fakes.Kind) fakes.Kind {
	named := maps.Clone(replies())
	maps.Copy(named, k.Replies)
	k.Replies = named
	k.Ops = append(k.Ops[:len(k.Ops):len(k.Ops)], fakes.Op{Name: string(fault.Handshake), Can: map[fault.Point][]fault.Verb{fault.Handshake: verbs()}})
	return k
}

// verbs are what can be done to a handshake.
func verbs() []fault.Verb {
	return []fault.Verb{fault.Pass, fault.Answer, fault.Hang, fault.Garble, fault.Reset, fault.Close}
}

// Serve gives the fake within the connections whose handshake is over.
func (f Fake) Serve(ctx context.Context, l net.Listener, g fakes.Gate) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h, err := newListener(ctx, l, g, f.authority)
	if err != nil {
		return err
	}
	err = f.Fake.Serve(ctx, h, g)
	cancel()
	h.wait()
	return err
}
