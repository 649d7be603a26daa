package harness

import (
	"net/http"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/fakes/tcp"
)

// Dependency is something that the system calls, with a gate before it that faults go through.
type Dependency = fakes.Dependency

// What a stub of PostgreSQL answers.
type (
	Statement = postgres.Statement
	Column    = postgres.Column
	Cell      = postgres.Cell
)

// Postgres is a database that runs already.
func Postgres(dsn string) Dependency { return postgres.Before(dsn) }

// InstalledPostgres is a PostgreSQL of this machine, started for the lab and thrown away with it. Its error says that there is none.
func InstalledPostgres() (Dependency, error) { return postgres.Installed() }

// StubPostgres is a database that answers these statements and keeps nothing.
func StubPostgres(statements ...Statement) Dependency { return postgres.Stubbed(statements...) }

// Row makes a row of a stub; $1 stands for the first parameter.
func Row(values ...any) []Cell { return postgres.Row(values...) }

// HTTP is an HTTP API that h plays. What it carries out is counted: an Effect on it asks `POST /charges`.
func HTTP(h http.Handler) Dependency { return httpapi.Handler(h) }

// HTTPAt is an HTTP API that runs already, at an http or https URL or host:port.
func HTTPAt(address string) Dependency { return httpapi.Forward(address) }

// TCP is anything that runs already at host:port, whatever it speaks.
func TCP(address string) Dependency { return tcp.Before(address) }

// PostgresFaults are the usual troubles of a database, and everything that a PostgreSQL server says by name.
func PostgresFaults(on string) []Fault { return postgres.Faults(on) }

// HTTPFaults are the usual troubles of an HTTP API, and everything that APIs, and the proxies before them, say by name.
func HTTPFaults(on string) []Fault { return httpapi.Faults(on) }
