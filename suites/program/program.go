// Package program builds and runs the failwell program for suites, as a user does.
package program

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
)

// Root is the top of the checkout.
func Root(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("where is this file?")
	}
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// A Program is a built failwell with a state directory of its own.
type Program struct {
	Bin string
	Tmp string
}

// Build builds the program once for a test and its subtests.
func Build(t testing.TB) *Program {
	t.Helper()
	return At(t, filepath.Join(t.TempDir(), "failwell"))
}

// At is the program at a path, which is built there unless it is there already.
func At(t testing.TB, bin string) *Program {
	t.Helper()
	p := &Program{Bin: bin, Tmp: filepath.Join(t.TempDir(), "tmp")}
	if err := os.MkdirAll(p.Tmp, 0o777); err != nil {
		t.Fatal(err)
	}
	for d := p.Tmp; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		_ = os.Chmod(d, 0o755) // servers that refuse root must reach their data below it
	}
	_ = os.Chmod(p.Tmp, 0o1777)
	if _, err := os.Stat(p.Bin); err == nil {
		return p
	}
	cmd := exec.Command("go", "build", "-o", p.Bin, "./cmd/failwell")
	cmd.Dir = Root(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build failwell: %v\n%s", err, out)
	}
	return p
}

// Result is what a call of the program gave.
type Result struct {
	Code     int
	Out, Err string
	Took     time.Duration
}

// Command prepares a call of the program in the checkout.
func (p *Program) Command(ctx context.Context, t testing.TB, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, p.Bin, args...)
	cmd.Dir = Root(t)
	cmd.Env = append(append(os.Environ(), "TMPDIR="+p.Tmp), env...)
	return cmd
}

// Run calls the program and waits for its end.
func (p *Program) Run(t testing.TB, env []string, args ...string) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	cmd := p.Command(ctx, t, env, args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	began := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run failwell %v: %v", args, err)
	}
	return Result{Code: cmd.ProcessState.ExitCode(), Out: out.String(), Err: errOut.String(), Took: time.Since(began)}
}

// Judge calls `failwell run` and reads the run it reports.
func (p *Program) Judge(t testing.TB, env []string, args ...string) (Result, report.Run) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "run.json")
	r := p.Run(t, env, append(append([]string{"run"}, args...), "--report", "json="+file)...)
	f, err := os.Open(file)
	if err != nil {
		t.Fatalf("exit %d, no report\n%s%s", r.Code, r.Out, r.Err)
	}
	defer func() { _ = f.Close() }()
	run, err := report.ReadJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return r, run
}

// Failing lists the checks that failed in a run.
func Failing(run report.Run) []string {
	var names []string
	for _, r := range run.Results {
		for _, v := range r.Verdicts {
			if v.Outcome == check.Fail && !slices.Contains(names, v.Check) {
				names = append(names, v.Check)
			}
		}
	}
	slices.Sort(names)
	return names
}
