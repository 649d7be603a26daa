package trial

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// A step that fails is failwell's own failure: the error says what was being done, nothing stays armed or undone, and the next
// case gets another launch.
func TestAStepFails(t *testing.T) {
	pause := fault.Act{On: "system", Do: "pause"}
	edit := func(c *fault.Injection) { c.Edits = []fault.Edit{{Setting: "env.PLAIN", Op: "missing", Live: true}} }
	relaunch := func(c *fault.Injection) { c.Edits = []fault.Edit{{Setting: "env.DB", Op: "missing"}} }
	for _, tc := range []struct {
		step  string // that fails
		times int
		from  string // after this step only; empty: from the beginning
		more  func(*fault.Injection)
		says  string
	}{
		{"calls", -1, "", nil, "calm: calls is out of order"},
		{"calls", -1, "pause system", nil, "under the fault: calls is out of order"},
		{"calls", -1, "undo pause system", nil, "calls is out of order"},
		{"quiet", -1, "", nil, "calm: wait for the calls to end: quiet is out of order"},
		{"quiet", -1, "arm", nil, "under the fault: wait for the calls to end: quiet is out of order"},
		{"quiet", -1, "lift", nil, "after the fault: wait for the calls to end: quiet is out of order"},
		{"arm", -1, "", nil, "under the fault: arm: arm is out of order"},
		{"pause system", -1, "", nil, "under the fault: arm: pause system is out of order"},
		{"drain db", -1, "", nil, "under the fault: drain db: drain db is out of order"},
		{"lift", 1, "", nil, "under the fault: lift the fault: lift is out of order"},
		{"undo pause system", -1, "", nil, "under the fault: lift the fault: undo pause system: undo pause system is out of order"},
		{"edit env.PLAIN", -1, "", edit, "under the fault: arm: edit env.PLAIN is out of order"},
		{"start", 1, "", relaunch, "under the fault: start system with [db system env.DB]: start is out of order"},
		{"start", -1, "lift", relaunch, "after the fault: start system again: start is out of order"},
	} {
		t.Run(tc.step+" "+tc.from, func(t *testing.T) {
			l, s := onStage(t, nil)
			c := busy(pause)
			if tc.more != nil {
				tc.more(&c.Faults)
			}
			if tc.from == "" {
				s.fail[tc.step] = tc.times
			} else {
				s.after = map[string]func(){tc.from: func() { s.fail[tc.step] = tc.times }}
			}
			_, err := Run(t.Context(), l, c)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got  %v\nwant %s", err, tc.says)
			}
			if s.isArmed() || !l.Dirty {
				t.Errorf("armed %v, dirty %v", s.isArmed(), l.Dirty)
			}
			s.mend()
			if _, err := Run(t.Context(), l, busy()); err != nil || l.Dirty {
				t.Errorf("the next case: %v, dirty %v", err, l.Dirty)
			}
		})
	}
}

// What this machine or system cannot do is no error: the subject says it, and nothing stays armed.
func TestUnarmed(t *testing.T) {
	for _, tc := range []struct {
		why     error
		lacking bool
	}{{&system.Unable{What: "no such thing", NotApplicable: true}, false}, {&system.Unable{What: "not here"}, true}, {&fakes.Unavailable{What: "no engine"}, true}} {
		l, s := onStage(t, nil)
		s.refuse = map[string]error{"pause system": tc.why}
		o, err := Run(t.Context(), l, busy(fault.Act{On: "system", Do: "pause"}))
		if err != nil || o.Subject.Unstruck != tc.why.Error() || o.Lacking != tc.lacking || s.isArmed() {
			t.Errorf("%v: %v, unstruck %q, lacking %v, armed %v", tc.why, err, o.Subject.Unstruck, o.Lacking, s.isArmed())
		}
	}
}

// Acts on a dependency are those of its backend, wrapped as it is; where none stands there, the case cannot be tried.
func TestWhoActs(t *testing.T) {
	l, s := onStage(t, nil)
	o, err := Run(t.Context(), l, busy(fault.Act{On: "db", Do: "pause", At: fault.Trigger{For: fault.For(time.Millisecond)}}))
	lines := strings.Join(s.noted(), ", ")
	if err != nil || !strings.Contains(lines, "pause db") || !strings.Contains(lines, "undo pause db") || len(o.Subject.Deeds) != 1 {
		t.Errorf("%v, %s, %v", err, lines, o.Subject.Deeds)
	}
	c := busy(fault.Act{On: "system", Do: "pause", At: fault.Trigger{After: time.Millisecond}})
	if o, err = Run(t.Context(), l, c); err != nil || len(o.Subject.Deeds) != 1 {
		t.Errorf("%v, %+v", err, o.Subject.Deeds)
	}
	bare := lab.New(lab.Config{Fakes: l.Config.Fakes}, nil)
	for on, says := range map[string]string{"db": "no server of its own", "system": "failwell does not run"} {
		if _, err := owner(bare, fault.Act{On: on, Do: "pause"}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", on, err)
		}
	}
	c.Faults = fault.Injection{Edits: []fault.Edit{{Setting: "disk", Op: fault.ReadOnly}}}
	if why := Unable(l, c); why == nil || why.What != system.Shared {
		t.Errorf("%v", why)
	}
	if why := Unable(l, busy(fault.Act{On: "db", Do: "pause"})); why != nil {
		t.Errorf("%v", why)
	}
}

