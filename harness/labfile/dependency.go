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
	Kind       string        `json:"kind" decode:"must" doc:"the protocol that the system speaks with it (failwell list fakes)" example:"postgres"`
	Server     Server        `json:"server" doc:"what stands behind the fake: stub, installed, {dsn: ADDRESS} or {image: NAME}" default:"stub" example:"installed"`
	Stubs      *decode.Node  `json:"stubs" doc:"a file with the answers of the stub" example:"stubs/db.yaml"`
	Isolate    *decode.Node  `json:"isolate" doc:"how the data of one case are kept from the next: values (keys of their own), clone, or {sql: FILE}" default:"values" example:"clone"`
	Credential string        `json:"credential" doc:"own: a wrong credential is the system's own mistake, never the caller's" example:"own"`
	Role       contract.Role `json:"role" doc:"essential: without it a request fails; optional: it succeeds all the same" default:"unknown: a success without it becomes a question" example:"optional"`
	WhenAway   contract.Away `json:"when-away" doc:"what the system does while it is away: open (as usual), closed (refuses) or degraded" example:"open"`
	Forward    string        `json:"forward" doc:"the address of a real one that stands behind the fake, or $PART.url for a part of the system" example:"https://api.example.com"`
	TLS        bool          `json:"tls" doc:"true: the system speaks TLS to it, with a certificate of the lab ($NAME.ca)" default:"false" example:"true"`
	Flush      string        `json:"flush" doc:"between-phases: what a cache holds is dropped before each phase" example:"between-phases"`
	Prepared   *decode.Node  `json:"prepare" doc:"steps that make its data: commands, SQL files or containers" example:"[{run: [npx, prisma, migrate, deploy], env: {DATABASE_URL: $db.direct.url}}, {sql: seed.sql}]"`
	Prepare    []Prepare     `json:"-"`
	Unbroken   string        `json:"unbroken" doc:"why nothing need break it" example:"only a nightly job uses it"`
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

// serverForm is the long form of a server.
type serverForm struct {
	DSN   string            `json:"dsn" doc:"the address of a server that runs already" example:"postgres://app:secret@127.0.0.1:5432/app"`
	Image string            `json:"image" doc:"an image from which a server is started, one for each lab" example:"postgres:17"`
	Port  int               `json:"port" doc:"where the server listens in its container" default:"what its kind knows" example:"5432"`
	Env   map[string]string `json:"env" doc:"environment of the container" example:"{POSTGRES_PASSWORD: x}"`
	Cmd   []string          `json:"cmd" doc:"command of the container" default:"that of the image" example:"[postgres, -c, max_connections=20]"`
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
	var long serverForm
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
