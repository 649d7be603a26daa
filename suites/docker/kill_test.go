package docker_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/suites/program"
)

// remains is what a process has left.
type remains struct {
	docker.Count
	Processes, Directories, Locks int
}

func (r remains) String() string {
	return fmt.Sprintf("%d containers, %d networks, %d volumes, %d processes, %d directories, %d locks",
		r.Containers, r.Networks, r.Volumes, r.Processes, r.Directories, r.Locks)
}

// remainsOf counts what is there of a process: in the engine by its number, and what runs or lies below the program's own
// directory, where nobody else's is.
func remainsOf(t *testing.T, p *program.Program, pid int) remains {
	t.Helper()
	var r remains
	var err error
	if r.Count, err = docker.Present(context.Background(), pid); err != nil {
		t.Fatal(err)
	}
	r.Images = 0
	out, err := exec.Command("ps", "-eo", "pid,stat,args").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); strings.Contains(line, p.Tmp) && !strings.HasPrefix(f[1], "Z") {
			r.Processes++
		}
	}
	for _, pattern := range []string{"failwell-*/run-*", "failwell-*/docker/run-*", "failwell-*/.fresh-*"} {
		found, _ := filepath.Glob(filepath.Join(p.Tmp, pattern))
		r.Directories += len(found)
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(locks)) {
		if f := strings.Fields(line); len(f) > 4 && f[4] == fmt.Sprint(pid) {
			r.Locks++
		}
	}
	return r
}

// another makes the build one that was never made before, so that the image is made too.
func another(n int) string {
	return fmt.Sprintf("system.process.build=[go, build, -ldflags, -X=main.nobody=%d-%d, -o, $bin, .]", os.Getpid(), n)
}

// begin starts a run in containers, and ends it by a signal after a while. It gives the number of its process.
func begin(t *testing.T, p *program.Program, signal syscall.Signal, after time.Duration, args ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := p.Command(context.Background(), t, nil, append([]string{"run", "testdata/orders", "--host", "docker", "--labs", "2"}, args...)...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	return cmd, said.String()
}

// Killed at ten moments, from before the first build to past the first cases, a run leaves nothing that the next run, or
// doctor --clean, does not remove. Without FAILWELL_ALL=1 it is killed at four of them.
func TestKilledAtAnyMoment(t *testing.T) {
	engine(t)
	p := failwell(t)
	random := rand.New(rand.NewPCG(1, 2))
	held := 0
	for _, n := range program.Some([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 3) {
		after := 100*time.Millisecond + time.Duration((float64(n)+random.Float64())*0.7*float64(time.Second))
		var args []string
		if n < 4 {
			args = []string{"--set", another(n)}
		}
		cmd, _ := begin(t, p, syscall.SIGKILL, after, args...)
		pid := cmd.Process.Pid
		before := remainsOf(t, p, pid)
		held += before.Containers
		next := []string{"doctor", "--clean"}
		if n%2 == 0 {
			next = []string{"run", "testdata/orders", "--host", "docker", "--labs", "1", "--only", "database/refused@db:get-order"}
		}
		r := p.Run(t, nil, next...)
		left := remainsOf(t, p, pid)
		t.Logf("killed after %4d ms: %s; after failwell %s: %s", after.Milliseconds(), before, next[0], left)
		if r.Code != 0 || left != (remains{}) {
			t.Errorf("exit %d\n%s%s", r.Code, r.Out, r.Err)
		}
	}
	if held == 0 {
		t.Error("none of the killed runs had a container")
	}
}

// Stopped by Ctrl-C at any moment, a run itself leaves nothing, and says that it was stopped.
func TestStoppedAtAnyMoment(t *testing.T) {
	engine(t)
	p := failwell(t)
	for n, after := range []time.Duration{300 * time.Millisecond, 1200 * time.Millisecond, 1800 * time.Millisecond, 2500 * time.Millisecond, 5 * time.Second} {
		var args []string
		if n < 2 {
			args = []string{"--set", another(10 + n)}
		}
		began := time.Now()
		cmd, said := begin(t, p, syscall.SIGINT, after, args...)
		took := time.Since(began) - after
		left := remainsOf(t, p, cmd.Process.Pid)
		t.Logf("stopped after %v; it ended %v later with exit %d: %s", after, took.Round(time.Millisecond), cmd.ProcessState.ExitCode(), left)
		if left != (remains{}) || cmd.ProcessState.ExitCode() == 0 || took > 15*time.Second {
			t.Errorf("left %s, exit %d after %v\n%s", left, cmd.ProcessState.ExitCode(), took, said)
		}
	}
}

// A system that does not get ready, and one that cannot be made, leave nothing.
func TestFailuresLeaveNothing(t *testing.T) {
	engine(t)
	p := failwell(t)
	for what, set := range map[string]string{
		"it ends at once":  "system.env.DEADLINE=never",
		"it is not built":  "system.process.build=[go, build, -o, $bin, ./nowhere]",
		"it builds a page": "system.process.build=[cp, failwell.yaml, $bin]",
	} {
		t.Run(what, func(t *testing.T) {
			cmd := p.Command(t.Context(), t, nil, "run", "testdata/orders", "--host", "docker", "--labs", "2", "--set", set)
			out, _ := cmd.CombinedOutput()
			left := remainsOf(t, p, cmd.Process.Pid)
			t.Logf("exit %d: %s", cmd.ProcessState.ExitCode(), out)
			if left != (remains{}) || cmd.ProcessState.ExitCode() != 2 {
				t.Errorf("left %s, exit %d", left, cmd.ProcessState.ExitCode())
			}
		})
	}
}