// A kill ends the system; want of memory may take one of its processes only, and then it is not brought back but has to live on.
func TestWhoseActEndsTheSystem(t *testing.T) {
	for do, ended := range map[string]bool{fault.Kill: true, fault.OutOfMemory: false} {
		l, _ := onStage(t, nil)
		launches := l.Launches()
		o, err := Run(t.Context(), l, busy(fault.Act{On: "system", Do: do}))
		if err != nil || o.Subject.Ended != ended || l.Launches() > launches != ended {
			t.Errorf("%s: %v, ended %v, %d launches after %d", do, err, o.Subject.Ended, l.Launches(), launches)
		}
	}
}

// A live edit reaches an instance that is wrapped; whether what was edited is plain is known of a wrapped system.
func TestEdits(t *testing.T) {
	l, s := onStage(t, nil)
	for setting, plain := range map[string]bool{"env.PLAIN": true, "env.DB": false} {
		c := busy()
		c.Faults.Edits = []fault.Edit{{Setting: setting, Op: "missing", Live: true}}
		o, err := Run(t.Context(), l, c)
		if err != nil || o.Subject.Plain != plain || !strings.Contains(strings.Join(s.noted(), ", "), "edit "+setting) {
			t.Errorf("%s: %v, plain %v, %v", setting, err, o.Subject.Plain, s.noted())
		}
	}
	c := busy()
	c.Faults = fault.Injection{Edits: []fault.Edit{{Setting: "env.DB", Op: "missing"}}}
	o, err := Run(t.Context(), l, c)
	if err != nil || len(o.Subject.Launches) != 2 || o.Subject.Launches[0].Phase != exchange.Faulty || o.Subject.Launches[1].Phase != exchange.Healed {
		t.Errorf("%v, %+v", err, o.Subject.Launches)
	}
}

// hanging is a lab in which what a rig is asked for never comes.
func hanging(steps ...string) (*trial, *stage) {
	s := &stage{fail: map[string]int{}, hang: map[string]bool{}}
	for _, step := range steps {
		s.hang[step] = true
	}
	l := lab.New(lab.Config{HealWithin: 5 * time.Second}, nil)
	l.Rig = rig{s}
	return &trial{Lab: l}, s
}

// Lifting has an end, also after the run was stopped: of a rig that does not answer, and of an act that cannot be undone.
func TestLiftIsBounded(t *testing.T) {
	for _, step := range []string{"lift", "undo pause system"} {
		synctest.Test(t, func(t *testing.T) {
			x, s := hanging(step)
			undo, err := s.act(t.Context(), fault.Act{On: "system", Do: "pause"})
			if err != nil {
				t.Fatal(err)
			}
			x.note(&deed{Deed: check.Deed{On: "system", Do: "pause"}, undo: undo})
			began := time.Now()
			err = x.lift(context.WithoutCancel(t.Context()))
			if took := time.Since(began); err == nil || !strings.HasPrefix(err.Error(), "lift the fault: ") || took != liftBound {
				t.Errorf("%s: %v after %s", step, err, took)
			}
		})
	}
}

// Work that goes on after the answer is waited for 2 s.
func TestQuietIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, s := hanging("quiet")
		s.calls = []fault.Hit{{Seq: 1, Call: fault.Call{On: "db"}}}
		began := time.Now()
		_, err := x.Quiet(t.Context())
		if took := time.Since(began); err != nil || took != 2*time.Second {
			t.Errorf("%v after %s", err, took)
		}
	})
}

// A call that is held is waited for only a moment before effects are counted.
func TestLettingEndIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, s := hanging()
		s.calls = []fault.Hit{{Seq: 1, Call: fault.Call{On: "db", Op: "GET"}}}
		began := time.Now()
		x.letEnd(t.Context(), 0)
		if took := time.Since(began); took < afterLift || took > 2*afterLift {
			t.Errorf("it took %s", took)
		}
	})
}

// A system that does not heal is asked until the bound, and not longer.
func TestHealingIsBounded(t *testing.T) {
	l, s := onStage(t, nil)
	s.sick = true
	began := time.Now()
	o, err := Run(t.Context(), l, busy())
	asked := o.Subject.Judged(exchange.Healed)
	if err != nil || len(asked) < 3 || !l.Dirty {
		t.Errorf("%v, asked %d times, dirty %v", err, len(asked), l.Dirty)
	}
	if took := time.Since(began); took < l.Config.HealWithin || took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

// The line of the healed answer is waited for half a second, where the lab says that there is one.
func TestLogPatience(t *testing.T) {
	l, _ := onStage(t, func(c *lab.Config) { c.Contract.Trace.Logs = true })
	began := time.Now()
	if _, err := Run(t.Context(), l, busy()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < logPatience || took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

// A case that is stopped gives nothing up: what was armed is lifted.
func TestStopped(t *testing.T) {
	l, s := onStage(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	s.after = map[string]func(){"drain db": stop}
	_, err := Run(ctx, l, busy(fault.Act{On: "system", Do: "pause"}))
	if err == nil || ctx.Err() == nil || s.isArmed() || !strings.Contains(strings.Join(s.noted(), ", "), "undo pause system") {
		t.Errorf("%v, armed %v, %v", err, s.isArmed(), s.noted())
	}
}
