package labfile

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/redact"
)

// CommonPasswords names the given passwords that are too common a word to be looked for everywhere.
func (f *File) CommonPasswords() []string { return redact.Hiding("", f.given...).Common() }

// readGiven finds the passwords and tokens that stand in the file as they are: in addresses, and in what systems, servers and
// steps of `prepare` find in their environment.
func (r *reader) readGiven() {
	for _, d := range r.Dependencies {
		r.address("password of "+d.Name, d.Server.DSN)
		r.address("password of "+d.Name, d.Forward)
		if d.Server.Image != nil {
			r.settings(d.Server.Image.Env)
		}
		for _, p := range d.Prepare {
			r.settings(p.Env)
			r.address("password of "+d.Name, strings.Join(p.Run, " "))
		}
		r.environment(d.Prepared)
	}
	r.environment(r.File.system.node)
	r.environment(r.File.system.Parts)
}

// address takes the passwords in a text without names; what a name stands for is known elsewhere.
func (r *reader) address(name, text string) {
	if len(decode.Names(text)) == 0 {
		r.given = append(r.given, redact.InAddress(name, strings.ReplaceAll(text, "$$", "$"))...)
	}
}

func (r *reader) settings(env map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		r.setting(name, env[name])
	}
}

func (r *reader) setting(name, text string) {
	if len(decode.Names(text)) == 0 {
		r.given = append(r.given, redact.Setting(name, strings.ReplaceAll(text, "$$", "$"))...)
	}
}

// environment looks for variables wherever they may stand below a node.
func (r *reader) environment(n *decode.Node) {
	for _, item := range n.Items() {
		r.environment(item)
	}
	for _, f := range n.Fields() {
		switch f.Key.Text() {
		case "env":
			for _, v := range f.Value.Fields() {
				r.setting(v.Key.Text(), v.Value.Text())
			}
		case "env-file":
			r.envFile(f.Value.Text())
		case "inherit":
			for _, name := range append(f.Value.Items(), f.Value) {
				if name.Kind() == decode.Scalar {
					r.given = append(r.given, redact.Setting(name.Text(), os.Getenv(name.Text()))...)
				}
			}
		default:
			r.environment(f.Value)
		}
	}
}

// envFile takes the secrets in a file of variables. What is wrong with the file is said by who reads it.
func (r *reader) envFile(name string) {
	src, err := r.from.ReadFile(r.path(name))
	if err != nil {
		return
	}
	for line := range bytes.Lines(src) {
		key, value, ok := strings.Cut(strings.TrimSpace(string(line)), "=")
		if ok && !strings.HasPrefix(key, "#") {
			value = strings.Trim(strings.TrimSpace(value), `"'`)
			r.given = append(r.given, redact.Setting(strings.TrimPrefix(key, "export "), value)...)
		}
	}
}
