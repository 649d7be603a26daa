package harness

import (
	"context"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// attribute gives each exchange of one phase its calls: those that carry its trace id; else, for an exchange beside the
// case's own, those of dependencies that only it uses; all others are the case's own, of the first copy.
func attribute(own []exchange.Exchange, beside []exchange.Exchange, besideReach map[string][]string, ownReach []string, hits []fault.Hit) {
	traces := map[string]*exchange.Exchange{}
	for i := range own {
		traces[own[i].Trace] = &own[i]
	}
	for i := range beside {
		traces[beside[i].Trace] = &beside[i]
	}
	for _, h := range hits {
		if e, ok := traces[h.Call.Trace]; ok && h.Call.Trace != "" {
			e.Hits = append(e.Hits, h)
			continue
		}
		if e := onlyBeside(beside, besideReach, ownReach, h); e != nil {
			e.Hits = append(e.Hits, h)
			continue
		}
		if len(own) > 0 {
			own[0].Hits = append(own[0].Hits, h)
		}
	}
}

func onlyBeside(beside []exchange.Exchange, reach map[string][]string, ownReach []string, h fault.Hit) *exchange.Exchange {
	if slices.Contains(ownReach, h.Call.On) {
		return nil
	}
	for i := range beside {
		if slices.Contains(reach[beside[i].Request.Name], h.Call.On) {
			return &beside[i]
		}
	}
	return nil
}

// reaches lists the dependencies that a request calls in calm.
func (l *Lab) reaches(name string) []string {
	var on []string
	for _, c := range l.learnt[name].calls {
		if !slices.Contains(on, c.On) {
			on = append(on, c.On)
		}
	}
	slices.Sort(on)
	return on
}

// quiet waits until the calls of the case have ended, and gives those that go on beyond the bound.
func (l *Lab) quiet(ctx context.Context, since int64) ([]fault.Hit, error) {
	bounded, cancel := context.WithTimeout(ctx, quietBound)
	defer cancel()
	if err := l.rig.Quiet(bounded); err == nil || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	hits, err := l.hits(ctx, since, 0)
	now := l.rigNow(hits)
	var restless []fault.Hit
	for _, h := range hits {
		if !h.Background && (h.Open() || now-h.At < quietBound/2) && h.Call.Op != "link" && !fault.Point(h.Call.Op).Early() {
			restless = append(restless, h)
		}
	}
	return restless, err
}
