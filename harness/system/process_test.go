package system

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

func TestProcessHasACleanEnvironment(t *testing.T) {
	t.Setenv("STRAY", "1")
	t.Setenv("WANTED", "a$b")
	file := filepath.Join(t.TempDir(), "env")
	write(t, file, "# comment\nexport FROM_FILE=\"x y\"\nBOTH=file\n")
	p := sh("env; echo dir=$PWD")
	p.Dir = "/"
	p.Inherit = []string{"WANTED", "NOT_SET"}
	p.EnvFile = file
	p.Env = map[string]string{"BOTH": "env", "DATABASE_URL": "$db.url"}
	i := start(t, p, Setup{Names: map[string]string{"db.url": "postgres://db"}})
	ended(t, i)
	var got []string
	for _, line := range i.Logs(0) {
		name, _, _ := strings.Cut(line.Text, "=")
		if !slices.Contains([]string{"PATH", "HOME", "TMPDIR", "LANG", "PWD", "OLDPWD", "SHLVL", "_"}, name) {
			got = append(got, line.Text)
		}
	}
	slices.Sort(got)
	equal(t, "environment", strings.Join(got, "\n"),
		"BOTH=env\nDATABASE_URL=postgres://db\nFROM_FILE=x y\nWANTED=a$b\ndir=/")
}

func TestProcessThatCannotBeStarted(t *testing.T) {
	for want, p := range map[string]Process{
		`env A: unknown name $db.ulr; did you mean "db.url"?`: {Run: []string{"true"}, Env: map[string]string{"A": "$db.ulr"}},
		"no-such-program":   {Run: []string{"no-such-program"}},
		"unknown name $bin": {Run: []string{"$bin"}},
		"this went wrong":   {Build: []string{"sh", "-c", "echo this went wrong; exit 3"}, Run: []string{"true"}},
		"unknown signal":    {Run: []string{"true"}, Stop: Stop{Signal: "TREM"}},
		"no program":        {},
	} {
		_, err := p.Start(t.Context(), Setup{Dir: t.TempDir(), Own: "system", Names: map[string]string{"db.url": "x"}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestProcessIsBuiltOnce(t *testing.T) {
	count := filepath.Join(t.TempDir(), "count")
	p := Process{
		Build: []string{"sh", "-c", `echo built >> "$$0"; printf '#!/bin/sh\necho I run' > "$$1"; chmod +x "$$1"`, count, "$bin"},
		Run:   []string{"$bin"},
	}
	state, err := openState(t.TempDir(), "run")
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	for range 3 {
		i := start(t, p, Setup{State: state})
		equal(t, "exit code", ended(t, i).Code, 0)
		equal(t, "output", said(i), "I run")
	}
	built, _ := os.ReadFile(count)
	equal(t, "builds", string(built), "built\n")
}

func TestProcessEndOfTheContextStopsTheBuild(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := Process{Build: []string{"sh", "-c", "sleep 100 & sleep 100"}, Run: []string{"true"}}.Start(ctx, Setup{Dir: t.TempDir()})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestStopKillsGrandchildren(t *testing.T) {
	for name, script := range map[string]string{
		"beside their parent":   "sleep 300 & echo $!; wait",
		"after their parent":    "sleep 300 & echo $!",
		"who ignore the signal": "(trap '' TERM; echo $(sh -c 'echo $PPID'); while :; do sleep 1; done) & wait",
		"who hold no stream":    "sleep 300 >/dev/null 2>&1 & echo $!; wait",
		"when all ignore it":    "trap '' TERM; sleep 300 & echo $!; while :; do sleep 1; done",
	} {
		t.Run(name, func(t *testing.T) {
			p := sh(script)
			p.Stop.Within = 300 * time.Millisecond
			i := start(t, p, Setup{})
			eventually(t, "a line", func() bool { return len(i.Logs(0)) > 0 })
			pid, err := strconv.Atoi(i.Logs(0)[0].Text)
			if err != nil || !lives(pid) {
				t.Fatalf("no grandchild %d: %v", pid, err)
			}
			began := time.Now()
			if err := i.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			eventually(t, "the grandchild's end", func() bool { return !lives(pid) })
		})
	}
}

func TestStopSendsTheSignalAndKeepsTheLastLines(t *testing.T) {
	p := sh("trap 'echo goodbye; exit 0' INT; echo up; while :; do sleep 0.01; done")
	p.Stop.Signal = "INT"
	i := start(t, p, Setup{})
	eventually(t, "start", func() bool { return said(i) == "up" })
	if err := i.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	equal(t, "lines", said(i), "up\ngoodbye")
}

func TestStopOfTheProgramAlone(t *testing.T) {
	p := sh("sh -c 'trap \"echo child was asked; exit\" TERM; echo up; while :; do sleep 0.01; done' & trap 'exit 0' TERM; wait")
	alone := false
	p.Stop.Group = &alone
	i := start(t, p, Setup{})
	eventually(t, "start", func() bool { return said(i) == "up" })
	if err := i.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	equal(t, "lines", said(i), "up")
}

func TestExitBySignal(t *testing.T) {
	exit := ended(t, start(t, sh("kill -SEGV $$$$"), Setup{}))
	equal(t, "code", exit.Code, -1)
	equal(t, "signal", exit.Signal, "SEGV")
}

func TestActs(t *testing.T) {
	i := start(t, sh("while :; do echo tick; sleep 0.002; done"), Setup{})
	eventually(t, "ticks", func() bool { return len(i.Logs(0)) > 1 })
	undo, err := i.(Actor).Act(t.Context(), fault.Act{On: "system", Do: "pause"})
	if err != nil {
		t.Fatal(err)
	}
	group, _ := groupMembers(i.(*process).pid)
	for _, m := range group {
		if !strings.ContainsRune("TZDU", rune(m.state)) {
			t.Errorf("process %d has state %c", m.pid, m.state)
		}
	}
	if err := undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := len(i.Logs(0))
	eventually(t, "more ticks", func() bool { return len(i.Logs(0)) > n+3 })
	var unable *Unable
	if _, err := i.(Actor).Act(t.Context(), fault.Act{On: "system", Do: "dance"}); !errors.As(err, &unable) || !unable.NotApplicable {
		t.Errorf("got %v", err)
	}
	if _, err := i.(Actor).Act(t.Context(), fault.Act{On: "system", Do: "kill"}); err != nil {
		t.Fatal(err)
	}
	equal(t, "signal", ended(t, i).Signal, "KILL")
}

func TestPausedProcessStops(t *testing.T) {
	i := start(t, sh("trap 'echo bye >&2; exit' TERM; echo up; while :; do sleep 0.01; done"), Setup{})
	eventually(t, "start", func() bool { return said(i) == "up" })
	if _, err := i.(Actor).Act(t.Context(), fault.Act{Do: "pause"}); err != nil {
		t.Fatal(err)
	}
	if err := i.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.HasSuffix(said(i), "bye") {
		t.Errorf("it was not asked before it was killed; it said %q", said(i))
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
