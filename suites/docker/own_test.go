package docker_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/system"
	"github.com/failwell/failwell/suites/program"
)

// A released failwell needs no Go toolchain for the container of fakes: it is the program in it.
func TestFakesInAContainerWithoutGo(t *testing.T) {
	t.Parallel()
	c := probe(t)
	dir := t.TempDir()
	bin := filepath.Join(dir, "failwell")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, "../../cmd/failwell")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lay(t, filepath.Join(dir, "failwell.yaml"), `version: 1
system: {container: {image: '`+image(t, c)+`', env: {PORT: $system.port}}, ready: {log: listening on PORT}}
dependencies: {payments: {kind: http, stubs: stubs.yaml}}
requests: {paid: {get: "/get?of=$payments.url/paid", expect: {status: 200, has: all of it}}}
`)
	lay(t, filepath.Join(dir, "stubs.yaml"), "routes: [{method: GET, path: /paid, json: all of it}]\n")
	p := &program.Program{Bin: bin, Tmp: t.TempDir()}
	without := []string{"PATH=/nowhere"}
	args := []string{dir, "--labs", "1", "--only", "upstream/unavailable*", "--only", "upstream/name*", "--profile", "floor", "--fakes"}
	_, beside := p.Judge(t, without, append(args, "container")...)
	_, inside := p.Judge(t, without, append(args, "program")...)
	if c := compare(inside.Results, beside.Results); len(c.different) > 0 || c.both < 2 {
		t.Errorf("%d cases were judged both ways; different: %s", c.both, strings.Join(c.different, "\n"))
	}
	named := 0
	for _, r := range beside.Results {
		if strings.HasPrefix(r.ID, "upstream/name") {
			named++ // which takes the agent in the system's container
		}
		if r.Subject == nil || len(r.Subject.Judged(exchange.Faulty)) == 0 || r.Outcome == check.Broken {
			t.Errorf("%s: %s %s", r.ID, r.Outcome, r.Reason)
		}
	}
	if named == 0 {
		t.Error("no case takes the name of the dependency away")
	}
	if out, err := exec.CommandContext(t.Context(), "docker", "image", "ls", "-q", "failwell/own").Output(); err != nil || len(out) == 0 {
		t.Errorf("the fakes were not in an image of failwell itself: %q %v", out, err)
	}
}

// Where neither failwell itself nor a toolchain can give the program, one line says so.
func TestFakesThatNobodyCanMake(t *testing.T) {
	engine(t)
	t.Setenv("PATH", "/nowhere")
	t.Setenv("TMPDIR", t.TempDir()) // where nothing is known of what other tests have built
	for given, why := range map[string]string{
		"":                "no program was given",
		"/bin/sh":         "sh needs shared libraries",
		"../../README.md": "README.md is no program for linux",
	} {
		_, err := docker.Ground{Fakes: docker.InContainer, Program: given}.Open(t.Context())
		var unable *system.Unable
		if !errors.As(err, &unable) || !strings.Contains(err.Error(), why+", and there is no Go toolchain to build one; use a released failwell") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v", given, err)
		}
	}
	nothingLeft(t, os.Getpid())
}
