package labfile

import (
	"errors"
	"fmt"
	"slices"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
)

// Dependency is one dependency as the file describes it.
type Dependency struct {
	Name       string        `json:"-"`
	Kind       string        `json:"kind" decode:"must"`
	Server     Server        `json:"server"`
	Stubs      *decode.Node  `json:"stubs"`      // the path of a file
	Isolate    *decode.Node  `json:"isolate"`    // values, clone or {sql: FILE}; nil: values
	Credential string        `json:"credential"` // own: the credential is the system's own
	Role       contract.Role `json:"role"`
	WhenAway   contract.Away `json:"when-away"` // what the system does while it is away
	Forward    string        `json:"forward"`   // the address of a real one, or $PART.url: a part of the system
	TLS        bool          `json:"tls"`       // the system speaks TLS to it
	Flush      string        `json:"flush"`     // between-phases
	Prepared   *decode.Node  `json:"prepare"`
	Prepare    []Prepare     `json:"-"`
	Unbroken   string        `json:"unbroken"` // why it need not be broken
	Pos        decode.Pos    `json:"-" decode:"pos"`

	part      string       // of the system, to which it forwards
	stubs     *decode.Node // what the file holds
	isolation *isolation   // nil: by values
}

// Server is what stands behind the gate: `stub`, `installed`, `{dsn: ADDRESS}` or `{image: NAME}`, with the port, env and cmd
// of its container where its kind does not know them.
type Server struct {
	Sort  string
	DSN   string
	Image *fakes.Image
}

// ReadNode reads one of the four.
func (s *Server) ReadNode(n *decode.Node) error {
	const forms = "stub, installed, {dsn: ADDRESS} or {image: NAME, port: NUMBER}"
	if n.Kind() == decode.Scalar {
		*s = Server{Sort: n.Text()}
		if known := []string{"stub", "installed"}; !slices.Contains(known, s.Sort) {
			if near := decode.Nearest(s.Sort, known); near != "" {
				return problem(n.Pos(), "unknown server %q; did you mean %q?", s.Sort, near)
			}
			return problem(n.Pos(), "unknown server %q; want %s", s.Sort, forms)
		}
		return nil
	}
	if n.Kind() != decode.Map {
		return problem(n.Pos(), "want a server: %s", forms)
	}
	var long struct {
		DSN   string            `json:"dsn"`
		Image string            `json:"image"`
		Port  int               `json:"port"`
		Env   map[string]string `json:"env"`
		Cmd   []string          `json:"cmd"`
	}
	if err := n.Into(&long); err != nil {
		return err
	}
	if (long.DSN == "") == (long.Image == "") {
		return problem(n.Pos(), "want one server: %s", forms)
	}
	if long.DSN != "" {
		if len(n.Fields()) > 1 {
			return problem(n.Pos(), "a given server has a dsn and nothing else")
		}
		*s = Server{DSN: long.DSN}
		return nil
	}
	if port := n.Get("port"); port != nil && (long.Port < 1 || long.Port > 65535) {
		return problem(port.Pos(), "want the port where the server listens in its container, 1 to 65535")
	}
	*s = Server{Image: &fakes.Image{Name: long.Image, Port: long.Port, Env: long.Env, Cmd: long.Cmd}}
	return nil
}

// stub tells whether the server is the stub, or what the kind does when nothing is said.
func (s Server) stub() bool { return s == Server{} || s.Sort == "stub" }

func (r *reader) readDependencies(n *decode.Node) {
	for _, f := range r.entries(n, "dependencies") {
		d, before := Dependency{}, len(r.bad)
		r.claim(f.Key, "dependency")
		r.bad.Join(f.Value.Into(&d), f.Value.Pos())
		d.Name = f.Key.Text()
		r.word(f.Value.Get("kind"), "kind of dependency", r.catalog.FakeNames()...)
		r.readIsolate(&d)
		r.word(f.Value.Get("credential"), "credential", "own")
		r.word(f.Value.Get("flush"), "flush", "between-phases")
		r.role(f.Value.Get("role"))
		r.away(f.Value.Get("when-away"), f.Value.Get("role"))
		r.unbroken(f.Value.Get("unbroken"))
		if d.Forward != "" && !(d.Server == Server{}) {
			r.bad.Add(f.Value.Get("forward").Pos(), "a dependency has `server` or `forward`, not both")
		}
		d.part = r.partOf(f.Value.Get("forward"))
		r.readTLS(&d, f.Value.Get("tls"))
		if d.Stubs != nil {
			r.readStubs(&d)
		}
		r.readPrepare(&d)
		r.serves(d.Name)
		r.Dependencies = append(r.Dependencies, d)
		if len(r.bad) == before {
			r.try(d)
		}
	}
}

func (r *reader) readStubs(d *Dependency) {
	src, ok := r.file(d.Stubs, "stubs")
	if !ok {
		return
	}
	var err error
	d.stubs, err = decode.Parse(r.shown(d.Stubs.Text()), src)
	r.bad.Join(err, d.Stubs.Pos())
}

// role checks one of the words for what a dependency or secret is.
func (r *reader) role(n *decode.Node) {
	r.word(n, "role", string(contract.Essential), string(contract.Optional))
}

// try makes the dependency once, to find the mistakes that only its kind knows. It is thrown away: nothing was started.
func (r *reader) try(d Dependency) {
	_, err := r.make(d, fakes.Options{Mint: func(string, bool) string { return "aaaaaaaaaaaa" }})
	if unavailable := (*fakes.Unavailable)(nil); !errors.As(err, &unavailable) {
		r.bad.Join(err, d.Pos)
	}
}

// make makes a dependency; o says what only the lab knows.
func (f *File) make(d Dependency, o fakes.Options) (fakes.Dependency, error) {
	o.Name, o.Server, o.Address, o.Stubs, o.TLS = d.Name, d.Server.Sort, d.Server.DSN, d.stubs, d.TLS
	switch {
	case d.part != "":
		o.Server = "part"
	case d.Forward != "":
		o.Address = d.Forward
	}
	if o.Image = d.Server.Image; o.Image != nil {
		o.Server = "image " + o.Image.Name // which no kind takes that knows no engine
	}
	if !d.Server.stub() {
		o.Stubs = nil // they wait for the stub: --set dependencies.NAME.server switches
	}
	made, err := f.catalog.Fakes[d.Kind].Make(o)
	if err != nil && d.part != "" {
		err = fmt.Errorf("a dependency of kind %s cannot stand before a part of the system", d.Kind)
	}
	return made, err
}
