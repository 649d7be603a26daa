package docker_test

import (
	"os/exec"
	"testing"

	"github.com/failwell/failwell/suites/program"
)

// The gateway is one more container, and its cases are the same.
func TestAGatewayInAContainer(t *testing.T) {
	engine(t)
	if out, err := exec.CommandContext(t.Context(), "../../testdata/images/nginx.sh").CombinedOutput(); err != nil {
		missing(t, "make an image of nginx: "+err.Error()+"\n"+string(out))
	}
	p := failwell(t)
	r, run := p.Judge(t, nil, "testdata/orders/gateway.yaml", "--host", "docker", "--labs", "4",
		"--only", "gateway/*", "--only", "database/missing-table*", "--only", "upstream/error*")
	if r.Code != 0 {
		t.Errorf("exit %d\n%s", r.Code, r.Out)
	}
	program.Hops(t, run)
}
