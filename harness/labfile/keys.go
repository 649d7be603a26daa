package labfile

import (
	"reflect"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/graphql"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// Key is a place in a lab file: what it means is data beside the struct that is read from it.
type Key struct {
	decode.Key
	Path  string   // keys from the top, with dots between them; NAME stands for a name that the file chooses
	Words []string // what it may be, where that is one of some words; other forms have Keys
	Keys  []Key    // what may stand below it, or below each name
	Loose bool     // further keys may stand there that are not listed
}

// Keys are all keys of a lab file, as a tree.
func Keys(cat catalog.Catalog) []Key {
	return keys{cat}.of("", reflect.TypeFor[document]())
}

// Below are the keys of something else that files hold, such as a scenario, below a word for it.
func Below(path string, t reflect.Type) []Key { return keys{}.of(path, t) }

// keys makes keys of types.
type keys struct{ catalog.Catalog }

// shapes are the types of what is read by other means than its field's type.
var shapes = map[string]reflect.Type{
	"version": reflect.TypeFor[string](), "system": reflect.TypeFor[section](), "system.parts": reflect.TypeFor[map[string]any](), "system.entry": reflect.TypeFor[string](),
	"system.ready.header": reflect.TypeFor[map[string]string](), "system.live.header": reflect.TypeFor[map[string]string](),
	"system.ready.log": reflect.TypeFor[string](), "system.ready.health": reflect.TypeFor[bool](),
	"dependencies": reflect.TypeFor[map[string]Dependency](), "dependencies.NAME.server": reflect.TypeFor[serverForm](), "dependencies.NAME.stubs": reflect.TypeFor[string](),
	"dependencies.NAME.isolate": reflect.TypeFor[isolation](), "dependencies.NAME.prepare.sql": reflect.TypeFor[string](), "dependencies.NAME.prepare": reflect.TypeFor[[]Prepare](),
	"dependencies.NAME.isolate.sql": reflect.TypeFor[string](),
	"secrets":                       reflect.TypeFor[map[string]lab.Secret](), "before": reflect.TypeFor[map[string]scenario.Step](), "requests": reflect.TypeFor[map[string]scenario.Request](),
	"requests.NAME.uses": reflect.TypeFor[map[string]any](), "requests.NAME.variables": reflect.TypeFor[map[string]any](),
	"graphql.schema": reflect.TypeFor[string](), "graphql.operations": reflect.TypeFor[[]string](), "graphql.variables": reflect.TypeFor[map[string]any](),
	"graphql.draft":    reflect.TypeFor[string](),
	"contract.profile": reflect.TypeFor[string](), "contract.errors": reflect.TypeFor[string](), "contract.gate": reflect.TypeFor[string](), "contract.trace": reflect.TypeFor[check.Trace](),
	"contract.override": reflect.TypeFor[map[string]contract.Row](), "contract.waive": reflect.TypeFor[[]lab.Waiver](), "contract.raise": reflect.TypeFor[map[string]string](),
	"scenarios": reflect.TypeFor[[]string](), "exclude": reflect.TypeFor[[]string](),
}

// several are the lists that may be written as their only entry, although no tag says so.
var several = []string{"system.ready.follows", "dependencies.NAME.prepare", "graphql.operations", "scenarios", "exclude"}

// leaves are types that are written in a form of their own, such as {NAME: {...}}: nothing fixed stands below them.
var leaves = []reflect.Type{reflect.TypeFor[fault.Spec](), reflect.TypeFor[scenario.Named](), reflect.TypeFor[scenario.Change](), reflect.TypeFor[scenario.Part](), reflect.TypeFor[scenario.Step]()}

// element is what a list, or a pointer, is of.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

// words are what a key may be, where that is one of some words.
func (k keys) words(path string) []string {
	switch path {
	case "version":
		return []string{"1"}
	case "dependencies.NAME.kind":
		return k.FakeNames()
	case "dependencies.NAME.server":
		return []string{"stub", "installed"}
	case "dependencies.NAME.isolate":
		return []string{"values", "clone"}
	case "dependencies.NAME.credential":
		return []string{"own"}
	case "dependencies.NAME.flush":
		return []string{"between-phases"}
	case "dependencies.NAME.isolate.as", "dependencies.NAME.prepare.as":
		return []string{"superuser"}
	case "dependencies.NAME.role", "secrets.NAME.role", "contract.override.NAME.role":
		return words([]contract.Role{contract.Essential, contract.Optional})
	case "dependencies.NAME.when-away", "contract.override.NAME.when-away":
		return words(contract.Aways())
	case "contract.profile":
		return words(contract.Profiles())
	case "contract.errors":
		return []string{"learn", "problem+json"}
	case "contract.gate":
		return impacts
	case "contract.waive.check":
		return k.CheckNames()
	case "graphql.draft":
		return words([]graphql.Draft{graphql.Draft2025, graphql.Draft2026})
	}
	return nil
}

// of are the keys of a type at a path.
func (k keys) of(path string, t reflect.Type) []Key {
	var all []Key
	for _, f := range decode.Keys(t) {
		if path == "contract.override.NAME" && f.Name == "causes" {
			continue // it stands before the colon
		}
		all = append(all, k.key(path, f))
	}
	switch path {
	case "system":
		all = append(all, k.ways(path)...)
	case "before.NAME":
		all = append(k.of("requests.NAME", reflect.TypeFor[scenario.Request]()), all...)
		for i := range all {
			all[i] = moved(all[i], "requests.NAME", path)
		}
	case "requests.NAME":
		for _, f := range scenario.Methods() {
			all = append(all, k.key(path, f))
		}
	}
	return all
}

// moved is a key, with all below it, at another path.
func moved(key Key, from, to string) Key {
	if rest, ok := strings.CutPrefix(key.Path, from); ok {
		key.Path = to + rest
	}
	key.Keys = slices.Clone(key.Keys)
	for i := range key.Keys {
		key.Keys[i] = moved(key.Keys[i], from, to)
	}
	return key
}

func (k keys) key(parent string, f decode.Key) Key {
	path := f.Name
	if parent != "" {
		path = parent + "." + f.Name
	}
	if t, ok := shapes[path]; ok {
		f.Type = t
	}
	f.One = f.One || slices.Contains(several, path)
	out := Key{Key: f, Path: path, Words: k.words(path), Loose: path == "dependencies.NAME.prepare" || path == "requests.NAME.before"}
	below := path
	if f.Type.Kind() == reflect.Map {
		below += ".NAME"
	}
	if path == "system.parts" {
		out.Keys = k.ways(below)
		return out
	}
	if !slices.Contains(leaves, element(f.Type)) {
		out.Keys = k.of(below, f.Type)
	}
	return out
}

// ways are the ways to bring up a system, and what may stand beside them.
func (k keys) ways(path string) []Key {
	var all []Key
	for _, f := range decode.Keys(reflect.TypeFor[system.Process]()) {
		if slices.Contains(beside, f.Name) {
			all = append(all, k.key(path, f))
		}
	}
	for _, name := range k.SystemNames() {
		made, _ := k.Systems[name](nil, "") // an empty one is not complete, but of the right type
		f := decode.Key{Name: name, Type: reflect.TypeOf(made)}
		if one, ok := made.(decode.Telling); ok {
			about := one.About()
			f.Doc, f.Example = about.Doc, about.Example
		}
		all = append(all, k.key(path, f))
	}
	return all
}
