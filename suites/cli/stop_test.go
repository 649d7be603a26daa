package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// interrupt starts a run of the sample and sends the signal when labs are up and cases run.
func interrupt(t *testing.T, p *program.Program, signal syscall.Signal, args ...string) int {
	t.Helper()
	cmd := p.Command(t.Context(), t, nil, append([]string{"run", "testdata/orders"}, args...)...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(60 * time.Second)
	for !launched(p) && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(3 * time.Second)
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_ = cmd.Wait()
	if took := time.Since(began); took > 7*time.Second {
		t.Errorf("it ended %s after the signal", took)
	}
	return cmd.ProcessState.ExitCode()
}

// launched tells whether a system of the run has been started.
func launched(p *program.Program) bool {
	found, _ := filepath.Glob(filepath.Join(p.Tmp, "failwell-*", "run-*", "lab-*", "system"))
	return len(found) > 0
}

func TestInterruptWritesReportsAndLeavesNothing(t *testing.T) {
	p := program.Build(t)
	dir := t.TempDir()
	code := interrupt(t, p, syscall.SIGINT, "--report", "json="+dir+"/run.json", "--report", "junit="+dir+"/run.xml")
	time.Sleep(2 * time.Second)
	nothingLeft(t, p)
	if code == 0 {
		t.Error("a run that was stopped is not a success")
	}
	f, err := os.Open(filepath.Join(dir, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	run, err := report.ReadJSON(f)
	if err != nil || !run.Interrupted {
		t.Errorf("the report does not say that it was stopped: %v", err)
	}
	if xml, err := os.ReadFile(filepath.Join(dir, "run.xml")); err != nil || !strings.Contains(string(xml), "<testsuite") {
		t.Errorf("the second report was not written: %v", err)
	}
}

func TestTheNextStartCleansUpAfterAKill(t *testing.T) {
	p := program.Build(t)
	interrupt(t, p, syscall.SIGKILL)
	r := p.Run(t, nil, "doctor", "--clean")
	if r.Code != 0 {
		t.Errorf("exit %d\n%s", r.Code, r.Err)
	}
	nothingLeft(t, p)
}
