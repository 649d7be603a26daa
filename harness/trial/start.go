package trial

import (
	"context"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// watch says how a launch is watched that is made for the case. One under a fault of a dependency has a minute, unless it says before
// that something is wrong. What the system can do without must not keep it, so that there it has all the time that a launch has.
func (t *trial) watch() lab.Watch {
	if !t.in.Starts() {
		return lab.Watch{Wrong: true}
	}
	return lab.Watch{Wrong: t.s.Role != contract.Optional, Says: t.s.Speaks, Within: max(t.Config.Ready.Within, check.Unsaid)}
}

// under arms what holds before the launch.
func (t *trial) under(ctx context.Context) error {
	if !t.in.Starts() {
		return nil
	}
	return t.hold(ctx, t.in.AtStart())
}

// armedWhole tells whether all that the rig carries out was armed before the launch.
func (t *trial) armedWhole() bool {
	early := t.in.AtStart()
	return t.in.Starts() && len(early.Rules) == len(t.in.Rules) && len(early.Links) == len(t.in.Links)
}

// askable tells whether a request is asked of what was launched under the faults: of a system that is ready and, where it was started
// under a fault of a dependency, lets the lab make its first steps. What is not ready gets no traffic there.
func (t *trial) askable(ctx context.Context, l exchange.Launch) bool {
	if !t.in.Starts() {
		served := l.Ready || l.Readying > 0
		if served {
			_ = t.Before(ctx, true)
		}
		return served
	}
	if !l.Ready {
		return false
	}
	t.unprepared = t.Before(ctx, false) != nil
	return !t.unprepared
}

// rise lets a system that was started under a fault get well after it was lifted: it comes up by itself, or, where it has ended, is
// started again, as whoever supervises it would. It tells whether there is somebody to ask.
func (t *trial) rise(ctx context.Context) (bool, error) {
	if !t.in.Starts() || len(t.in.Edits) > 0 {
		return true, nil
	}
	l, _ := t.s.Launch(exchange.Faulty)
	if l.Ready {
		return true, t.steps(ctx)
	}
	var risen exchange.Launch
	var err error
	if l.Exit == nil {
		// Who doubles its pauses waits at most as long again as it has waited.
		risen, err = t.Rise(ctx, lab.Watch{Within: max(t.Config.Ready.Within, t.Config.HealWithin) + l.Took + t.s.Slack()})
		if risen.Exit != nil {
			t.ends(risen)
		}
	}
	if err == nil && (l.Exit != nil || risen.Exit != nil) {
		risen, err = t.Launch(ctx, exchange.Healed, nil)
	}
	if err != nil {
		return false, err
	}
	risen.Phase = exchange.Healed
	t.s.Launches = append(t.s.Launches, risen)
	t.logFrom = t.LogEnd()
	if t.unrisen = !risen.Ready; t.unrisen {
		t.Dirty = true
		return false, nil
	}
	return true, t.steps(ctx)
}

// ends notes that the launch under the fault ended after all, when the fault had been lifted.
func (t *trial) ends(l exchange.Launch) {
	for i, under := range t.s.Launches {
		if under.Phase == exchange.Faulty {
			under.Exit, under.Last, under.Took = l.Exit, l.Last, under.Took+l.Took
			t.s.Launches[i] = under
		}
	}
}

// steps makes the first steps of the lab, which a fault may have kept from being made, as long as a system may take to get well. What
// then still fails is asked without them, and says so.
func (t *trial) steps(ctx context.Context) error {
	if l, ok := t.s.Launch(exchange.Faulty); ok && l.Ready && !t.unprepared {
		return nil
	}
	for began := time.Now(); t.Before(ctx, false) != nil && time.Since(began) < t.Config.HealWithin; {
		if err := lab.Wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// called lists the words by which a message may name what the case takes away at the start: the name in the lab, what its kind is
// called, where it is, and the settings that say so.
func (t *trial) called() []string {
	var all []string
	settings, _ := system.As[system.Configurable](t.Config.System)
	for _, on := range t.in.AtStart().On() {
		kind := t.Kind(on)
		all = append(append(all, on, kind.Name), kind.Called...)
		names := t.Names()
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if strings.HasPrefix(name, on+".") && (strings.HasSuffix(name, ".port") || strings.HasSuffix(name, ".database")) {
				all = append(all, names[name])
			}
		}
		if _, port, err := net.SplitHostPort(t.Rig.Addr(on)); err == nil {
			all = append(all, port)
		}
		if settings == nil {
			continue
		}
		for _, s := range settings.Settings() {
			if s.Dependency == on {
				all = append(all, s.Name[strings.LastIndexAny(s.Name, "./")+1:])
			}
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(word string) bool { return word == "" })
}
