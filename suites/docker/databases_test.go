package docker_test

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes/servers"
)

// A database of this machine and one in a container give the same outcomes; suites/isolate has what cases see of each other.
func TestSameOutcomesOnServersInContainers(t *testing.T) {
	if err := (servers.Postgres{}).Installed(); err != nil {
		missing(t, err.Error())
	}
	server := "dependencies.db.server={image: '" + postgres(t) + "'}"
	p := failwell(t)
	only := []string{"testdata/orders", "--labs", "2", "--no-skips", "--only", "database/*@db:create-order", "--only", "process/*@db:*", "--set"}
	_, installed := p.Judge(t, nil, append(only, "dependencies.db.server=installed")...)
	r, contained := p.Judge(t, nil, append(only, server, "--host", "docker")...)
	if r.Code != 0 {
		t.Errorf("exit %d\n%s", r.Code, r.Out)
	}
	c := compare(installed.Results, contained.Results)
	t.Logf("%d cases judged on both, %d differences", c.both, len(c.different))
	if len(c.different) > 0 || c.both < 40 {
		t.Errorf("%d cases were judged on both; different: %s", c.both, strings.Join(c.different, "\n"))
	}
}
