package docker_test

import (
	"testing"
	"time"

	"github.com/failwell/failwell/suites/program"
	"github.com/failwell/failwell/suites/zoo"
)

// zooWithin is how long all bugs together may take on a machine that does nothing else.
const zooWithin = 4 * time.Minute

// Every bug of the sample system is caught when the system runs in a container, too.
func TestZooInContainers(t *testing.T) {
	engine(t)
	p := program.Build(t)
	all := zoo.Bugs(t, "docker")
	if len(all) < 38 {
		t.Fatalf("only %d bugs", len(all))
	}
	side := 3
	if many() != "8" {
		side = 1
	}
	began := time.Now()
	kills := zoo.Hunt(t, p, all, side, "--host", "docker", "--labs", "2")
	took := time.Since(began)
	t.Logf("bugs and the checks that caught them in containers, in %v:\n%s", took.Round(time.Second), kills)
	if side > 1 && took > zooWithin {
		t.Errorf("it took %v, %v is promised", took, zooWithin)
	}
}
