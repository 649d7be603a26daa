// Package kinds is the list of fakes: one line a kind.
package kinds

import (
	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/fakes/overtls"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/fakes/tcp"
)

// All gives every kind of dependency its name.
func All() map[string]fakes.Entry {
	return map[string]fakes.Entry{
		"http":     {Kind: overtls.Kind(httpapi.Fake{}.Describe()), Make: overtls.Make(httpapi.Make)},
		"postgres": {Kind: postgres.Fake{}.Describe(), Make: postgres.Make, Sketch: postgres.Sketch},
		"tcp":      {Kind: tcp.Fake{}.Describe(), Make: tcp.Make},
	}
}
