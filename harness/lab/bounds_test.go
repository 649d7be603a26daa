package lab

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// mute is an instance that nobody can reach: it has no URL, so that nothing that is asked takes any time.
type mute struct {
	lines  []exchange.Line
	wrong  string
	exit   *exchange.Exit
	done   chan struct{}
	health error
}

func (mute) URL(string) string                        { return "" }
func (m mute) Logs(since int) []exchange.Line         { return m.lines[min(since, len(m.lines)):] }
func (m mute) Stop(context.Context) error             { return nil }
func (m mute) Done() <-chan struct{}                  { return m.done }
func (m mute) Health(context.Context) (string, error) { return m.wrong, m.health }
func (m mute) Exited() (exchange.Exit, bool) {
	if m.exit == nil {
		return exchange.Exit{}, false
	}
	return *m.exit, m.done == nil // else only Done tells
}

// awaiting a launch of an instance, on a clock of its own.
func await(t *testing.T, r Ready, i system.Instance) (exchange.Launch, error) {
	cfg, err := Config{System: system.Func(nil), Ready: r}.defaults()
	if err != nil {
		t.Fatal(err)
	}
	l := New(cfg, nil)
	l.instance = i
	return l.Await(t.Context(), time.Now(), Watch{})
}

// Readiness is waited for as long as the lab says, and the launch says what was missing.
func TestReadyWithin(t *testing.T) {
	for _, tc := range []struct {
		ready Ready
		is    mute
		took  time.Duration // at least; ready when it is 0
		lacks string
	}{
		{Ready{Log: "listening"}, mute{lines: []exchange.Line{{N: 0, Text: "now listening on 80"}}}, 0, ""},
		{Ready{Health: true}, mute{}, 0, ""},
		{Ready{Log: "listening", Within: 3 * time.Second}, mute{}, 3 * time.Second, `no line of its log has "listening"`},
		{Ready{Log: "listening"}, mute{}, 10 * time.Second, `no line of its log has "listening"`},
		{Ready{Health: true, Within: time.Minute}, mute{wrong: "starting"}, time.Minute, "its health check says starting"},
		{Ready{Get: "/ready", Within: time.Second}, mute{}, time.Second, "GET /ready got no answer"},
		{Ready{Within: time.Second}, mute{}, time.Second, "it gives no answer"},
	} {
		synctest.Test(t, func(t *testing.T) {
			launch, err := await(t, tc.ready, tc.is)
			if err != nil || launch.Ready != (tc.took == 0) || launch.Took < tc.took || launch.Took > tc.took+time.Second {
				t.Errorf("%+v: %v, ready %v after %s", tc.ready, err, launch.Ready, launch.Took)
			}
			if got := strings.Join(launch.Awaited, ", "); got != tc.lacks {
				t.Errorf("%+v: it lacks %q", tc.ready, got)
			}
		})
	}
}

// The end of an instance ends the waiting, at the moment at which it says so.
func TestAnInstanceThatEndsIsNotAwaited(t *testing.T) {
	for name, told := range map[string]bool{"it tells": true, "it is asked": false} {
		synctest.Test(t, func(t *testing.T) {
			is := mute{exit: &exchange.Exit{Code: 3}}
			if told {
				is.done = make(chan struct{})
				close(is.done)
			}
			launch, err := await(t, Ready{Log: "listening"}, wrappedInstance{is})
			if err != nil || launch.Ready || launch.Exit == nil || launch.Exit.Code != 3 || launch.Took > time.Second {
				t.Errorf("%s: %v, %+v", name, err, launch)
			}
		})
	}
}

// A health check that cannot be asked is said, and not waited for.
func TestReadinessThatCannotBeKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := await(t, Ready{Health: true}, mute{health: &system.Unable{What: "no HEALTHCHECK"}})
		var unable *system.Unable
		if !errors.As(err, &unable) || time.Since(began) > time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// stuck is a backend that takes a script and never comes back.
type stuck struct{ store }

func (stuck) Exec(ctx context.Context, _, _ string) error {
	<-ctx.Done()
	return ctx.Err()
}

