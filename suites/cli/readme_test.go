package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/failwell/failwell/suites/program"
)

// block is a fenced block of shell commands, with the comment that stands before it.
var block = regexp.MustCompile("(?s)(<!-- ([^\n]*) -->\n)?```sh\n(.*?)```")

// elsewhere is a command that another suite runs as well.
const elsewhere = "go run ./cmd/failwell run testdata/orders\n"

// Every command in the README works as it stands there.
func TestReadmeCommands(t *testing.T) {
	root := program.Root(t)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	p := program.Build(t)
	blocks := block.FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 6 {
		t.Fatalf("only %d blocks of commands", len(blocks))
	}
	for _, b := range blocks {
		note, script := b[2], b[3]
		name, _, _ := strings.Cut(script, "\n")
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(note, "not run") {
				t.Log(note)
				return
			}
			if script == elsewhere && !program.Whole() {
				t.Log("suites/builtin runs it")
				return
			}
			if need, ok := strings.CutPrefix(note, "needs "); ok && os.Getenv("FAILWELL_CI") == "" && lacks(need) {
				t.Skip("no " + need + " here")
			}
			cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
			cmd.Dir = root
			cmd.Env = append(os.Environ(), "TMPDIR="+p.Tmp, "PATH="+filepath.Dir(p.Bin)+":"+os.Getenv("PATH"))
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Run(); err != nil {
				t.Errorf("%v\n%s\n%s", err, script, out.String())
			}
		})
	}
}

// lacks tells whether one of several programs, the engine behind it, or a module of Python is not here.
func lacks(needs string) bool {
	for need := range strings.SplitSeq(needs, ", ") {
		_, err := exec.LookPath(need)
		if module, ok := strings.CutPrefix(need, "python:"); ok {
			err = exec.Command("/usr/bin/python3", "-c", "import "+module).Run()
		}
		if need == "docker" {
			err = exec.Command("docker", "info").Run()
		}
		if err != nil {
			return true
		}
	}
	return false
}

// whole makes a lab file of a part of one.
func whole(part string) string {
	if strings.HasPrefix(part, "graphql:") {
		return "version: 1\nsystem: {process: {run: [orders]}, env: {PORT: $system.port}}\n" + part
	}
	return "version: 1\n" + part + "requests: {any: {get: /}}\n"
}

// The lab file and the scenario that the README shows are well formed.
func TestReadmeFiles(t *testing.T) {
	root := program.Root(t)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	p := program.Build(t)
	yaml := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	var lab, scenario string
	for _, y := range yaml {
		switch {
		case strings.HasPrefix(y[1], "version: 1"):
			lab = y[1]
		case strings.Contains(y[1], "\nwhy: "):
			scenario = y[1]
		}
	}
	if lab == "" || scenario == "" {
		t.Fatal("the README shows no lab, or no scenario")
	}
	dir := t.TempDir()
	checked := 0
	for _, y := range yaml {
		if !strings.HasPrefix(y[1], "system:") && !strings.HasPrefix(y[1], "graphql:") {
			continue
		}
		checked++
		part := t.TempDir()
		if err := os.CopyFS(part, os.DirFS(filepath.Join(root, "testdata", "orders"))); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"failwell.yaml": whole(y[1]), "nginx.conf": "events {}"} {
			if err := os.WriteFile(filepath.Join(part, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if r := p.Run(t, nil, "check", part); r.Code != 0 {
			t.Errorf("a part of a lab: %s\n%s", r.Err, y[1])
		}
	}
	if checked < 2 {
		t.Errorf("only %d parts of a lab", checked)
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "testdata", "notes"))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "failwell.yaml"), []byte(lab), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := p.Run(t, nil, "check", dir); r.Code != 0 {
		t.Errorf("the lab: %s", r.Err)
	}
	own := labWith(t, scenario)
	if r := p.Run(t, nil, "check", own); r.Code != 0 {
		t.Errorf("the scenario: %s", r.Err)
	}
}

func labWith(t *testing.T, scenario string) string {
	t.Helper()
	return lab(t, "", "", map[string]string{"shown": scenario})
}
