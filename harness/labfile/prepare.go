package labfile

import (
	"fmt"

	"github.com/failwell/failwell/harness/decode"
)

// Prepare is one step of making a dependency's data.
type Prepare struct {
	Run []string          `json:"run" decode:"one"` // a command ...
	Env map[string]string `json:"env"`
	Dir string            `json:"dir"` // ... in this directory
	SQL *decode.Node      `json:"sql"` // or the path of a script in the server's own language
	As  string            `json:"as"`  // superuser, or "" for the system's user
	Pos decode.Pos        `json:"-" decode:"pos"`

	script string
	node   *decode.Node
}

func (r *reader) readPrepare(d *Dependency) {
	n := d.Prepared
	if n == nil {
		return
	}
	items := n.Items()
	if n.Kind() == decode.Map {
		items = []*decode.Node{n}
	} else if n.Kind() != decode.List {
		r.bad.Add(n.Pos(), "want a list of steps, {run: [...]} or {sql: FILE}, not %s", n.Kind())
	}
	for _, item := range items {
		p := Prepare{node: item}
		r.bad.Join(item.Into(&p), item.Pos())
		if item.Kind() != decode.Map {
			continue
		}
		if (p.SQL == nil) == (len(p.Run) == 0) {
			r.bad.Add(item.Pos(), "a step of prepare has one of `run: [COMMAND, ...]` and `sql: FILE`")
		}
		if p.SQL != nil {
			script, _ := r.file(p.SQL, "sql")
			p.script = string(script)
			r.word(item.Get("as"), "user", "superuser")
		}
		if dir := item.Get("dir"); dir != nil && !r.from.isDir(r.path(p.Dir)) {
			r.bad.Add(dir.Pos(), "dir: there is no directory %s", p.Dir)
		}
		d.Prepare = append(d.Prepare, p)
	}
}

func problem(pos decode.Pos, format string, args ...any) error {
	return decode.Problem{Pos: pos, What: fmt.Sprintf(format, args...)}
}
