package system

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// Setting is something that a fault.Edit can aim at.
type Setting struct {
	Name       string   // as in Edit.Setting: env.PORT, arg.2, file.app.yml, file.app.yml#/db/url, jwt-key; with "PART." in a group
	From       string   // env, arg, file, secret
	Secret     string   // the secret that it uses, if any
	Dependency string   // the dependency, or other part, whose address it uses, if any
	Uses       []string // all names in it; none: a literal
	Forms      []string // of a secret: how it is used: value, file, dir. Of a setting that uses one: in which of these ways
	Form       bool     // of a literal: it has a form that can be told to be damaged
}

// Settings lists what can be edited, in a stable order: variables, arguments that use a name, files, keys of JSON and YAML
// files that use a name, and the secrets that any of them uses. A name that ends in .value, .file or .dir is taken for a
// secret's.
func (t Templates) Settings() []Setting {
	var all []Setting
	for _, name := range slices.Sorted(maps.Keys(t.Env)) {
		s := setting("env", name, decode.Names(t.Env[name]))
		s.Form = len(s.Uses) == 0 && isShaped(t.Env[name])
		all = append(all, s)
	}
	for i, text := range t.Args {
		if used := decode.Names(text); i > 0 && len(used) > 0 {
			all = append(all, setting("arg", strconv.Itoa(i), used))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.Files)) {
		all = append(all, setting("file", name, decode.Names(t.Files[name])))
		all = append(all, keysWithNames(name, t.Files[name])...)
	}
	return append(all, t.secrets()...)
}

func setting(from, name string, used []string) Setting {
	s := Setting{Name: from + "." + name, From: from, Uses: used}
	for _, name := range used {
		owner, as := cutLast(name)
		first, _, dotted := strings.Cut(name, ".")
		switch {
		case as == "value", as == "file", as == "dir":
			s.Secret = firstOf(s.Secret, owner)
			s.Forms = append(s.Forms, as)
		case dotted && first != "system":
			s.Dependency = firstOf(s.Dependency, first)
		}
	}
	return s
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// keysWithNames finds the keys by standing a number of its own for each name: it is legal in and outside of quotes.
func keysWithNames(file, template string) []Setting {
	names := decode.Names(template)
	mark := func(i int) string { return fmt.Sprintf("704071760%010d", i) }
	text, _ := decode.Expand(template, func(name string) (string, error) { return mark(slices.Index(names, name)), nil })
	docs, err := parseDocuments(file, text)
	if err != nil {
		return nil
	}
	var found []Setting
	docs.leaves(func(pointer, value string) {
		var used []string
		for i, name := range names {
			if strings.Contains(value, mark(i)) {
				used = append(used, name)
			}
		}
		if used != nil {
			found = append(found, setting("file", file+"#"+pointer, used))
		}
	})
	return found
}

// secrets lists each secret that is used, once.
func (t Templates) secrets() []Setting {
	forms := map[string][]string{}
	for _, name := range t.names() {
		if owner, as := cutLast(name); owner != "" && (as == "value" || as == "file" || as == "dir") {
			forms[owner] = append(forms[owner], as)
		}
	}
	var all []Setting
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		slices.Sort(forms[name])
		all = append(all, Setting{Name: name, From: "secret", Secret: name, Forms: slices.Compact(forms[name])})
	}
	return all
}

// names lists the names that some template uses.
func (t Templates) names() []string {
	var all []string
	for _, text := range t.Env {
		all = append(all, decode.Names(text)...)
	}
	for _, text := range t.Args {
		all = append(all, decode.Names(text)...)
	}
	for _, text := range t.Files {
		all = append(all, decode.Names(text)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
