package docker_test

import (
	"testing"
	"time"

	"github.com/failwell/failwell/suites/program"
	"github.com/failwell/failwell/suites/zoo"
)

// The bugs of the sample system are caught when the system runs in a container, too: those that only a container can show, and some of
// the others, which suites/zoo hunts one by one. FAILWELL_ALL=1 hunts them all here as well.
func TestZooInContainers(t *testing.T) {
	engine(t)
	t.Parallel()
	p := failwell(t)
	var some []zoo.Bug
	all := zoo.Bugs(t, "docker")
	for i, b := range all {
		if b.Host == "docker" || i%12 == 0 || program.Whole() {
			some = append(some, b)
		}
	}
	if len(all) < 38 || len(some) < 7 {
		t.Fatalf("only %d of %d bugs", len(some), len(all))
	}
	side := 5
	if many() != "8" {
		side = 1
	}
	began := time.Now()
	kills := zoo.Hunt(t, p, some, side, "--host", "docker", "--labs", "1", "--set", made(t))
	took := time.Since(began)
	t.Logf("%d of %d bugs and the checks that caught them in containers, in %v:\n%s", len(some), len(all), took.Round(time.Second), kills)
}
