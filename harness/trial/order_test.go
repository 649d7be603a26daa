package trial

import (
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
)

// A case goes through its phases in this order, and nothing is armed at its end.
func TestOrder(t *testing.T) {
	l, s := onStage(t, nil)
	s.open = 1
	o, err := Run(t.Context(), l, busy(fault.Act{On: "system", Do: "pause"}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"POST /login", "calls", "count", "POST /order", "quiet", "calls", "count", // calm
		"POST /login", "calls", "count", "arm", "pause system", // arm and act, when what comes before is done
		"calls", "drain db", "GET /get", "calls", // settle
		"POST /order", "quiet", "calls", // strike; liveness of a system that stands still is not asked
		"lift", "undo pause system", "calls", "count", "calls",
		"POST /login", "calls", "count", "POST /order", "quiet", "calls", "count", // healed
		"calls", "count", // what is late
	}
	if got := s.noted(); !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), strings.Join(want, ", "))
	}
	if s.isArmed() {
		t.Error("something is armed at the end")
	}
	phases := []exchange.Phase{exchange.Calm, exchange.Settling, exchange.Faulty, exchange.Healed}
	if got := phasesOf(o.Subject); !slices.Equal(got, phases) {
		t.Errorf("the subject has %v", got)
	}
	if struck := o.Subject.Judged(exchange.Faulty)[0]; struck.Status() != 503 || len(struck.Struck()) != 1 {
		t.Errorf("the fault did not strike: %+v", struck)
	}
	if len(o.Subject.Deeds) != 1 || o.Subject.Deeds[0].Do != "pause" || o.Subject.Deeds[0].Failed != "" {
		t.Errorf("%+v", o.Subject.Deeds)
	}
	if o.Operations != 2 {
		t.Errorf("%d operations were counted, of an instance that is wrapped", o.Operations)
	}
	if l.Dirty {
		t.Error("a case that healed leaves the lab dirty")
	}
}

func phasesOf(s check.Subject) []exchange.Phase {
	var all []exchange.Phase
	for _, e := range s.Exchanges {
		if e.Role == "" {
			all = append(all, e.Phase)
		}
	}
	return slices.Compact(all)
}

// Routes that should not be affected are asked in calm and under the fault, liveness under the fault only, before it is lifted.
func TestBeside(t *testing.T) {
	l, s := onStage(t, nil)
	c := busy()
	c.Request = "get"
	o, err := Run(t.Context(), l, c)
	if err != nil {
		t.Fatal(err)
	}
	var beside []string
	for _, e := range o.Subject.Exchanges {
		if e.Role != "" {
			beside = append(beside, string(e.Phase)+" "+e.Role+" "+e.Request.Target)
		}
	}
	want := []string{"calm unaffected /plain", "faulty unaffected /plain", "faulty liveness /health/live"}
	if !slices.Equal(beside, want) {
		t.Errorf("%v", beside)
	}
	lines := s.noted()
	if at, lift := slices.Index(lines, "GET /health/live"), slices.Index(lines, "lift"); at < 0 || lift < at {
		t.Errorf("liveness was not asked while the fault held: %v", lines)
	}
}

// A request that does not succeed without a fault has nothing broken.
func TestNothingIsArmedWithoutCalm(t *testing.T) {
	l, s := onStage(t, nil)
	order := slices.IndexFunc(l.Config.Requests, func(r scenario.Request) bool { return r.Name == "order" })
	l.Config.Requests[order].Expect.Status = []int{201}
	o, err := Run(t.Context(), l, busy())
	if err != nil || o.Subject.CalmMissed() == "" || slices.Contains(s.noted(), "arm") {
		t.Errorf("%v, %q, %v", err, o.Subject.CalmMissed(), s.noted())
	}
	l.Config.Requests[order].Before = []scenario.Step{{Use: "login", Name: "login", Capture: map[string]string{"token": "/token"}}}
	o, err = Run(t.Context(), l, busy())
	if err != nil || !strings.Contains(o.Subject.Unready, "the answer has no /token") || slices.Contains(s.noted(), "arm") {
		t.Errorf("%v, %q, %v", err, o.Subject.Unready, s.noted())
	}
}

// The healed exchange of a case is the calm of the next, when the same is asked and nothing was injected since.
func TestCalmIsReused(t *testing.T) {
	l, s := onStage(t, nil)
	c := busy()
	c.Request = "get"
	if _, err := Run(t.Context(), l, c); err != nil {
		t.Fatal(err)
	}
	s.clear()
	o, err := Run(t.Context(), l, c)
	if err != nil || !o.Subject.Judged(exchange.Calm)[0].Reused {
		t.Fatalf("%v: calm was asked again", err)
	}
	if lines := s.noted(); slices.Index(lines, "GET /get") < slices.Index(lines, "arm") {
		t.Errorf("%v", lines)
	}
}

// Copies go out as often as is said; steps in their order, with a heal in between.
func TestStepsAndCopies(t *testing.T) {
	l, s := onStage(t, nil)
	for _, every := range []int{-1, 0, 1} {
		c := busy()
		c.Copies, c.Every = 3, timeOf(every)
		o, err := Run(t.Context(), l, c)
		if err != nil {
			t.Fatal(err)
		}
		var copies []int
		for _, e := range o.Subject.Judged(exchange.Faulty) {
			copies = append(copies, e.Request.Copy)
		}
		if !slices.Equal(copies, []int{0, 1, 2}) {
			t.Errorf("every %d: %v", every, copies)
		}
	}
	s.clear()
	c := busy()
	again := []fault.Spec{{Kind: "again"}}
	c.Steps = []scenario.Part{ask("get"), {Heal: true}, ask("order"), {Inject: again, Faults: c.Faults}, ask("order")}
	o, err := Run(t.Context(), l, c)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(s.noted(), ", ")
	for _, want := range []string{"arm, calls, drain db, GET /get", "GET /get, lift, POST /order, lift, calls, arm, POST /order, quiet"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
	if len(o.Subject.Stages) != 2 {
		t.Errorf("%d stages", len(o.Subject.Stages))
	}
}

func ask(request string) scenario.Part { return scenario.Part{When: scenario.When{Request: request}} }

// Arm holds what fakes can do without a request, and refuses what it cannot take back.
func TestArm(t *testing.T) {
	l, s := onStage(t, nil)
	if err := Arm(t.Context(), l, busy().Faults); err != nil || !s.isArmed() {
		t.Errorf("%v", err)
	}
	if err := Arm(t.Context(), l, fault.Injection{}); err != nil || s.isArmed() {
		t.Errorf("%v", err)
	}
	if err := Arm(t.Context(), l, busy(fault.Act{On: "system", Do: "pause"}).Faults); err == nil || s.isArmed() {
		t.Errorf("an act was set: %v", err)
	}
}

// What no fault can strike is known from calm.
func TestSpared(t *testing.T) {
	l, _ := onStage(t, nil)
	link := fault.Injection{Links: []fault.Link{{On: "db", State: fault.Refused}}}
	for request, want := range map[string]string{"get": "", "plain": "in calm plain makes no call"} {
		if got := Spared(l, request, busy().Faults); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q", request, got)
		}
		if got := Spared(l, request, link); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s, a link: %q", request, got)
		}
	}
	if got := Spared(l, "plain", busy(fault.Act{Do: "pause"}).Faults); got != "" {
		t.Errorf("an act strikes everybody: %q", got)
	}
}
