package docker_test

import (
	"os"
	"testing"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/check"
)

// Whatever is done to a container, what its writes did is counted behind it: before a real PostgreSQL, in every phase.
func TestEffectsOfWhatIsDoneToAContainer(t *testing.T) {
	engine(t)
	if err := (servers.Postgres{}).Installed(); err != nil {
		if os.Getenv("FAILWELL_CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Parallel()
	p := failwell(t)
	r, run := p.Judge(t, nil, "testdata/orders/effects.yaml", "--host", "docker", "--labs", "2", "--set", made(t),
		"--only", "process/*@db:*", "--only", "process/no-descriptors:*", "--only", "process/starved:*", "--only", "host/network-cut@db:*")
	if r.Code != 0 {
		t.Errorf("exit %d\n%s%s", r.Code, r.Out, r.Err)
	}
	acts := map[string]int{}
	for _, c := range run.Results {
		if c.Outcome != check.Pass || c.Request != "create-order" && c.Request != "cancel-order" {
			continue
		}
		for _, a := range c.Subject.Injection.Acts {
			acts[a.Do]++
		}
		if n := len(c.Subject.Effects); n != 3 {
			t.Errorf("%s: %d effects counted, want one a phase", c.ID, n)
		}
		for _, x := range c.Subject.Effects {
			if x.Unknown != "" || x.Count > 1 {
				t.Errorf("%s: %+v", c.ID, x)
			}
		}
	}
	for _, want := range []string{"pause", "kill", "term", "restart", "out-of-memory", "descriptors", "cpu", "disconnect"} {
		if acts[want] == 0 {
			t.Errorf("%s was not done with an effect declared; acts: %v", want, acts)
		}
	}
	t.Logf("acts with an effect counted: %v", acts)
}
