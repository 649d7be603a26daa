package docker_test

import (
	"testing"
	"time"

	"github.com/failwell/failwell/suites/program"
	"github.com/failwell/failwell/suites/zoo"
)

// Every bug of the sample system is caught when the system runs in a container, too.
func TestZooInContainers(t *testing.T) {
	engine(t)
	t.Parallel()
	p := program.Build(t)
	all := zoo.Bugs(t, "docker")
	if len(all) < 38 {
		t.Fatalf("only %d bugs", len(all))
	}
	side := 5
	if many() != "8" {
		side = 1
	}
	began := time.Now()
	kills := zoo.Hunt(t, p, all, side, "--host", "docker", "--labs", "1")
	took := time.Since(began)
	t.Logf("bugs and the checks that caught them in containers, in %v:\n%s", took.Round(time.Second), kills)
}
