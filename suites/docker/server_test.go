package docker_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// postgres makes the image of a server from what is installed here, and gives its name.
func postgres(t *testing.T) string {
	t.Helper()
	engine(t)
	const image = "failwell/postgres:suite"
	if exec.CommandContext(t.Context(), "docker", "image", "inspect", image).Run() == nil {
		return image
	}
	out, err := exec.CommandContext(t.Context(), "../../testdata/images/postgres.sh", image).CombinedOutput()
	if err != nil {
		missing(t, "make an image of PostgreSQL: "+err.Error()+"\n"+string(out))
	}
	return image
}

func TestAServerInAContainer(t *testing.T) {
	image := postgres(t)
	began := time.Now()
	b, err := docker.Postgres{Image: image, Password: `it's "odd" \`}.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Logf("the server was ready after %v", time.Since(began).Round(time.Millisecond))
	if !strings.HasPrefix(b.Addr(), "127.0.0.1:") {
		t.Errorf("it is at %s", b.Addr())
	}
	db := b.(fakes.Scripted)
	if err := db.Exec(t.Context(), "create table t (n int); insert into t values (1)", ""); err != nil {
		t.Fatal(err)
	}
	count := func() string {
		n, err := db.Query(t.Context(), "select count(*) from t")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	actor := b.(system.Actor)
	for _, do := range []string{"pause", "kill", "restart", "cpu"} {
		began := time.Now()
		undo, err := actor.Act(t.Context(), fault.Act{On: "db", Do: do})
		if err != nil {
			t.Fatal(err)
		}
		acted := time.Since(began)
		if err := undo(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %v, undone after %v", do, acted.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
		if n := count(); n != "1" {
			t.Errorf("after %s there are %s rows", do, n)
		}
	}
}

func TestFaultsBeforeAServerInAContainer(t *testing.T) {
	image := postgres(t)
	for _, where := range ways {
		t.Run(string(where), func(t *testing.T) {
			l := start(t, orders(t, where, "dependencies.db.server={image: '"+image+"'}"))
			for _, f := range []fault.Fault{fault.Refuse{On: "db"}, fault.Acts{On: "db", Do: "kill"}} {
				if r := run(t, l, "get-order", "store/unavailable", 503, f); r.Outcome != check.Pass {
					t.Errorf("%s: %s %+v", r.ID, r.Reason, r.Verdicts)
				}
			}
		})
	}
}
