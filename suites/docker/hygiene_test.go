package docker_test

import (
	"bufio"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/system"
)

// holder tells a copy of this test program to hold a lab until it is killed.
const holder = "FAILWELL_HOLD_A_LAB"

func TestWhatAKilledProcessLeavesIsCleaned(t *testing.T) {
	if os.Getenv(holder) != "" {
		start(t, orders(t, docker.Where(os.Getenv(holder))))
		_, _ = os.Stdout.WriteString("held\n")
		<-t.Context().Done()
		return
	}
	for _, where := range ways {
		t.Run(string(where), func(t *testing.T) {
			engine(t)
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+strings.Split(t.Name(), "/")[0]+"$")
			cmd.Env = append(os.Environ(), holder+"="+string(where))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "held"; {
				t.Log(lines.Text())
			}
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			before, err := docker.Present(t.Context(), cmd.Process.Pid)
			if err != nil || before.Containers == 0 || before.Networks == 0 {
				t.Fatalf("the killed process held %s, %v", before, err)
			}
			began := time.Now()
			gone, err := docker.Clean(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("left %s; cleaned %s in %v", before, gone, time.Since(began).Round(time.Millisecond))
			nothingLeft(t, cmd.Process.Pid)
		})
	}
}

func TestCleanLeavesTheLiving(t *testing.T) {
	start(t, orders(t, docker.InProgram))
	before, err := docker.Present(t.Context(), os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := docker.Clean(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, err := docker.Present(t.Context(), os.Getpid()); err != nil || after != before || after.Containers == 0 {
		t.Errorf("before Clean %s, after it %s, %v", before, after, err)
	}
}

func TestAnEarlyDeathIsReportedAtOnce(t *testing.T) {
	cfg := orders(t, docker.InProgram)
	c := cfg.System.(docker.Container)
	c.Env["PORT"] = "no port"
	cfg.System = c
	began := time.Now()
	_, err := harness.Start(t.Context(), cfg)
	took := time.Since(began)
	var unready *harness.Unready
	if !errors.As(err, &unready) || unready.Launch.Exit == nil || unready.Launch.Exit.Code != 1 {
		t.Fatal(err)
	}
	if took > 8*time.Second || len(unready.Launch.Last) == 0 {
		t.Errorf("after %v: %v", took, unready.Launch.Last)
	}
	t.Logf("after %v: %v", unready.Launch.Took.Round(time.Millisecond), err)
	nothingLeft(t, os.Getpid())
}

func TestPortsArePublishedOnLoopbackOnly(t *testing.T) {
	l := start(t, orders(t, docker.InContainer))
	out, err := exec.CommandContext(t.Context(), "docker", "ps", "--no-trunc", "--filter", "label=failwell.pid", "--format", "{{.Ports}}").Output()
	if err != nil {
		t.Fatal(err)
	}
	for port := range strings.FieldsSeq(strings.ReplaceAll(string(out), ",", "")) {
		if host, _, err := net.SplitHostPort(strings.Split(port, "->")[0]); strings.Contains(port, "->") && (err != nil || host != "127.0.0.1") {
			t.Errorf("published: %s", port)
		}
	}
	if l.Names()["db.host"] != "db" {
		t.Errorf("the system reaches the database at %s", l.Names()["db.host"])
	}
}

func TestAnImageThatIsNotHere(t *testing.T) {
	cfg := orders(t, docker.InProgram)
	cfg.System = docker.Container{Image: "failwell/nothing:here"}
	_, err := harness.Start(t.Context(), cfg)
	var unable *system.Unable
	if !errors.As(err, &unable) || !strings.Contains(err.Error(), "docker pull failwell/nothing:here") {
		t.Errorf("got %v", err)
	}
	nothingLeft(t, os.Getpid())
}
