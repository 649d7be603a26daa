package lab

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/system"
)

// Every power of a system, its instance and a backend is found by the lab, though each of them is wrapped.
func TestAWrappedSystemLosesNothing(t *testing.T) {
	cfg, w, s := made()
	l := up(t, cfg)
	if !w.has("make", "open the ground", "start the store", "exec create as superuser", "task", "snapshot", "start", "health", "POST /login") {
		t.Errorf("%v", w.noted())
	}
	var settings []string
	for _, s := range l.Facts().Settings {
		settings = append(settings, s.Name+" "+s.Dependency+s.Secret)
	}
	if !slices.Equal(settings, []string{"env.DB db", "key key"}) {
		t.Errorf("settings %v", settings)
	}
	if names := l.Names(); names["system.port"] == "" || names["system.admin.port"] == "" {
		t.Errorf("no port was chosen: %v", names)
	}
	if n := l.Operations(); n != 111 {
		t.Errorf("%d operations: 100 on the ground, 10 on the instance and 1 on the backend are", n)
	}
	s.write()
	l.Dirty = true
	if err := l.Fresh(t.Context()); err != nil || !w.has("reset") || l.Launches() != 2 {
		t.Errorf("%v, %d launches, %v", err, l.Launches(), w.noted())
	}
	if n := l.Operations(); n != 121 {
		t.Errorf("%d operations: those of the first instance count too", n)
	}
	if err := l.Close(); err != nil || w.count("stop") != 2 || !w.has("stop the store", "close the ground") {
		t.Errorf("%v, %v", err, w.noted())
	}
}

// A tap reaches a part of a wrapped group where it listens itself, when the fakes run elsewhere.
func TestAWrappedGroupIsStillAGroup(t *testing.T) {
	_, w, _ := made()
	cfg := Config{System: wrappedSystem{system.Group{Entry: "gateway", Parts: []system.Part{{Name: "gateway", System: system.Func(nil)}, {Name: "app", System: wrappedSystem{w}}}}},
		Taps: map[string]string{"hop": "app"}}
	if cfg.Entry() != "gateway" {
		t.Errorf("the entry is %q", cfg.Entry())
	}
	if _, ok := groundOf(cfg.System).(whole); !ok {
		t.Errorf("the ground is %T", groundOf(cfg.System))
	}
	l := New(cfg, nil)
	if got := l.reached("app", "20001"); got != "127.0.0.1:20001" {
		t.Errorf("on this machine: %s", got)
	}
	l.site.Rig = deaf{}
	if got := l.reached("app", "20001"); got != "app:8080" {
		t.Errorf("elsewhere: %s", got)
	}
	if got := l.reached("gateway", "20001"); got != "gateway:20001" {
		t.Errorf("elsewhere, a port that the lab has chosen: %s", got)
	}
}

// What has no power is told so, in words.
func TestPowersThatAreLacking(t *testing.T) {
	fine := system.Func(func(context.Context, system.Setup) (http.Handler, error) { return http.NotFoundHandler(), nil })
	for what, tc := range map[string]struct {
		change func(*Config)
		says   string
	}{
		"health":   {func(c *Config) { c.System = fine }, "ready: {health: true} is for a container"},
		"scripts":  {func(c *Config) { bare(c) }, "prepare db: db takes no scripts"},
		"snapshot": {func(c *Config) { bare(c); c.Prepare = nil }, "isolate db: its server cannot bring data back"},
	} {
		cfg, w, _ := made()
		tc.change(&cfg)
		_, err := Start(t.Context(), cfg)
		if err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", what, err)
		}
		if w.has("start the store") && !w.has("stop the store") {
			t.Errorf("%s: something is left: %v", what, w.noted())
		}
	}
}
