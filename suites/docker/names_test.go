package docker_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/fault"
	place "github.com/failwell/failwell/harness/lab"
)

// atOnce is how long it may take until a system knows that nobody has a name.
const atOnce = 50 * time.Millisecond

// Names that nobody has are answered at once, with that, wherever the fakes are.
func TestNamesThatNobodyHas(t *testing.T) {
	for _, where := range ways {
		t.Run(string(where), func(t *testing.T) {
			nobodyHas(t, docker.Ground{Fakes: where})
		})
	}
}

// nobodyHas asks, from inside a container on a ground, for names that nobody has.
func nobodyHas(t *testing.T, on place.Ground) {
	cfg := alone(probe(t))
	cfg.Ground = on
	l, err := harness.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		nothingLeft(t, os.Getpid())
	})
	for _, name := range []string{"elsewhere", "elsewhere.example.com", "token.invalid", "metadata.google.internal", "elsewhere."} {
		status, answer := tells(t, l, "", "resolve", name)
		var found bool
		var ms int
		_, err := fmt.Sscanf(answer, "found=%t after %d ms", &found, &ms)
		if took := time.Duration(ms) * time.Millisecond; status != 500 || err != nil || found || took >= atOnce {
			t.Errorf("%s: %d %s, want that it is not found, in less than %v", name, status, answer, atOnce)
		}
		t.Log(answer)
	}
	if status, answer := tells(t, l, "", "resolve", "system"); status != 200 {
		t.Errorf("the system itself: %d %s", status, answer)
	}
}

// A name is lost and found again, wherever the fakes are, and also in a container with a read-only file system. It costs
// little more than the same case without it: who asks for the name does not wait, and is not told what was true before.
func TestANameIsGone(t *testing.T) {
	sealed := func(t *testing.T) harness.Config {
		cfg := orders(t, docker.InProgram)
		c := cfg.System.(docker.Container)
		c.ReadOnly = true
		cfg.System = c
		return cfg
	}
	for what, config := range map[string]func(*testing.T) harness.Config{
		"fakes in the program":  func(t *testing.T) harness.Config { return orders(t, docker.InProgram) },
		"fakes in a container":  func(t *testing.T) harness.Config { return orders(t, docker.InContainer) },
		"read-only file system": sealed,
	} {
		t.Run(what, func(t *testing.T) {
			l := start(t, config(t))
			took := func(f fault.Fault) time.Duration {
				began := time.Now()
				r := run(t, l, "get-order", "store/unavailable", 503, f)
				if why := check.EvidenceOf(*r.Subject).Missed(); why != "" {
					t.Error(why)
				}
				return time.Since(began)
			}
			refused, gone := took(fault.Refuse{On: "db"}), took(fault.Vanish{On: "db"})
			t.Logf("a case costs %v when the database refuses, %v when its name is gone", refused.Round(time.Millisecond), gone.Round(time.Millisecond))
			if gone-refused > time.Second {
				t.Errorf("the lost name costs %v", gone-refused)
			}
		})
	}
}

// Where a system may ask outside, a name is lost all the same: in its hosts file, which some resolvers keep for seconds.
func TestANameIsGoneFromTheHostsFile(t *testing.T) {
	cfg := orders(t, docker.InProgram)
	c := cfg.System.(docker.Container)
	c.Ways.Outside = true
	cfg.System = c
	r := run(t, start(t, cfg), "get-order", "store/unavailable", 503, fault.Vanish{On: "db"})
	if why := check.EvidenceOf(*r.Subject).Missed(); why != "" {
		t.Error(why)
	}
}
