package labfile

import (
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

// Prepare is one step of making a dependency's data.
type Prepare struct {
	Run []string          `json:"run" decode:"one" doc:"a command" example:"[npx, prisma, migrate, deploy]"`
	Env map[string]string `json:"env" doc:"environment of the command, beside PATH and HOME" example:"{DATABASE_URL: $db.direct.url}"`
	Dir string            `json:"dir" doc:"where the command runs" default:"beside the lab file" example:"migrations"`
	SQL *decode.Node      `json:"sql" doc:"a script in the server's own language, in place of a command" example:"seed.sql"`
	As  string            `json:"as" doc:"superuser: who runs the script" default:"the system's user" example:"superuser"`
	Pos decode.Pos        `json:"-" decode:"pos"`

	script string
	system system.System // what runs to its end
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
		p := Prepare{node: item, Pos: item.Pos()}
		if r.isTask(item) {
			r.readTask(&p)
			d.Prepare = append(d.Prepare, p)
			continue
		}
		r.bad.Join(item.Into(&p), item.Pos())
		if item.Kind() != decode.Map {
			continue
		}
		if (p.SQL == nil) == (len(p.Run) == 0) {
			r.bad.Add(item.Pos(), "a step of prepare has one of `run: [COMMAND, ...]`, `sql: FILE` and `container: {...}`")
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

// isTask tells whether a step is a system that runs to its end.
func (r *reader) isTask(item *decode.Node) bool {
	return slices.ContainsFunc(item.Keys(), func(key string) bool { return slices.Contains(r.catalog.SystemNames(), key) })
}

func (r *reader) readTask(p *Prepare) {
	before := len(r.bad)
	sys, err := r.part(p.node)
	r.bad.Join(err, p.node.Pos())
	if _, elsewhere := sys.(system.URL); elsewhere && len(r.bad) == before {
		r.bad.Add(p.node.Pos(), "a step of prepare has to end; a system that somebody else runs does not")
	}
	p.system = sys
}

// checkTask checks the names and files of a step that is a system.
func (r *reader) checkTask(p Prepare) {
	if p.system == nil {
		return
	}
	s := r.preparing().with("dir")
	for _, f := range p.node.Fields() {
		params := f.Value
		if slices.Contains(r.catalog.SystemNames(), f.Key.Text()) {
			r.check(decode.Without(params, "build", "env-file", "files"), s)
		} else if f.Key.Text() == "env" {
			r.check(params, s)
		}
	}
}

func problem(pos decode.Pos, format string, args ...any) error {
	return decode.Problem{Pos: pos, What: fmt.Sprintf(format, args...)}
}
