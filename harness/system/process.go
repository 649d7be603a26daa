package system

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/decode"
)

// Process is a system that is a program on this machine. Run, Dir, Env, Files and Logs are templates: they may use the names
// of the Setup, $bin, the program that Build made, and $dir, the directory of the launch that holds Files. Relative paths
// start at the current directory; inside the program, as usual, at Dir.
//
// The program has an environment of PATH HOME TMPDIR LANG, what it inherits, EnvFile and Env, the later over the earlier;
// a process group of its own; and nothing on its standard input. Each launch of a part writes to the same $dir.
type Process struct {
	Build   []string          `json:"build" doc:"a command that makes the program $bin; run once, in dir, with failwell's environment" example:"[go, build, -o, $bin, .]"`
	Run     []string          `json:"run" doc:"the program and its arguments, one list entry each; no shell" example:"[node, server.js]"`
	Dir     string            `json:"dir" doc:"where the program runs" default:"beside the lab file" example:"services/orders"`
	Env     map[string]string `json:"env" doc:"environment, beside PATH, HOME, TMPDIR and LANG" example:"{PORT: $system.port, DATABASE_URL: $db.url}"`
	EnvFile string            `json:"env-file" doc:"a file of NAME=value lines, taken as they are" example:".env.ci"`
	Inherit []string          `json:"inherit" doc:"variables that come from the environment of failwell" example:"[JAVA_HOME]"`
	Extra   []string          `json:"ports" doc:"names of further ports: $system.NAME.port is one, NAME:/path asks it" example:"[admin]"`
	Files   map[string]string `json:"files" doc:"files to write below $dir before the start: path, and the template it is made of" example:"{etc/app.yml: app.tmpl.yml}"`
	Logs    []string          `json:"logs" doc:"files that the program writes its log to" default:"stdout and stderr" example:"[stdout, log/app.log]"`
	Stop    Stop              `json:"stop" doc:"how the program is asked to end" default:"{signal: TERM, group: true, within: 5s}" example:"{signal: INT, within: 10s}"`
	Image   string            `json:"image" doc:"the image that has the program, for --host docker" default:"made from what build gives" example:"node:24"`
}

// Stop says how a process is asked to end.
type Stop struct {
	Signal string        `json:"signal" doc:"the signal that asks it to end" default:"TERM" example:"INT"`
	Group  *bool         `json:"group" doc:"whether the whole process group is asked, or only the program" default:"true" example:"false"`
	Within time.Duration `json:"within" doc:"how long it may take; then it is killed" default:"5s" example:"10s"`
}

// About describes the way to bring up a system.
func (Process) About() decode.About {
	return decode.About{
		Doc:     "A program on this machine, in an environment of its own. It is started anew as often as a case needs it.",
		Example: `{build: [go, build, -o, $bin, .], run: [$bin]}`,
	}
}

// Describe says the names to which a Process itself gives values.
func (p Process) Describe() Traits { return Traits{Names: []string{"bin", "dir"}} }

// Ports lists the further ports.
func (p Process) Ports() []string { return p.Extra }

// Inside is never fixed: the lab chooses all ports.
func (p Process) Inside(string) (int, bool) { return 0, false }

// Conditions are none: a process has what this machine has.
func (p Process) Conditions() []string { return nil }

// Settings lists what can be edited. Files that cannot be read are left out; Start says why.
func (p Process) Settings() []Setting {
	t := Templates{Env: map[string]string{}, Args: p.Run, Files: map[string]string{}}
	fromFile, _ := readEnvFile(p.EnvFile)
	for name, value := range fromFile {
		t.Env[name] = literal(value)
	}
	maps.Copy(t.Env, p.Env)
	for target, source := range p.Files {
		if text, err := os.ReadFile(source); err == nil {
			t.Files[target] = string(text)
		}
	}
	return t.Settings()
}

// Start builds the program if this run has not yet done so, writes its files and runs it. It does not wait for readiness.
func (p Process) Start(ctx context.Context, s Setup) (Instance, error) {
	i, err := p.start(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("start system: %w", err)
	}
	return i, nil
}

func (p Process) start(ctx context.Context, s Setup) (*process, error) {
	home, err := s.home()
	if err != nil {
		return nil, err
	}
	if len(p.Run) == 0 {
		return nil, fmt.Errorf("there is no program to run")
	}
	how, err := p.Stop.how()
	if err != nil {
		return nil, err
	}
	s = s.with("dir", filepath.Join(home, "files"))
	dir, err := s.expand(p.Dir)
	if err != nil {
		return nil, fmt.Errorf("dir: %w", err)
	}
	bin, err := p.build(ctx, s, dir)
	if err != nil {
		return nil, err
	}
	if bin != "" {
		s = s.with("bin", bin)
	}
	t, err := p.templates()
	if err != nil {
		return nil, err
	}
	logs, err := p.logFiles(s, dir)
	if err != nil {
		return nil, err
	}
	files, rendered, err := layFiles(t, s, home)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cmd := exec.Command(rendered.Args[0], rendered.Args[1:]...)
	cmd.Dir = dir
	for _, name := range slices.Sorted(maps.Keys(rendered.Env)) {
		cmd.Env = append(cmd.Env, name+"="+rendered.Env[name])
	}
	i := &process{setup: s, how: how, files: files, lines: NewLines()}
	return i, i.launch(cmd, logs)
}

// templates gathers all settings of a launch.
func (p Process) templates() (Templates, error) {
	t := Templates{Env: map[string]string{}, Args: p.Run, Files: map[string]string{}}
	for _, name := range append([]string{"PATH", "HOME", "TMPDIR", "LANG"}, p.Inherit...) {
		if value, set := os.LookupEnv(name); set {
			t.Env[name] = literal(value)
		}
	}
	fromFile, err := readEnvFile(p.EnvFile)
	if err != nil {
		return t, err
	}
	for name, value := range fromFile {
		t.Env[name] = literal(value)
	}
	maps.Copy(t.Env, p.Env)
	for target, source := range p.Files {
		if !filepath.IsLocal(target) {
			return t, fmt.Errorf("file %s: not a path below the directory of the launch", target)
		}
		text, err := os.ReadFile(source)
		if err != nil {
			return t, fmt.Errorf("file %s: %w", target, err)
		}
		t.Files[target] = string(text)
	}
	return t, nil
}

// literal is the template of a text that is to stay as it is.
func literal(value string) string { return strings.ReplaceAll(value, "$", "$$") }

// logFiles are the paths of the log files, by the names under which they are known.
func (p Process) logFiles(s Setup, dir string) (map[string]string, error) {
	files := map[string]string{}
	for _, name := range p.Logs {
		if name == stdout || name == stderr {
			continue
		}
		at, err := s.expand(name)
		if err != nil {
			return nil, fmt.Errorf("log %s: %w", name, err)
		}
		if !filepath.IsAbs(at) {
			at = filepath.Join(dir, at)
		}
		files[name] = at
	}
	return files, nil
}

// stopping is a Stop in the terms of the operating system.
type stopping struct {
	signal unix.Signal
	group  bool
	within time.Duration
}

func (s Stop) how() (stopping, error) {
	how := stopping{signal: unix.SIGTERM, group: s.Group == nil || *s.Group, within: 5 * time.Second}
	if s.Within > 0 {
		how.within = s.Within
	}
	if s.Signal != "" {
		how.signal = unix.SignalNum("SIG" + strings.TrimPrefix(strings.ToUpper(s.Signal), "SIG"))
		if how.signal == 0 {
			return how, fmt.Errorf("stop: unknown signal %q", s.Signal)
		}
	}
	return how, nil
}
