// Package docker_test runs the sample system in containers. It needs a Docker engine, and the Go toolchain to build the
// sample; without an engine it is skipped, unless FAILWELL_CI=1 says that it must not be.
package docker_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/suites/program"
)

// engine skips the test when there is none.
func engine(t *testing.T) {
	t.Helper()
	if err := docker.Available(t.Context()); err != nil {
		missing(t, err.Error())
	}
}

// missing skips the test for what this machine lacks.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("FAILWELL_CI") == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// shared is a directory of what all tests use: the program, and the sample system.
var shared string

func TestMain(m *testing.M) {
	if os.Getenv(holder) != "" {
		os.Exit(m.Run()) // which is killed, and would leave it
	}
	var err error
	if shared, err = os.MkdirTemp("", "failwell-suite-"); err != nil {
		panic(err)
	}
	if err := os.Chmod(shared, 0o755); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(shared)
	os.Exit(code)
}

// one builds one thing at a time.
var one sync.Mutex

// failwell is the program, with a state directory of the test's own.
func failwell(t *testing.T) *program.Program {
	t.Helper()
	one.Lock()
	defer one.Unlock()
	return program.At(t, filepath.Join(shared, "failwell"))
}

// sample is the sample system, as it is put into containers.
func sample(t *testing.T) string {
	t.Helper()
	one.Lock()
	defer one.Unlock()
	bin := filepath.Join(shared, "orders")
	if _, err := os.Stat(bin); err == nil {
		return bin
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".")
	build.Dir, build.Env = "../../testdata/orders", append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// made is what to set in the lab of the sample so that it takes the system as it was made once, where many would make the same.
func made(t *testing.T) string {
	t.Helper()
	return "system.process.build=[cp, '" + sample(t) + "', $bin]"
}

// ways are the places where fakes can run.
var ways = []docker.Where{docker.InProgram, docker.InContainer}

// orders is the sample system in a container, as --host docker has it.
func orders(t *testing.T, where docker.Where, set ...string) harness.Config {
	t.Helper()
	engine(t)
	cat := standard.Catalog()
	for name, kind := range docker.Kinds() {
		cat.Systems[name] = kind
	}
	cat.Fakes = docker.Fakes(cat.Fakes)
	if shared != "" {
		set = append(set, made(t))
	}
	f, err := labfile.Read("../../testdata/orders", cat, set)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := f.Config(t.Context(), labfile.Options{Seed: "1", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.System, err = docker.Hosted(cfg.System, docker.Ground{Fakes: where}); err != nil {
		t.Fatal(err)
	}
	cfg.IdleFor = 200 * time.Millisecond
	return cfg
}

// start brings up a lab, and checks afterwards that it has left nothing.
func start(t *testing.T, cfg harness.Config) *harness.Lab {
	t.Helper()
	began := time.Now()
	l, err := harness.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the lab was up after %v", time.Since(began).Round(time.Millisecond))
	t.Cleanup(func() {
		began := time.Now()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		t.Logf("the lab was closed after %v", time.Since(began).Round(time.Millisecond))
		nothingLeft(t, os.Getpid())
	})
	if _, err := l.Calm(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

// nothingLeft wants nothing of a process to be in the engine.
func nothingLeft(t *testing.T, pid int) {
	t.Helper()
	left, err := docker.Present(context.Background(), pid)
	if left.Images = 0; err != nil || left != (docker.Count{}) {
		t.Errorf("left over: %s %v", left, err)
	}
}

// run runs a case with a fault, and wants a status while it held; 0: no answer.
func run(t *testing.T, l *harness.Lab, request, cause string, status int, f fault.Fault) report.Result {
	t.Helper()
	in, err := f.Injection()
	if err != nil {
		t.Fatal(err)
	}
	var r report.Result
	for try := 0; try < 3 && r.Outcome != check.Pass; try++ { // as a sweep does: an act may meet nothing, another time
		began := time.Now()
		if r, err = l.Run(t.Context(), scenario.Case{ID: t.Name(), Cause: cause, Faults: in, Request: request, Copies: 1, Specific: true}); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s for %s: %s after %v %s", cause, request, r.Outcome, time.Since(began).Round(time.Millisecond), r.Reason)
		if r.Outcome == check.Fail {
			break
		}
	}
	s := r.Subject
	if s.Unstruck != "" {
		t.Fatal(s.Unstruck)
	}
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		t.Fatal("nothing was asked while the fault held")
	}
	if got := faulty[0].Status(); got != status {
		t.Errorf("the answer is %d %s, want %d", got, faulty[0].Failure, status)
	}
	healed := s.Judged(exchange.Healed)
	if len(healed) == 0 || s.Expect.Missed(healed[len(healed)-1]) != "" {
		t.Errorf("it did not heal: %+v", healed)
	}
	return r
}

func TestFaultsOfDependencies(t *testing.T) {
	for _, where := range ways {
		t.Run(string(where), func(t *testing.T) {
			l := start(t, orders(t, where))
			for _, r := range []report.Result{
				run(t, l, "get-order", "store/unavailable", 503, fault.Refuse{On: "db"}),
				run(t, l, "create-order", "upstream/timeout", 504, fault.Slow{Scope: fault.Scope{On: "payments"}, By: fault.Span{X: 3}}),
			} {
				if r.Outcome != check.Pass {
					t.Errorf("%s: %+v", r.Cause, r.Verdicts)
				}
			}
		})
	}
}

func TestAMissingSecretEndsTheSystemAtOnce(t *testing.T) {
	l := start(t, orders(t, docker.InProgram))
	in, err := fault.Setting{Name: "jwt-key", Is: "missing"}.Injection()
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Run(t.Context(), scenario.Case{ID: t.Name(), Cause: "secret/missing", Faults: in, Request: "get-order", Copies: 1, Specific: true})
	if err != nil {
		t.Fatal(err)
	}
	launch, ok := r.Subject.Launch(exchange.Faulty)
	if !ok || launch.Exit == nil || launch.Exit.Code != 1 || launch.Took > 8*time.Second {
		t.Fatalf("launch %+v", launch)
	}
	if r.Outcome != check.Pass {
		t.Errorf("%s: %+v", r.Outcome, r.Verdicts)
	}
	t.Logf("it ended after %v: %v", launch.Took.Round(time.Millisecond), launch.Last)
}

func TestActs(t *testing.T) {
	cfg := orders(t, docker.InProgram)
	cfg.Limit = 2 * time.Second
	l := start(t, cfg)
	for _, c := range []struct {
		do, cause string
		status    int
	}{
		{"pause", "process/paused", 0}, {"kill", "process/crash", 0}, {"restart", "process/stopping", 0}, {"cpu", "process/overload", 200},
		{"disconnect", "store/unavailable", 503},
	} {
		t.Run(c.do, func(t *testing.T) { run(t, l, "get-order", c.cause, c.status, fault.Acts{Do: c.do}) })
	}
}
