package labfile

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

// CheckStart finds why the system would be started in vain, without starting it: a program that is not there, that nobody tells its
// port, or dependencies whose address nobody tells it. Parts and containers find each other by their names. The error is a
// decode.Problems.
func (f *File) CheckStart() error {
	sys, err := f.bringUp()
	p, ok := sys.(system.Process)
	if !ok || err != nil {
		return nil
	}
	r := reader{File: f, from: disk{}}
	r.checkThere(p)
	r.checkUsed(p)
	return r.bad.Err()
}

// checkUsed finds addresses that nobody tells the program.
func (r *reader) checkUsed(p system.Process) {
	texts := slices.Clone(p.Run)
	for _, key := range slices.Sorted(maps.Keys(p.Env)) {
		texts = append(texts, p.Env[key])
	}
	for _, from := range p.Files {
		src, err := r.from.ReadFile(from)
		if err != nil {
			return // which is said; what it would have named is not known
		}
		texts = append(texts, string(src))
	}
	var used []string
	for _, text := range texts {
		used = append(used, decode.Names(text)...)
	}
	r.checkPort(used, r.envNode("PORT"))
	for _, d := range r.Dependencies {
		begins := func(name string) bool { return strings.HasPrefix(name, d.Name+".") }
		if d.part != "" || d.Unbroken != "" || slices.ContainsFunc(used, begins) || p.EnvFile != "" {
			continue
		}
		r.bad.Add(d.Pos, "nothing tells the system where %s is: use $%s.url, or .host and .port, in `env`, `run` or `files` of the system", d.Name, d.Name)
	}
}

// checkPort finds a program that is not told where to listen.
func (r *reader) checkPort(used []string, literal *decode.Node) {
	about := func(name string) bool { return strings.HasPrefix(name, "system.") }
	switch {
	case slices.ContainsFunc(used, about):
	case literal != nil && len(decode.Names(literal.Text())) == 0:
		r.bad.Add(literal.Pos(), "the lab chooses the port, since several labs run side by side: write PORT: $system.port, not %q", literal.Text())
	default:
		r.bad.Add(r.File.system.node.Pos(), "nothing tells the system its port: use $system.port in `env`, `run` or `files`, such as env: {PORT: $system.port}")
	}
}

// envNode is a variable as the file has it, beside the way to bring up the system or within it.
func (r *reader) envNode(name string) *decode.Node {
	n := r.File.system.node
	for _, f := range n.Fields() {
		if v := f.Value.Get("env").Get(name); v != nil {
			return v
		}
	}
	return n.Get("env").Get(name)
}

// checkProgram finds a directory that is not there, a command line that is one text, and a text in place of a port's name.
func (r *reader) checkProgram(sys system.System) {
	if _, ok := sys.(system.Process); !ok {
		return
	}
	node := r.File.system.node
	for _, f := range node.Fields() {
		if dir := f.Value.Get("dir"); dir != nil && !strings.Contains(dir.Text(), "$") && !r.from.isDir(r.path(dir.Text())) {
			r.bad.Add(dir.Pos(), "dir: there is no directory %s%s", dir.Text(), r.neighbour(r.path(dir.Text())))
		}
		if run := f.Value.Get("run").Items(); len(run) == 1 && strings.Contains(strings.TrimSpace(run[0].Text()), " ") {
			if _, err := os.Stat(run[0].Text()); err != nil {
				r.bad.Add(run[0].Pos(), "want one list entry for each word, since no shell runs it: run: [%s]", strings.Join(strings.Fields(run[0].Text()), ", "))
			}
		}
		r.checkPortNames(f.Value.Get("ports"))
	}
	r.checkPortNames(node.Get("ports"))
}

// checkThere finds that a program is not there.
func (r *reader) checkThere(p system.Process) {
	if program := p.Run[0]; len(p.Build) == 0 && strings.Contains(program, "/") && !strings.Contains(program, "$") && r.from.isDir(p.Dir) {
		at := program
		if !filepath.IsAbs(at) {
			at = filepath.Join(p.Dir, program)
		}
		if _, err := os.Stat(at); err != nil {
			r.bad.Add(r.runPos(), "run: there is no program %s in %s%s", program, filepath.Base(p.Dir), r.neighbour(at))
		}
	}
}

// checkPortNames finds ports where their names are wanted.
func (r *reader) checkPortNames(n *decode.Node) {
	for _, name := range n.Items() {
		if !plain(name.Text()) {
			r.bad.Add(name.Pos(), "want the name of a further port, such as admin, not %q; the lab chooses all ports, and the main one is $system.port", name.Text())
		}
	}
}

// runPos is where the file says what to run.
func (r *reader) runPos() decode.Pos {
	for _, f := range r.File.system.node.Fields() {
		if run := f.Value.Get("run"); run != nil {
			return run.Pos()
		}
	}
	return r.File.system.node.Pos()
}
