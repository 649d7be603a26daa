package system_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// able, ableInstance and ableBackend have every power there is.
type able struct {
	system.System
	system.Configurable
	system.Ported
	system.Made
	runs
	system.Described
}

// runs is a Task; a field of that name would hide its method.
type runs interface{ system.Task }

type ableInstance struct {
	system.Instance
	system.Ended
	system.Healthy
	system.Editable
	system.Actor
	system.Operated
}

type ableBackend struct {
	fakes.Backend
	fakes.Scripted
	fakes.Restorable
	system.Actor
	system.Operated
}

// The wrappers change nothing and say nothing of powers.
type wrapped struct{ system.System }

func (w wrapped) Unwrap() system.System { return w.System }

type wrappedInstance struct{ system.Instance }

func (w wrappedInstance) Unwrap() system.Instance { return w.Instance }

type wrappedBackend struct{ fakes.Backend }

func (w wrappedBackend) Unwrap() fakes.Backend { return w.Backend }

// has tells whether a power is found in what is wrapped twice, and not in what has none.
func has[Power, Noun any](twice, none Noun) bool {
	_, ok := system.As[Power](twice)
	_, odd := system.As[Power](none)
	return ok && !odd
}

func TestAWrapperKeepsEveryPower(t *testing.T) {
	var s, bare system.System = wrapped{wrapped{able{}}}, wrapped{system.Func(nil)}
	var i, bareInstance system.Instance = wrappedInstance{wrappedInstance{ableInstance{}}}, wrappedInstance{}
	var b, bareBackend fakes.Backend = wrappedBackend{wrappedBackend{ableBackend{}}}, wrappedBackend{}
	for power, ok := range map[string]bool{
		"Configurable":    has[system.Configurable](s, bare),
		"Ported":          has[system.Ported](s, bare),
		"Made":            has[system.Made](s, bare),
		"Task":            has[system.Task](s, bare),
		"Described":       has[system.Described](s, bare),
		"a concrete type": has[able](s, bare),
		"Ended":           has[system.Ended](i, bareInstance),
		"Healthy":         has[system.Healthy](i, bareInstance),
		"Editable":        has[system.Editable](i, bareInstance),
		"Actor":           has[system.Actor](i, bareInstance),
		"Operated":        has[system.Operated](i, bareInstance),
		"Scripted":        has[fakes.Scripted](b, bareBackend),
		"Restorable":      has[fakes.Restorable](b, bareBackend),
		"Actor, behind":   has[system.Actor](b, bareBackend),
		"Operated behind": has[system.Operated](b, bareBackend),
	} {
		if !ok {
			t.Errorf("%s is lost by wrapping, or found where there is none", power)
		}
	}
	if _, ok := system.As[system.Actor](system.Instance(nil)); ok {
		t.Error("no instance at all can act")
	}
}

// refusing takes a power away from what it wraps, and says why.
type refusing struct {
	wrappedInstance
	system.Actor
}

func (refusing) Able(fault.Act) error { return &system.Unable{What: "not today"} }

func TestAWrapperMayTakeAPowerAway(t *testing.T) {
	i := system.Instance(wrappedInstance{refusing{wrappedInstance: wrappedInstance{ableInstance{}}}})
	actor, ok := system.As[system.Actor](i)
	var unable *system.Unable
	if !ok || !errors.As(actor.Able(fault.Act{Do: "pause"}), &unable) {
		t.Errorf("%v: what is wrapped was asked in place of the wrapper", ok)
	}
}

// conditioned is a system with a setting, a condition, a port and a health check.
type conditioned struct{ system.System }

func (conditioned) Settings() []system.Setting               { return []system.Setting{{Name: "env.A", From: "env"}} }
func (conditioned) Conditions() []string                     { return []string{fault.Disk} }
func (conditioned) Ports() []string                          { return []string{"admin"} }
func (conditioned) Inside(port string) (int, bool)           { return 8080, port == "" }
func (conditioned) Describe() system.Traits                  { return system.Traits{HealthCheck: true} }
func (conditioned) Make(context.Context, system.Setup) error { return errors.New("no such image") }

// A group has the powers of its parts, of wrapped ones too.
func TestAGroupHasThePowersOfItsParts(t *testing.T) {
	g := system.Group{Entry: "app", Parts: []system.Part{{Name: "plain", System: system.Func(nil)}, {Name: "app", System: wrapped{conditioned{}}}}}
	s := system.System(wrapped{g})
	if got := system.Conditions(s); !slices.Equal(got, []string{"disk", "app.disk"}) {
		t.Errorf("conditions %v", got)
	}
	if got := system.PortNames(s); !slices.Equal(got, []string{"app.port", "app.admin.port"}) {
		t.Errorf("ports %v", got)
	}
	for port, want := range map[string]bool{"app": true, "app.admin": false, "plain": false, "nobody": false} {
		if n, fixed := g.Inside(port); fixed != want || fixed && n != 8080 {
			t.Errorf("inside, %s is %d, %v", port, n, fixed)
		}
	}
	if all := g.Settings(); len(all) != 1 || all[0].Name != "app.env.A" {
		t.Errorf("settings %v", all)
	}
	if !g.Describe().HealthCheck || (system.Group{Parts: g.Parts[:1]}).Describe().HealthCheck {
		t.Error("a group has a health check when a part has one")
	}
	if err := g.Make(t.Context(), system.Setup{}); err == nil || err.Error() != "part app: no such image" {
		t.Errorf("%v", err)
	}
}
