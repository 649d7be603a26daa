package lab

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// A lab that does not come up says what it was doing, and leaves nothing running, whichever step fails.
func TestAStepOfTheStartFails(t *testing.T) {
	broken := errors.New("out of order")
	for step, says := range map[string]string{
		"make":                     "out of order",
		"open the ground":          "out of order",
		"start the store":          "start dependency db: out of order",
		"exec create as superuser": "prepare db: out of order",
		"task":                     "prepare db: it ended with code 1",
		"snapshot":                 "isolate db: keep the data: out of order",
		"version":                  "isolate db: ask how far the data are: out of order",
		"start":                    "out of order",
		"health":                   "out of order",
	} {
		cfg, w, _ := made()
		w.fail[step] = broken
		_, err := Start(t.Context(), cfg)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %s", step, err, says)
		}
		if started := w.count("start"); started > 0 && w.fail["start"] == nil && w.count("stop") != started {
			t.Errorf("%s: the system was started and not stopped: %v", step, w.noted())
		}
		if step != "start the store" && w.has("start the store") != w.has("stop the store") {
			t.Errorf("%s: the store is left: %v", step, w.noted())
		}
		if step != "open the ground" && w.has("open the ground") && !w.has("close the ground") {
			t.Errorf("%s: the ground is left: %v", step, w.noted())
		}
	}
}

// What stops a lab is stopped in reverse order, and what fails then keeps nobody from the rest.
func TestCloseGoesOn(t *testing.T) {
	cfg, w, _ := made()
	l := up(t, cfg)
	w.fail["stop"], w.fail["stop the store"] = errors.New("it does not stop"), errors.New("nor does it")
	err := l.Close()
	if err == nil || !strings.Contains(err.Error(), "it does not stop") || !strings.Contains(err.Error(), "nor does it") {
		t.Errorf("%v", err)
	}
	tail := w.noted()
	if tail = tail[len(tail)-3:]; !slices.Equal(tail, []string{"stop", "stop the store", "close the ground"}) {
		t.Errorf("%v", tail)
	}
}

// A lab needs a system; its defaults are filled in.
func TestDefaults(t *testing.T) {
	if _, err := Start(t.Context(), Config{}); err == nil || err.Error() != "a lab needs a system" {
		t.Errorf("%v", err)
	}
	cfg, err := Config{}.defaults()
	if err != nil || cfg.Limit == 0 || cfg.HealWithin == 0 || cfg.Ready.Within == 0 || cfg.Seed == "" || len(cfg.Contract.Table.Rows) == 0 || cfg.Reference() == 0 {
		t.Errorf("%v, %+v", err, cfg)
	}
}

// The lab's own steps have to succeed; later a step that does not leaves the names of an earlier launch.
func TestBefore(t *testing.T) {
	cfg, _, _ := made()
	cfg.Before[0].Capture["more"] = "X-More"
	if _, err := Start(t.Context(), cfg); err == nil || err.Error() != "before: POST /login: the answer has no X-More" {
		t.Errorf("%v", err)
	}
	cfg, _, _ = made()
	l := up(t, cfg)
	if v, err := l.Scope().Value("login.at"); err != nil || v != "/orders/7" {
		t.Errorf("%q, %v", v, err)
	}
	if _, err := l.Scope().Value("login.it"); err == nil || !strings.Contains(err.Error(), "login.at") {
		t.Errorf("a name that is not there: %v", err)
	}
	l.Config.Requests[1].Expect.Status = []int{201}
	if err := l.Before(t.Context(), false); err == nil {
		t.Error("a step that does not succeed is no error")
	}
	if err := l.Before(t.Context(), true); err != nil {
		t.Error(err)
	}
	if v, err := l.Scope().Value("login.at"); err != nil || v != "/orders/7" {
		t.Errorf("%q, %v", v, err)
	}
	l.Config.Before = []scenario.Step{{Use: "logon"}}
	if err := l.Before(t.Context(), false); err == nil || !strings.Contains(err.Error(), `unknown request "logon"`) {
		t.Errorf("%v", err)
	}
}

