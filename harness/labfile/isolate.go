package labfile

import "github.com/failwell/failwell/harness/decode"

// isolation is how the rows of one case are kept from the next, when it is not enough that each has keys of its own.
type isolation struct {
	SQL *decode.Node `json:"sql" decode:"must" doc:"a script that puts the data back, in the server's own language" example:"reset.sql"`
	As  string       `json:"as" doc:"superuser: who runs the script" default:"the system's user" example:"superuser"`

	script string
}

// readIsolate reads `values`, `clone` or {sql: FILE}.
func (r *reader) readIsolate(d *Dependency) {
	n := d.Isolate
	switch {
	case n == nil:
	case n.Kind() == decode.Map:
		i := &isolation{}
		r.bad.Join(n.Into(i), n.Pos())
		if i.SQL != nil {
			src, _ := r.file(i.SQL, "sql")
			i.script = string(src)
		}
		r.word(n.Get("as"), "user", "superuser")
		d.isolation = i
	case n.Text() == "script":
		r.bad.Add(n.Pos(), "say which script: isolate: {sql: FILE}")
	case r.word(n, "isolation", "values", "clone") == "clone":
		if d.Server.DSN != "" || d.Forward != "" {
			r.bad.Add(n.Pos(), "clone is for servers that the lab starts itself: the data of a given one stay as they are; use isolate: {sql: FILE}")
		}
		d.isolation = &isolation{}
	}
}
