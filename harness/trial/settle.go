package trial

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
)

// settle drains warm pools: a fault at connect, handshake or auth does not strike connections that are open. Idle ones are
// closed; then a safe request is sent until a call was struck at that point, at most for the deadline or twice the
// connections seen. A link that is away must have no old connection left.
func (t *trial) settle(ctx context.Context) ([]exchange.Exchange, error) {
	sent, err := t.forget(ctx)
	if err != nil {
		return sent, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*t.Config.Reference())
	defer cancel()
	for _, on := range t.draining() {
		seq, err := t.Mark(ctx)
		if err != nil {
			return sent, nil
		}
		left, err := t.Rig.Drain(ctx, on.name)
		if err != nil {
			return sent, fmt.Errorf("drain %s: %w", on.name, err)
		}
		probe, ok := t.Safe(t.ask, on.name)
		if left == 0 && !on.early {
			continue
		}
		tries := max(2, 2*left)
		if !ok { // no safe request reaches it: the request itself, once
			probe, tries = t.ask, 1
			if !slices.Contains(t.Reaches(t.ask.Name), on.name) {
				continue
			}
		}
		began := time.Now()
		for range tries {
			e, err := t.Lab.Ask(ctx, probe, t.Scope(), exchange.Settling)
			if err != nil || time.Since(began) > t.Config.Reference() {
				break
			}
			sent = append(sent, e)
			if t.settled(ctx, on, seq) {
				break
			}
		}
	}
	return sent, nil
}

// forget lets the system forget the addresses of names that are gone. Resolvers keep what they have read: Go a hosts file for
// 5 s, others answers of a name server for longer. So a safe request is sent until it does not reach the dependency any more.
func (t *trial) forget(ctx context.Context) ([]exchange.Exchange, error) {
	var sent []exchange.Exchange
	for _, on := range lostNames(t.in) {
		probe, ok := t.Safe(t.ask, on)
		for began := time.Now(); ok && time.Since(began) < check.NamesKept; {
			seq, err := t.Mark(ctx)
			if err == nil {
				_, err = t.Rig.Drain(ctx, on)
			}
			if err != nil {
				return sent, err
			}
			e, err := t.Lab.Ask(ctx, probe, t.Scope(), exchange.Settling)
			if err != nil {
				break
			}
			sent = append(sent, e)
			hits, err := t.Hits(ctx, seq, 0)
			if err != nil {
				return sent, err
			}
			if !slices.ContainsFunc(hits, func(h fault.Hit) bool { return h.Call.On == on }) {
				break
			}
			if err := lab.Wait(ctx, 250*time.Millisecond); err != nil {
				return sent, err
			}
		}
	}
	return sent, nil
}

// drain is a dependency whose old connections must go before a fault can strike.
type drain struct {
	name  string
	early bool // a rule strikes at connect, handshake or auth
}

func (t *trial) draining() []drain {
	var all []drain
	add := func(d drain) {
		if !slices.ContainsFunc(all, func(o drain) bool { return o.name == d.name }) {
			all = append(all, d)
		}
	}
	for _, r := range t.in.Rules {
		if r.Effect.Bites() && r.Effect.At.Early() && !r.Start {
			add(drain{r.On, true})
		}
	}
	for _, l := range t.in.Links {
		if l.State != fault.Open && l.Existing == fault.Drain && l.After == 0 && l.For == 0 && !l.Start {
			add(drain{l.On, false})
		}
	}
	return all
}

func (t *trial) settled(ctx context.Context, on drain, seq int64) bool {
	if !on.early {
		left, err := t.Rig.Drain(ctx, on.name)
		return err != nil || left == 0
	}
	hits, err := t.Hits(ctx, seq, 0)
	return err != nil || slices.ContainsFunc(hits, func(h fault.Hit) bool {
		return h.Call.On == on.name && h.Effect.Bites() && h.Effect.At.Early()
	})
}
