package labfile

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

var (
	// ofLab are the keys of a system that the lab itself acts on.
	ofLab = []string{"parts", "entry", "ready", "live", "deadline", "limit"}
	// beside are the keys that stand beside the way to bring up a system, whatever the way is.
	beside = []string{"env", "env-file", "inherit", "ports", "files", "logs", "stop"}
)

func (r *reader) readSystem(n *decode.Node) {
	if n == nil {
		return
	}
	s := section{node: decode.Without(n, ofLab...)}
	if n.Kind() != decode.Map {
		r.bad.Add(n.Pos(), "want a map that says how to bring up the system, not %s", n.Kind())
		return
	}
	r.bad.Join(decode.Only(n, ofLab...).Into(&s), n.Pos())
	r.File.system = s
	for _, f := range r.entries(s.Parts, "parts") {
		r.claim(f.Key, "part")
	}
	sys, err := r.bringUp()
	r.bad.Join(err, n.Pos())
	if err == nil {
		r.checkProgram(sys)
	}
	r.host(sys)
	r.checkReady(s)
	r.checkTold(s.Ready, sys)
	if s.Limit > 0 && s.Limit < s.Deadline {
		r.bad.Add(n.Get("limit").Pos(), "an answer is given up after %s, before the deadline of %s; leave `limit` out, or make it longer", s.Limit, s.Deadline)
	}
}

// bringUp makes the system that the file describes.
func (f *File) bringUp() (system.System, error) {
	s := f.system
	if s.Parts == nil {
		if s.Entry != nil {
			return nil, problem(s.Entry.Pos(), "`entry` names one of several `parts`, and there are none")
		}
		return f.part(s.node)
	}
	var bad decode.Problems
	for _, rest := range s.node.Fields() {
		bad.Add(rest.Key.Pos(), "%q cannot stand beside `parts`; move it into the part that it is for", rest.Key.Text())
	}
	group := system.Group{Entry: s.Entry.Text()}
	for _, p := range s.Parts.Fields() {
		one, err := f.part(p.Value)
		bad.Join(err, p.Value.Pos())
		group.Parts = append(group.Parts, system.Part{Name: p.Key.Text(), System: one})
	}
	names := s.Parts.Keys()
	switch {
	case len(names) == 0:
		bad.Add(s.Parts.Pos(), "want at least one part")
	case s.Entry == nil:
		bad.Add(s.Parts.Pos(), "say `entry:`, the part that requests go to%s", decode.DidYouMean("", names))
	case !slices.Contains(names, group.Entry):
		bad.Add(s.Entry.Pos(), "entry: there is no part %q%s", group.Entry, decode.DidYouMean(group.Entry, names))
	}
	return group, bad.Err()
}

// part makes one system: a field names the kind, and what stands beside goes with its parameters.
func (f *File) part(n *decode.Node) (system.System, error) {
	if n.Kind() != decode.Map {
		return nil, problem(n.Pos(), "want a map that says how to bring it up, not %s", n.Kind())
	}
	var bad decode.Problems
	var ways []decode.Field
	known := slices.Concat(f.catalog.SystemNames(), beside)
	for _, one := range n.Fields() {
		switch key := one.Key.Text(); {
		case slices.Contains(f.catalog.SystemNames(), key):
			ways = append(ways, one)
		case !slices.Contains(beside, key):
			bad.Add(one.Key.Pos(), "unknown field %q%s", key, decode.DidYouMean(key, slices.Concat(known, ofLab)))
		}
	}
	if len(ways) != 1 {
		if len(ways) > 1 {
			bad.Add(ways[1].Key.Pos(), "a system is brought up in one way; this one has %q already", ways[0].Key.Text())
		} else if bad.Err() == nil {
			bad.Add(n.Pos(), "say how the system is brought up: one of %s", strings.Join(append(f.catalog.SystemNames(), "parts"), ", "))
		}
		return nil, bad.Err()
	}
	params, err := merged(ways[0], decode.Only(n, beside...))
	bad.Join(err, n.Pos())
	sys, err := f.catalog.Systems[ways[0].Key.Text()](params, f.Dir)
	if err == nil {
		sys, err = f.placed(sys)
	}
	bad.Join(err, params.Pos())
	return sys, bad.Err()
}

// merged gives the parameters of a kind together with what stands beside it.
func merged(way decode.Field, siblings *decode.Node) (*decode.Node, error) {
	kind, params := way.Key.Text(), way.Value
	var bad decode.Problems
	fields := slices.Clone(params.Fields())
	for _, s := range siblings.Fields() {
		key := s.Key.Text()
		if params.Kind() == decode.Scalar {
			bad.Add(s.Key.Pos(), "%q cannot stand beside %q, which is one text here", key, kind)
		} else if twice := params.Get(key); twice != nil {
			bad.Add(s.Key.Pos(), "%q stands here and in %q, line %d; keep one", key, kind, twice.Pos().Line)
		} else {
			fields = append(fields, s)
		}
	}
	if params.Kind() == decode.Scalar || params.Kind() == decode.List {
		return params, bad.Err()
	}
	at := params.Pos()
	if at == (decode.Pos{}) {
		at = way.Key.Pos()
	}
	return decode.NewMap(at, fields...), bad.Err()
}

// placed makes the paths of a program on this machine start at the lab file.
func (f *File) placed(sys system.System) (system.System, error) {
	p, ok := sys.(system.Process)
	if !ok {
		return sys, nil
	}
	if len(p.Run) == 0 {
		return sys, errors.New("there is nothing to run: want run: [PROGRAM, ARGUMENT, ...]")
	}
	if !filepath.IsAbs(p.Dir) && !strings.HasPrefix(p.Dir, "$") {
		p.Dir = filepath.Join(strings.ReplaceAll(f.Dir, "$", "$$"), p.Dir)
	}
	if p.EnvFile != "" {
		p.EnvFile = f.path(p.EnvFile)
	}
	p.Files = maps.Clone(p.Files)
	for to, from := range p.Files {
		p.Files[to] = f.path(from)
	}
	return p, nil
}

// host notes the names that the system gives. What could not be made is taken for a program, so that not all its names are
// wrong too.
func (r *reader) host(sys system.System) {
	parts := []system.Part{{System: sys}}
	if group, ok := system.As[system.Group](sys); ok {
		parts = group.Parts
	}
	for i := range parts {
		if parts[i].System == nil {
			parts[i].System = system.Process{}
		}
		if d, ok := system.As[system.Described](parts[i].System); ok {
			traits := d.Describe()
			r.provided[parts[i].Name], r.anywhere[parts[i].Name] = traits.Names, traits.AbsoluteFiles
		}
	}
	if sys == nil {
		sys = parts[0].System
	}
	r.open("system.host")
	for _, name := range system.PortNames(sys) {
		r.open(name)
		r.open(strings.TrimSuffix(name, "port") + "url")
	}
	if ported, ok := system.As[system.Ported](sys); ok {
		r.ports = ported.Ports()
	} else if elsewhere, ok := system.As[system.URL](sys); ok {
		r.ports = slices.Sorted(maps.Keys(elsewhere.Ports))
	}
}
