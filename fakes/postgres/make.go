package postgres

import (
	"errors"
	"net/url"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/servers"
)

// Before is a dependency whose gate stands before a given server, for Go users.
func Before(dsn string) fakes.Dependency {
	return fakes.Dependency{Fake: Fake{}, Server: servers.Given{DSN: dsn}, URL: address}
}

// Installed is a dependency with a PostgreSQL of this machine behind its gate, which is thrown away when the lab ends, for Go
// users. Its error is a *fakes.Unavailable where none is installed.
func Installed() (fakes.Dependency, error) {
	p := servers.Postgres{}
	return fakes.Dependency{Fake: Fake{}, Server: p, URL: address}, p.Installed()
}

// Stubbed is a dependency with a stub behind its gate, which answers these statements, for Go users.
func Stubbed(statements ...Statement) fakes.Dependency {
	stub := Stub{Statements: statements, User: "app", Password: "app", Database: "app"}
	return fakes.Dependency{Fake: Fake{}, Server: stub, URL: address}
}

// Make makes the dependency that a lab file describes: a stub, which is the default, an installed server, or a given one.
// User, password and database of the first two are canaries.
func Make(o fakes.Options) (fakes.Dependency, error) {
	d := fakes.Dependency{Fake: Fake{}, URL: address}
	switch {
	case o.Address != "" && o.Server != "":
		return d, errors.New("say server or an address, not both")
	case o.Address != "":
		if o.Stubs != nil {
			return d, errors.New("stubs are for server: stub; a given server answers by itself")
		}
		d.Server = servers.Given{DSN: o.Address}
		// A mistake in the address is its author's, and is said at once.
		_, err := servers.Parse(o.Address)
		return d, err
	case o.Server == "" || o.Server == "stub":
		statements, err := readStubs(o.Stubs)
		d.Server = Stub{Statements: statements, User: minted(o, "user", false), Password: minted(o, "password", true),
			Database: minted(o, "database", false)}
		return d, err
	case o.Server == "installed":
		if o.Stubs != nil {
			return d, errors.New("stubs are for server: stub; an installed server answers by itself")
		}
		p := servers.Postgres{Dir: o.Dir, User: minted(o, "user", false), Password: minted(o, "password", true),
			Database: minted(o, "database", false)}
		d.Server = p
		return d, p.Installed()
	}
	return d, errors.New("want server: stub or installed, or the dsn of a given one, not " + o.Server)
}

func minted(o fakes.Options, where string, secret bool) string {
	if o.Mint == nil {
		return ""
	}
	return o.Mint(where, secret)
}

// address is the URL by which the system reaches the database.
func address(addr string, names map[string]string) string {
	u := url.URL{Scheme: "postgres", Host: addr, Path: "/" + names["database"], RawQuery: "sslmode=disable"}
	if user := names["user"]; user != "" {
		u.User = url.UserPassword(user, names["password"])
	}
	return u.String()
}

var _ fakes.Maker = Make
