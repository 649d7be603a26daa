package system

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// The ops of a fault.Edit. What they do to a value says change; to a file as a whole, changeFile.
const (
	opMissing    = "missing"    // the variable is unset, the argument dropped with its flag, the file absent, the key removed
	opEmpty      = "empty"      // "" in its place
	opMalformed  = "malformed"  // what no reader of such a value accepts
	opWrong      = "wrong"      // well formed, but another one
	opUnreadable = "unreadable" // a file that may not be read
)

// Templates are the settings of a system as they are written, with $names in them.
type Templates struct {
	Env   map[string]string // variable -> template
	Args  []string          // the program first
	Files map[string]string // slash path below $dir -> text of the template
}

// Rendered is what a launch gets: no names are left, and all edits are made.
type Rendered struct {
	Env   map[string]string
	Args  []string
	Files map[string]File // slash path below the directory of the launch -> content; what is absent is not there
}

// File is the content of a file that a launch gets.
type File struct {
	Text       string
	Unreadable bool // has mode 000, and not even root may read it
}

// Unreadable tells whether some file may not be read. A system that runs as root needs care for that.
func (r Rendered) Unreadable() bool {
	for _, f := range r.Files {
		if f.Unreadable {
			return true
		}
	}
	return false
}

// Render fills in the names and makes the edits of the setup. Dir is the directory of the launch as the system sees it: its
// files are below files, which $dir names, its secrets are secrets/NAME/NAME. It reads and writes nothing, and the same input
// gives the same output. An unknown name is an error, an edit that makes no sense here an *Unable.
//
//	secrets + edits of secrets -> names -> templates -> values + edits of values -> Rendered
func (t Templates) Render(s Setup, dir string) (Rendered, error) {
	r, err := newResolver(t, s, dir)
	if err != nil {
		return Rendered{}, err
	}
	d := draft{env: map[string]string{}, files: map[string]File{}}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(t.Env)) {
		value, there, err := r.text(t.Env[name])
		if err != nil {
			problems = append(problems, fmt.Errorf("env %s: %w", name, err))
		} else if there {
			d.env[name] = value
		}
	}
	for i, template := range t.Args {
		value, there, err := r.text(template)
		if err != nil {
			problems = append(problems, fmt.Errorf("arg %d: %w", i, err))
		}
		if !there {
			value = template
		}
		d.args = append(d.args, argument{text: value, dropped: !there})
	}
	for _, name := range slices.Sorted(maps.Keys(t.Files)) {
		text, err := r.document(name, t.Files[name])
		if err != nil {
			problems = append(problems, fmt.Errorf("file %s: %w", name, err))
		}
		d.files[path.Join("files", name)] = File{Text: text}
	}
	if err := errors.Join(problems...); err != nil {
		return Rendered{}, err
	}
	for _, e := range s.Edits {
		if _, isSecret := r.secrets[e.Setting]; isSecret {
			continue
		}
		if err := d.edit(e); err != nil {
			return Rendered{}, err
		}
	}
	maps.Copy(d.files, r.files())
	return Rendered{Env: d.env, Args: d.arguments(), Files: d.files}, nil
}

// draft is a Rendered under edit.
type draft struct {
	env   map[string]string
	args  []argument
	files map[string]File
}

type argument struct {
	text    string
	dropped bool
}

// arguments are those that were not dropped. With `--flag VALUE` the flag goes with its value.
func (d *draft) arguments() []string {
	var kept []string
	for i, a := range d.args {
		if !a.dropped {
			kept = append(kept, a.text)
			continue
		}
		if n := len(kept); n > 1 && !d.args[i-1].dropped && isBareFlag(kept[n-1]) && !isFlag(a.text) {
			kept = kept[:n-1]
		}
	}
	return kept
}

func isFlag(text string) bool     { return strings.HasPrefix(text, "-") && strings.Trim(text, "-") != "" }
func isBareFlag(text string) bool { return isFlag(text) && !strings.Contains(text, "=") }

func notApplicable(e fault.Edit, format string, args ...any) error {
	return &Unable{What: e.Setting + " " + e.Op + ": " + fmt.Sprintf(format, args...), NotApplicable: true}
}
