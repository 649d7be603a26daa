package labfile

import (
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/lab"
)

// readSecrets reads secrets. NAME/FILE is a further file in the directory $NAME.dir.
func (r *reader) readSecrets(n *decode.Node) {
	r.Secrets = map[string]lab.Secret{}
	for _, f := range r.entries(n, "secrets") {
		name, file, further := strings.Cut(f.Key.Text(), "/")
		switch {
		case !further:
			r.claim(f.Key, "secret")
			r.serve(name + ".value")
		case !plain(name) || file == "" || strings.Contains(file, "/") || strings.HasPrefix(file, "."):
			r.bad.Add(f.Key.Pos(), "%q is no name for a secret: want NAME, or NAME/FILE for a file in the directory $NAME.dir", f.Key.Text())
		}
		var s lab.Secret
		r.bad.Join(f.Value.Into(&s), f.Value.Pos())
		r.role(f.Value.Get("role"))
		r.unbroken(f.Value.Get("unbroken"))
		if value := f.Value.Get("value"); s.Value == "" && (value != nil || f.Value.Kind() == decode.Scalar) {
			r.bad.Add(f.Value.Pos(), "the secret %s is empty", f.Key.Text())
		}
		r.Secrets[f.Key.Text()] = s
		r.hide(name + ".file")
		r.hide(name + ".dir")
	}
}
