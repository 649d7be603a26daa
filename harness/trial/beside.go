package trial

import (
	"context"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
)

// maxBeside is how many unaffected routes are watched in a case.
const maxBeside = 2

// bystanders picks safe requests that calm knows to call none of the broken dependencies.
func (t *trial) bystanders() []scenario.Request {
	if len(t.s.On) == 0 || len(t.in.Edits) > 0 || len(t.in.Acts) > 0 || t.in.Starts() {
		return nil
	}
	var picked []scenario.Request
	for _, r := range t.Config.Requests {
		known := t.Learnt(r.Name)
		if !known.OK || r.Name == t.ask.Name || !r.IsSafe() || len(r.Before) > 0 {
			continue
		}
		if slices.ContainsFunc(t.s.On, func(on string) bool { return slices.Contains(t.Reaches(r.Name), on) }) {
			continue
		}
		if picked = append(picked, r); len(picked) == maxBeside {
			break
		}
	}
	return picked
}

// besideInCalm sends the bystanders and keeps those that succeed: with the others nothing can be compared.
func (t *trial) besideInCalm(ctx context.Context) []exchange.Exchange {
	return slices.DeleteFunc(t.beside(ctx, exchange.Calm), func(e exchange.Exchange) bool {
		r, _ := t.Request(e.Request.Name)
		return r.Expect.Missed(e) != ""
	})
}

// beside sends the bystanders, one after the other.
func (t *trial) beside(ctx context.Context, phase exchange.Phase) []exchange.Exchange {
	var out []exchange.Exchange
	for _, r := range t.bystanders() {
		e, err := t.Lab.Ask(ctx, r, t.Scope(), phase)
		if err != nil {
			continue
		}
		e.Role = "unaffected"
		out = append(out, e)
	}
	return out
}

// aliveBeside asks for liveness while several copies of a request are under way: one that waits with all of them goes dark.
func (t *trial) aliveBeside(ctx context.Context, copies int, phase exchange.Phase) []exchange.Exchange {
	if copies < 2 || t.Config.Live == "" || phase != exchange.Faulty || len(t.in.Edits)+len(t.in.Acts) > 0 {
		return nil
	}
	e := t.Get(ctx, check.Live, t.Config.Live, phase)
	if lab.Own(e) != nil {
		return nil
	}
	e.Role, e.Request.Copy = check.Live, 1
	return []exchange.Exchange{e}
}

// following is how long readiness may take to say no for what is broken: no time where it need not. A probe counts when it has failed
// several times (Kubernetes: failureThreshold 3, every few seconds), and services that probe for themselves do likewise.
func (t *trial) following() time.Duration {
	const most = 3 * time.Second
	if !slices.ContainsFunc(t.s.On, func(on string) bool { return slices.Contains(t.Config.Ready.Follows, on) }) || len(t.in.Links) == 0 {
		return 0
	}
	return min(most, t.Config.HealWithin)
}

// health asks liveness and readiness while the fault holds; of a system to which something was done there is nothing to ask.
func (t *trial) health(ctx context.Context) []exchange.Exchange {
	if t.in.Starts() {
		return nil // the launch itself has asked for readiness
	}
	var out []exchange.Exchange
	for _, a := range t.in.Acts {
		if t.Backend(a.On) == nil {
			return nil
		}
	}
	for role, path := range map[string]string{"liveness": t.Config.Live, "readiness": t.Config.Ready.Get} {
		if path == "" || role == "readiness" && !t.Config.Ready.Declared {
			continue
		}
		e := t.Get(ctx, role, path, exchange.Faulty)
		for until := time.Now().Add(t.following()); role == check.Ready && e.Status()/100 == 2 && time.Now().Before(until); {
			if lab.Wait(ctx, 100*time.Millisecond) != nil {
				break
			}
			e = t.Get(ctx, role, path, exchange.Faulty)
		}
		if lab.Own(e) != nil {
			continue // nothing was asked
		}
		e.Role = role
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b exchange.Exchange) int { return len(a.Role) - len(b.Role) })
	return out
}
