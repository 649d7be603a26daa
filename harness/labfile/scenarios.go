package labfile

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/scenario"
)

// readScenarios reads the files that the globs match, each once. The id of a scenario is its path below the directory of
// the lab file, without .yaml.
func (r *reader) readScenarios(n *decode.Node) {
	for _, file := range r.files(n, "failwell/**/*.yaml") {
		src, err := r.from.ReadFile(r.path(file))
		var s scenario.Scenario
		if err == nil {
			s, err = scenario.Read(r.shown(file), identity(file), src)
		}
		if err != nil {
			r.bad.Join(err, decode.Pos{File: r.shown(file)})
			continue
		}
		r.scenarios = append(r.scenarios, s)
	}
}

// Excluded are cases that are never run: those that a glob of ids, or a label, means.
type Excluded struct {
	Glob string
	Pos  decode.Pos
}

// readExclude reads `exclude: [GLOB...]`. Which cases there are is known only after calm.
func (r *reader) readExclude(n *decode.Node) {
	globs := n.Items()
	switch {
	case n.Kind() == decode.Scalar:
		globs = []*decode.Node{n}
	case n != nil && n.Kind() != decode.List:
		r.bad.Add(n.Pos(), "want a list of cases such as process/killed@*, not %s", n.Kind())
	}
	for _, g := range globs {
		if g.Kind() != decode.Scalar || g.Text() == "" {
			r.bad.Add(g.Pos(), "want a glob of cases such as process/killed@*")
			continue
		}
		r.Exclude = append(r.Exclude, Excluded{Glob: g.Text(), Pos: g.Pos()})
	}
}

// files lists what the patterns of a node match, each once, in order; example is what such a pattern looks like.
func (r *reader) files(n *decode.Node, example string) []string {
	globs := n.Items()
	if n.Kind() == decode.Scalar {
		globs = []*decode.Node{n}
	} else if n != nil && n.Kind() != decode.List {
		r.bad.Add(n.Pos(), "want a list of patterns such as %s, not %s", example, n.Kind())
	}
	var files []string
	for _, g := range globs {
		found, err := r.glob(g.Text())
		if err == nil && len(found) == 0 {
			err = problem(g.Pos(), "no file matches %q", g.Text())
		}
		r.bad.Join(err, g.Pos())
		files = append(files, found...)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// identity makes an id of a path.
func identity(file string) string {
	id := strings.TrimSuffix(filepath.ToSlash(file), path.Ext(file))
	for strings.HasPrefix(id, "../") {
		id = id[len("../"):]
	}
	return strings.TrimPrefix(id, "/")
}

// glob lists the files that match a pattern, as paths that start where the pattern does. ** stands for any directories.
func (r *reader) glob(pattern string) ([]string, error) {
	parts := strings.Split(path.Clean(filepath.ToSlash(pattern)), "/")
	root := "."
	if parts[0] == "" {
		root, parts = "/", parts[1:]
	}
	for _, part := range parts {
		if _, err := path.Match(part, ""); err != nil {
			return nil, problem(decode.Pos{}, "%q is no pattern: * stands for any letters, ** for any directories", pattern)
		}
	}
	var found []string
	r.descend(root, parts, &found)
	slices.Sort(found)
	own := filepath.Base(r.Path)
	return slices.DeleteFunc(slices.Compact(found), func(f string) bool { return f == own }), nil
}

// descend follows the parts of a pattern down from a directory.
func (r *reader) descend(dir string, parts []string, found *[]string) {
	if parts[0] == ".." {
		if len(parts) > 1 {
			r.descend(path.Join(dir, ".."), parts[1:], found)
		}
		return
	}
	entries, err := r.from.ReadDir(r.path(dir))
	if err != nil {
		return
	}
	for _, e := range entries {
		name, last := e.Name(), len(parts) == 1
		hidden := strings.HasPrefix(name, ".") && !strings.HasPrefix(parts[0], ".")
		fits, _ := path.Match(parts[0], name)
		switch {
		case hidden:
		case parts[0] == "**" && e.IsDir():
			r.descend(path.Join(dir, name), parts, found)
		case parts[0] == "**":
		case fits && last && !e.IsDir():
			*found = append(*found, path.Join(dir, name))
		case fits && !last && e.IsDir():
			r.descend(path.Join(dir, name), parts[1:], found)
		}
	}
	if parts[0] == "**" && len(parts) > 1 {
		r.descend(dir, parts[1:], found)
	}
}