// A step of prepare that does not end is ended, and the error says so.
func TestPrepareIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Config{Prepare: []Prepare{{On: "db", Script: "lock"}}}, map[string]fakes.Backend{"db": wrappedBackend{stuck{}}})
		began := time.Now()
		err := l.prepare(t.Context())
		if err == nil || !strings.HasPrefix(err.Error(), "prepare db: it did not end within 10m0s") || time.Since(began) != prepareBound {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// A task nobody can tell the end of is no step; one that is stopped meanwhile is stopped.
func TestPrepareByATask(t *testing.T) {
	cfg, _, _ := made()
	cfg.Prepare = []Prepare{{On: "db", System: system.URL{Base: "http://127.0.0.1:1"}}}
	if _, err := Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "nobody can tell when this one does") {
		t.Errorf("%v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	l := New(Config{Dir: t.TempDir()}, nil)
	err := l.task(ctx, system.Func(func(life context.Context, _ system.Setup) (http.Handler, error) {
		context.AfterFunc(life, func() { close(ended) })
		stop()
		return http.NotFoundHandler(), nil
	}))
	<-ended
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A command has the names of the lab, and its last words are in the error.
func TestPrepareByACommand(t *testing.T) {
	cfg, _, _ := made()
	script := `test "$DB" = "127.0.0.1:1" && test "$1" = app || { echo "got $DB $1"; exit 3; }`
	cfg.Prepare = []Prepare{{On: "db", Run: []string{"sh", "-c", script, "sh", "$db.user"}, Env: map[string]string{"DB": "$db.direct.addr"}}}
	up(t, cfg)
	cfg, _, _ = made()
	cfg.Prepare = []Prepare{{On: "db", Run: []string{"sh", "-c", "echo no such table; exit 3"}}}
	if _, err := Start(t.Context(), cfg); err == nil || !strings.HasPrefix(err.Error(), "prepare db: sh -c echo") || !strings.Contains(err.Error(), "exit status 3\nno such table") {
		t.Errorf("%v", err)
	}
	cfg.Prepare[0].Run = []string{"sh", "$db.usr"}
	if _, err := Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "unknown name $db.usr") {
		t.Errorf("%v", err)
	}
}

// Calls that go on are waited for 2 s: by who asks something, and by who has got over data that were brought back.
func TestQuietIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Config{HealWithin: time.Second, Seed: "1"}, nil)
		l.Rig = deaf{hits: []fault.Hit{{Seq: 1, Call: fault.Call{On: "db", Op: "GET"}}}}
		l.instance = mute{}
		began := time.Now()
		e, err := l.Do(t.Context(), exchange.Request{Method: "GET", Target: "/"})
		if took := time.Since(began); err != nil || took != QuietBound || len(e.Hits) != 1 {
			t.Errorf("%v after %s, %+v", err, took, e)
		}
		began = time.Now()
		err = l.recover(t.Context(), nil)
		if took := time.Since(began); err != nil || took != QuietBound {
			t.Errorf("%v after %s", err, took)
		}
	})
}

// Without isolation being got over in time the system is started anew; a lab that is stopped meanwhile says so.
func TestRecoveringIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		again := errors.New("a new launch is asked for")
		l := New(Config{HealWithin: time.Second, Seed: "1", System: refusing{again}, Dir: t.TempDir(), Before: []scenario.Step{{Use: "login"}},
			Requests: []scenario.Request{{Name: "login", Method: "POST", Target: "/login"}}}, nil)
		l.Rig, l.instance = deaf{}, mute{}
		began := time.Now()
		err := l.recover(t.Context(), nil)
		if took := time.Since(began); !errors.Is(err, again) || took < time.Second || took > 2*time.Second {
			t.Errorf("%v after %s", err, took)
		}
	})
}

type refusing struct{ why error }

func (r refusing) Start(context.Context, system.Setup) (system.Instance, error) { return nil, r.why }

// Wait ends with its time, or with its context.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := Wait(t.Context(), time.Hour); err != nil || time.Since(began) != time.Hour {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := Wait(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
