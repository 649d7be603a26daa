package docker_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness"
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

// noted is a server whose backend the test can ask.
type noted struct {
	fakes.Server
	backend fakes.Backend
}

func (n *noted) Start(ctx context.Context) (fakes.Backend, error) {
	b, err := n.Server.Start(ctx)
	n.backend = b
	return b, err
}

// The data of a server in a container are made by scripts of its owner and of its superuser, and by commands that reach it
// beside the gate, in their order; and they come back between cases.
func TestDataOfAServerInAContainer(t *testing.T) {
	client, err := exec.LookPath("psql")
	if err != nil {
		missing(t, "no psql here: apt-get install postgresql-client")
	}
	cfg := orders(t, docker.InProgram, "dependencies.db.server={image: '"+postgres(t)+"'}", "dependencies.db.isolate=clone")
	server := &noted{Server: cfg.Fakes["db"].Server}
	db := cfg.Fakes["db"]
	db.Server = server
	cfg.Fakes["db"] = db
	cfg.Prepare = append(cfg.Prepare,
		harness.Prepare{On: "db", Script: "create table of_owner (n int)"},
		harness.Prepare{On: "db", Script: "create table of_superuser (n int)", As: "superuser"},
		harness.Prepare{On: "db", Run: []string{client, "$db.direct.url", "-c", "alter table of_owner add by_command text"}},
		harness.Prepare{On: "db", Run: []string{"sh", "-c", `"$$0" "$$URL" -c 'alter table of_owner add by_variable text'`, client}, Env: map[string]string{"URL": "$db.direct.url"}},
	)
	l := start(t, cfg)
	ask := func(query, want string) {
		t.Helper()
		got, err := server.backend.(fakes.Scripted).Query(t.Context(), query)
		if err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", query, got, err, want)
		}
	}
	owner := l.Names()["db.user"]
	ask("select tableowner from pg_tables where tablename = 'of_owner'", owner)
	ask("select tableowner from pg_tables where tablename = 'of_superuser'", "postgres")
	ask("select count(*) from information_schema.columns where table_name = 'of_owner' and column_name in ('by_command', 'by_variable')", "2")
	launches := l.Launches()
	run(t, l, "create-order", "upstream/refused", 502, fault.Refuse{On: "payments"})
	ask("select count(*) > 3 from orders", "t") // what the case made is still there
	run(t, l, "get-order", "store/unavailable", 503, fault.Refuse{On: "db"})
	ask("select count(*) from orders", "3")
	ask("select tableowner from pg_tables where tablename = 'of_owner'", owner)
	if l.Launches() != launches {
		t.Errorf("the system was started %d times more for it", l.Launches()-launches)
	}
}
