package docker_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/system"
)

func pid() string { return strconv.Itoa(os.Getpid()) }

// image makes the image of a container and gives its name.
func image(t *testing.T, c docker.Container) string {
	t.Helper()
	name := "failwell/probe:suite"
	out, err := exec.CommandContext(t.Context(), "docker", "build", "-q", "--target", c.Build.Target, "-t", name, c.Build.Context).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() {
		_ = exec.CommandContext(context.Background(), "docker", "image", "rm", name).Run()
	})
	return name
}

// The system is ready when all holds that the lab says, and not before.
func TestReadiness(t *testing.T) {
	c := probe(t)
	c.Env["WARMUP"] = "300ms"
	checked := c
	checked.Build = &docker.Build{Context: c.Build.Context, Target: "checked"}
	ill := checked
	ill.Env = map[string]string{"PORT": "$system.port", "HEALTHY": "/nowhere"}
	well := checked
	well.Env = map[string]string{"PORT": "$system.port", "HEALTHY": "/probe"}
	const soon = 1500 * time.Millisecond
	for name, is := range map[string]struct {
		c     docker.Container
		ready harness.Ready
		lacks string // what the message says; empty: it gets ready
		least time.Duration
	}{
		"line":           {c, harness.Ready{Log: "listening on PORT"}, "", 300 * time.Millisecond},
		"first line":     {c, harness.Ready{Log: "first to stderr"}, "", 0},
		"no such line":   {c, harness.Ready{Log: "listening to", Within: soon}, `no line of its log has "listening to"`, soon},
		"line and path":  {c, harness.Ready{Log: "first to stdout", Get: "/"}, "", 300 * time.Millisecond},
		"wrong path":     {c, harness.Ready{Log: "listening", Get: "/read", Within: soon}, "GET /read gave 500", soon},
		"health":         {well, harness.Ready{Health: true}, "", 0},
		"ill":            {ill, harness.Ready{Health: true, Within: soon}, "its health check says no (code 1)", soon},
		"no check":       {c, harness.Ready{Health: true}, "has no HEALTHCHECK; say get: PATH or log: TEXT", 0},
		"ill with lines": {ill, harness.Ready{Health: true, Log: "nothing", Within: soon}, `no line of its log has "nothing", its health check says no`, soon},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := alone(is.c)
			cfg.Ready = is.ready
			began := time.Now()
			l, err := harness.Start(t.Context(), cfg)
			if took := time.Since(began); took < is.least {
				t.Errorf("settled after %v, which is too early", took)
			}
			if err == nil {
				err = l.Close()
			}
			if said := message(err); said == "" != (is.lacks == "") || !strings.Contains(said, is.lacks) {
				t.Errorf("got %q, want %q", said, is.lacks)
			}
			nothingLeft(t, os.Getpid())
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// An early death is told at once: how it ended, why, and what was said last.
func TestAnEarlyDeathIsToldAtOnce(t *testing.T) {
	for do, want := range map[string]struct {
		exit exchange.Exit
		said string
	}{
		"exit": {exchange.Exit{Code: 3}, "the system ended with code 3 after "},
		"eat":  {exchange.Exit{Code: -1, Signal: "KILL", OOM: true, Limit: 16 << 20}, "the system was killed: out of memory (limit 16 MiB) after "},
	} {
		t.Run(do, func(t *testing.T) {
			c := probe(t)
			c.Entrypoint, c.Memory = []string{"/probe", do}, 16<<20
			cfg := alone(c)
			cfg.Ready = harness.Ready{Log: "listening", Within: 30 * time.Second}
			began := time.Now()
			_, err := harness.Start(t.Context(), cfg)
			var unready *harness.Unready
			if !errors.As(err, &unready) || unready.Launch.Exit == nil || *unready.Launch.Exit != want.exit {
				t.Fatalf("got %v", err)
			}
			if said := err.Error(); !strings.HasPrefix(said, want.said) || !strings.Contains(said, "first to stdout") || !strings.Contains(said, "first to stderr") {
				t.Errorf("it says %q", said)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("known after %v", took)
			}
			nothingLeft(t, os.Getpid())
		})
	}
}

// A process has no health check.
func TestAProcessHasNoHealthCheck(t *testing.T) {
	cfg := harness.Config{System: system.Process{Run: []string{"sleep", "60"}}, Ready: harness.Ready{Health: true}}
	_, err := harness.Start(t.Context(), cfg)
	if unable := (*system.Unable)(nil); !errors.As(err, &unable) || !strings.Contains(err.Error(), "HEALTHCHECK") {
		t.Errorf("got %v", err)
	}
}
