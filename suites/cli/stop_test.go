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

// Whenever a run is stopped, and by whichever signal, it ends soon, with its report and nothing left. This takes a minute and a half.
func TestStoppedAtAnyMoment(t *testing.T) {
	if !program.Whole() {
		t.Skip("this takes minutes: FAILWELL_ALL=1, as .ci/all has it")
	}
	p := program.Build(t)
	for _, one := range []struct {
		signal syscall.Signal
		after  []time.Duration // of the start
	}{
		{syscall.SIGINT, []time.Duration{50, 200, 500, 1000, 1500, 2500, 4000, 7000, 11000, 16000}},
		{syscall.SIGQUIT, []time.Duration{500, 6000}},
		{syscall.SIGHUP, []time.Duration{500, 6000}},
		{syscall.SIGTERM, []time.Duration{500, 6000}},
	} {
		for _, after := range one.after {
			file := filepath.Join(t.TempDir(), "run.json")
			cmd := p.Command(t.Context(), t, nil, "run", "testdata/orders", "--report", "json="+file)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(after * time.Millisecond)
			if err := cmd.Process.Signal(one.signal); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_ = cmd.Wait()
			took := time.Since(began)
			src, err := os.ReadFile(file)
			if err != nil && after >= 200 {
				t.Errorf("%s after %d ms: no report: %v", one.signal, after, err)
			}
			run, err := report.ReadJSON(bytes.NewReader(src))
			if len(src) > 0 && (err != nil || !run.Interrupted) || took > 7*time.Second || cmd.ProcessState.ExitCode() != 3 && len(src) > 0 {
				t.Errorf("%s after %d ms: exit %d after %s, interrupted %t, %v", one.signal, after, cmd.ProcessState.ExitCode(), took, run.Interrupted, err)
			}
			t.Logf("%s after %d ms: ended in %s, %d results", one.signal, after, took.Round(time.Millisecond), len(run.Results))
			nothingLeft(t, p)
		}
	}
}

// A report for which there is no room keeps no other from being written, and the exit code tells.
func TestAFullDiskKeepsNoOtherReport(t *testing.T) {
	p := program.Build(t)
	other := filepath.Join(t.TempDir(), "run.xml")
	r := p.Run(t, nil, "run", "testdata/orders", "--only", "input/not-json*", "--labs", "1", "--report", "json=/dev/full", "--report", "junit="+other)
	if r.Code != 2 || !strings.Contains(r.Err, "json report") || !strings.Contains(r.Err, "no space left on device") || !strings.Contains(r.Out, "passed") {
		t.Errorf("exit %d\n%s%s", r.Code, r.Out, r.Err)
	}
	if xml, err := os.ReadFile(other); err != nil || !strings.Contains(string(xml), "<testsuite") {
		t.Errorf("the other report was not written: %v", err)
	}
}
