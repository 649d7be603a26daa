package labfile

import (
	"path/filepath"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// checkLaunch checks the names and files of all that happens before the first request.
func (r *reader) checkLaunch(d document) {
	for _, entry := range r.Dependencies {
		for _, p := range entry.Prepare {
			r.check(p.node.Get("run"), r.preparing())
			r.check(p.node.Get("env"), r.preparing())
			r.checkTask(p)
		}
	}
	s := r.File.system
	if s.Parts == nil {
		r.checkPart(s.node, "", r.provided[""])
		return
	}
	for _, p := range s.Parts.Fields() {
		r.checkPart(p.Value, p.Key.Text(), r.provided[p.Key.Text()])
	}
}

// checkPart checks how one system is brought up. Paths and words take no names.
func (r *reader) checkPart(n *decode.Node, part string, own []string) {
	started := r.launch(part, own)
	for _, f := range n.Fields() {
		params := f.Value
		if f.Key.Text() == "env" || f.Key.Text() == "logs" {
			r.check(params, started)
			continue
		}
		if f.Key.Text() == "env-file" || f.Key.Text() == "files" {
			r.checkFiles(decode.Only(n, f.Key.Text()), part, started)
			continue
		}
		r.check(params.Get("build"), r.building(own))
		r.check(decode.Without(params, append([]string{"build"}, beside...)...), started)
		r.check(decode.Only(params, "env", "logs"), started)
		r.checkFiles(params, part, started)
	}
}

// checkFiles checks that files are there, and the names in templates.
func (r *reader) checkFiles(n *decode.Node, part string, s scope) {
	if env := n.Get("env-file"); env != nil {
		r.file(env, "env-file")
	}
	for _, f := range n.Get("files").Fields() {
		if to := f.Key.Text(); !filepath.IsLocal(to) && !(filepath.IsAbs(to) && r.anywhere[part]) {
			r.bad.Add(f.Key.Pos(), "want a path below $dir, the directory of the launch, not %q", to)
		}
		src, ok := r.file(f.Value, "files")
		if !ok {
			continue
		}
		for i, line := range strings.Split(string(src), "\n") {
			for _, name := range decode.Names(line) {
				if err := s.check(name); err != nil {
					r.bad.Join(err, decode.Pos{File: r.shown(f.Value.Text()), Line: i + 1, Col: column(line, name)})
				}
			}
		}
	}
}

// column is where a line uses a name first.
func column(line, name string) int {
	for at := range line {
		if line[at] == '$' && len(decode.Names(line[at:])) > 0 && decode.Names(line[at:])[0] == name {
			rest := strings.TrimPrefix(line[at+1:], "{")
			if strings.HasPrefix(rest, name) {
				return len([]rune(line[:at])) + 1
			}
		}
	}
	return 1
}
