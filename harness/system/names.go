package system

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// expand fills in the names of a text that no edit changes.
func (s Setup) expand(text string) (string, error) {
	return decode.Expand(text, func(name string) (string, error) {
		if value, ok := s.Name(name); ok {
			return value, nil
		}
		return "", s.unknown(name)
	})
}

func (s Setup) unknown(name string) error {
	return fmt.Errorf("unknown name $%s%s", name, decode.DidYouMean(name, slices.Collect(maps.Keys(s.Names))))
}

// edited gives a setup with the names and secrets as the edits leave them.
func (s Setup) edited(t Templates, r Rendered) Setup {
	names, secrets := map[string]string{}, map[string]string{}
	for name, value := range s.Names {
		if _, own := t.Env[name]; !own {
			names[name] = value
		}
	}
	maps.Copy(names, r.Env)
	for key := range s.Secrets {
		if f, there := r.Files[secretFile(key)]; there {
			secrets[key] = f.Text
		}
	}
	s.Names, s.Secrets = names, secrets
	return s
}

// resolver knows the value of every name under the edits of secrets.
//
// A secret NAME is $NAME.value, the path $NAME.file of a file with the value, and the directory $NAME.dir with that file and
// one for each secret called NAME/FILE. An edit of NAME changes them all.
type resolver struct {
	setup    Setup
	dir      string
	secrets  map[string]bool   // names that an edit can aim at
	values   map[string]string // NAME or NAME/FILE -> value under the edits; a missing one is not there
	closed   map[string]bool   // NAME: its files may not be read
	asValues map[string]bool   // NAME: some template uses $NAME.value
	asFiles  map[string]bool   // NAME: some template uses $NAME.file or $NAME.dir
	given    map[string]bool   // names of Setup.Files that some template uses
}

func newResolver(t Templates, s Setup, dir string) (*resolver, error) {
	r := &resolver{
		setup: s, dir: dir, secrets: map[string]bool{}, values: maps.Clone(s.Secrets),
		closed: map[string]bool{}, asValues: map[string]bool{}, asFiles: map[string]bool{}, given: map[string]bool{},
	}
	for key := range s.Secrets {
		name, _, _ := strings.Cut(key, "/")
		r.secrets[name] = true
	}
	for _, name := range t.names() {
		if _, ok := s.Files[name]; ok {
			r.given[name] = true
		}
		switch secret, as := cutLast(name); {
		case !r.secrets[secret]:
		case as == "value":
			r.asValues[secret] = true
		case as == "file", as == "dir":
			r.asFiles[secret] = true
		}
	}
	for _, e := range s.Edits {
		if !r.secrets[e.Setting] {
			continue
		}
		if err := r.edit(e); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// edit changes the values of a secret.
func (r *resolver) edit(e fault.Edit) error {
	switch {
	case !r.asValues[e.Setting] && !r.asFiles[e.Setting]:
		return notApplicable(e, "no setting of the system uses it")
	case e.Op == opUnreadable && !r.asFiles[e.Setting]:
		return notApplicable(e, "it is no file; only $%s.value is used", e.Setting)
	case e.Op == opUnreadable:
		r.closed[e.Setting] = true
		return nil
	}
	for key, value := range r.values {
		if name, _, _ := strings.Cut(key, "/"); name != e.Setting {
			continue
		}
		value, there, err := change(e, value)
		if err != nil {
			return err
		}
		r.values[key] = value
		if !there {
			delete(r.values, key)
		}
	}
	return nil
}

// value gives what a name stands for; there is false when an edit took it away.
func (r *resolver) value(name string) (value string, there bool, err error) {
	secret, as := cutLast(name)
	switch {
	case name == "dir":
		return path.Join(r.dir, "files"), true, nil
	case r.secrets[secret] && as == "value":
		if _, ok := r.setup.Secrets[secret]; !ok {
			return "", false, fmt.Errorf("$%s: the secret has files but no value of its own", name)
		}
		value, there = r.values[secret]
		return value, there, nil
	case r.secrets[secret] && as == "file":
		return path.Join(r.dir, secretFile(secret)), true, nil
	case r.secrets[secret] && as == "dir":
		return path.Join(r.dir, "secrets", secret), true, nil
	case r.given[name]:
		return path.Join(r.dir, givenFile(name)), true, nil
	}
	if value, ok := r.setup.Name(name); ok {
		return value, true, nil
	}
	return "", false, r.setup.unknown(name)
}

// text fills in the names of a template; there is false when one of them was taken away.
func (r *resolver) text(template string) (text string, there bool, err error) {
	there = true
	text, err = decode.Expand(template, func(name string) (string, error) {
		value, ok, err := r.value(name)
		there = there && (ok || err != nil)
		return value, err
	})
	return text, there, err
}

// document fills in the names of a file; keys and lines that use a name that was taken away go too.
func (r *resolver) document(name, template string) (string, error) {
	const mark = 7040717600000000000
	absent := strconv.Itoa(mark)
	text, err := decode.Expand(template, func(name string) (string, error) {
		value, there, err := r.value(name)
		if !there {
			value = absent
		}
		return value, err
	})
	if err != nil || !strings.Contains(text, absent) {
		return text, err
	}
	return removeWith(name, text, absent), nil
}

// files are the files of the secrets that are used as such, and those that were given beside them.
func (r *resolver) files() map[string]File {
	files := map[string]File{}
	for key, value := range r.values {
		if name, _, _ := strings.Cut(key, "/"); r.asFiles[name] {
			files[secretFile(key)] = File{Text: value, Unreadable: r.closed[name]}
		}
	}
	for name := range r.given {
		files[givenFile(name)] = File{Text: r.setup.Files[name]}
	}
	return files
}

// secretFile is where NAME or NAME/FILE lies, below the directory of the launch.
func secretFile(key string) string {
	if !strings.Contains(key, "/") {
		key += "/" + key
	}
	return path.Join("secrets", key)
}

// givenFile is where the file that $NAME is the path of lies, below the directory of the launch.
func givenFile(name string) string { return path.Join("given", name+".pem") }

// cutLast cuts a name before its last part.
func cutLast(name string) (before, last string) {
	i := strings.LastIndexByte(name, '.')
	return name[:max(i, 0)], name[i+1:]
}