// A launch that does not come up whole is replaced before the next case, however often.
func TestReplaceFails(t *testing.T) {
	for step, says := range map[string]string{"start": "start system again: out of order", "health": "start system again: out of order"} {
		cfg, w, _ := made()
		l := up(t, cfg)
		w.fail[step] = errors.New("out of order")
		l.Dirty = true
		for range 2 {
			if err := l.Fresh(t.Context()); err == nil || err.Error() != says || !l.Dirty {
				t.Errorf("%s: %v, dirty %v", step, err, l.Dirty)
			}
		}
		delete(w.fail, step)
		if err := l.Fresh(t.Context()); err != nil || l.Dirty || l.Instance() == nil {
			t.Errorf("%s: %v, dirty %v", step, err, l.Dirty)
		}
	}
	cfg, _, _ := made()
	l := up(t, cfg)
	l.Config.Requests[1].Expect.Status = []int{201}
	l.Dirty = true
	if err := l.Fresh(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "before: ") || !l.Dirty {
		t.Errorf("%v, dirty %v", err, l.Dirty)
	}
}

// A system that dies, or that never gets ready, is a launch and no error of failwell; at the first launch there is nothing to
// break then.
func TestUnready(t *testing.T) {
	cfg, w, _ := made()
	w.exit = errors.New("no database at all")
	cfg.System, cfg.Ready = wrappedSystem{w}, Ready{Get: "/ready"}
	_, err := Start(t.Context(), cfg)
	var unready *Unready
	if !errors.As(err, &unready) || !strings.Contains(err.Error(), "ended with code 1") || !strings.Contains(err.Error(), "no database at all") {
		t.Errorf("%v", err)
	}
	cfg, _, _ = made()
	cfg.Ready = Ready{Log: "never said", Get: "/ready", Within: 100 * time.Millisecond}
	if _, err = Start(t.Context(), cfg); !errors.As(err, &unready) || !strings.Contains(err.Error(), `no line of its log has "never said"`) {
		t.Errorf("%v", err)
	}
}

// Data that were written to are brought back before the next case, while the system runs when it can get over it.
func TestIsolate(t *testing.T) {
	cfg, w, s := made()
	l := up(t, cfg)
	if _, err := l.Calm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Fresh(t.Context()); err != nil || w.has("reset") {
		t.Errorf("nothing was written: %v, %v", err, w.noted())
	}
	s.write()
	logins := w.count("POST /login")
	if err := l.Fresh(t.Context()); err != nil || w.count("reset") != 1 || l.Launches() != 1 || w.count("POST /login") != logins+1 {
		t.Errorf("%v, %d launches, %v", err, l.Launches(), w.noted())
	}
	s.write()
	l.Config.Requests[1].Expect.Status = []int{201} // it does not get over it
	if err := l.Fresh(t.Context()); err == nil || l.Launches() != 2 {
		t.Errorf("%v, %d launches", err, l.Launches())
	}
	l.Config.Requests[1].Expect.Status, l.Config.Isolate[0].Script = nil, "truncate"
	s.write()
	if err := l.Fresh(t.Context()); err != nil || !w.has("exec truncate as ") {
		t.Errorf("%v, %v", err, w.noted())
	}
	s.write()
	w.fail["exec truncate as "] = errors.New("out of order")
	if err := l.Fresh(t.Context()); err == nil || err.Error() != "isolate db: out of order" {
		t.Errorf("%v", err)
	}
}

// What the system writes at its start belongs to the data that every case begins with.
func TestASystemThatWritesAtItsStart(t *testing.T) {
	cfg, w, s := made()
	cfg.Begun = func() { _ = w.note("begun") }
	cfg.System = writing{wrappedSystem{w}, s}
	l := up(t, cfg)
	if l.Launches() != 2 || w.count("snapshot") != 2 || w.count("begun") != 1 {
		t.Errorf("%d launches, %v", l.Launches(), w.noted())
	}
}

type writing struct {
	wrappedSystem
	store store
}

func (w writing) Start(ctx context.Context, s system.Setup) (system.Instance, error) {
	if !w.store.has("start") {
		w.store.write()
	}
	return w.wrappedSystem.Start(ctx, s)
}
