package lab

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// ClassTap is the class of a dependency that stands before a part of the system itself. What calls it is a gateway.
const ClassTap = "gateway"

// Kind is the kind of a dependency of this lab.
func (l *Lab) Kind(name string) fakes.Kind {
	k := l.Config.Fakes[name].Fake.Describe()
	if _, tap := l.Config.Taps[name]; tap {
		k.Class = ClassTap
	}
	return k
}

// BehindTaps aims acts on taps at the parts behind them.
func (l *Lab) BehindTaps(acts []fault.Act) []fault.Act {
	acts = slices.Clone(acts)
	for i, a := range acts {
		acts[i].On = cmp.Or(l.Config.Taps[a.On], a.On)
	}
	return acts
}

// Aimed names what faults aim at: of a part behind a tap, the tap.
func (l *Lab) Aimed(in fault.Injection) []string {
	var all []string
	for _, on := range in.On() {
		for tap, part := range l.Config.Taps {
			if on == part {
				on = tap
			}
		}
		if !slices.Contains(all, on) {
			all = append(all, on)
		}
	}
	return all
}

// tap puts the fakes that stand before parts of the system before their ports.
func (l *Lab) tap(context.Context) error {
	for name, part := range l.Config.Taps {
		port, ok := l.names.launch[part+".port"]
		if !ok {
			return fmt.Errorf("put %s before %s: the system has no such part", name, part)
		}
		if err := l.Rig.Bind(name, l.reached(part, port)); err != nil {
			return err
		}
	}
	return nil
}

// reached is where a part is for the fakes: on this machine by the port that the lab has chosen; beside fakes that run
// elsewhere by its name and the port that it listens on itself.
func (l *Lab) reached(part, port string) string {
	if l.site.Rig == nil {
		return net.JoinHostPort("127.0.0.1", port)
	}
	if ported, ok := system.As[system.Ported](l.Config.System); ok {
		if n, fixed := ported.Inside(part); fixed {
			port = strconv.Itoa(n)
		}
	}
	return net.JoinHostPort(part, port)
}

// Entry is the part that answers the caller, "" when there is no tap.
func (c Config) Entry() string {
	if group, ok := system.As[system.Group](c.System); ok && len(c.Taps) > 0 {
		return group.Entry
	}
	return ""
}
