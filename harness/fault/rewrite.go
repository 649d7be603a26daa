package fault

import (
	"errors"
	"fmt"

	"github.com/failwell/failwell/harness/decode"
)

// Rewrites changes the replies of the real backend, place by place.
type Rewrites struct {
	Scope
	Which
	Patches []Patch `json:"patches" decode:"must,one" doc:"what is changed in the reply" example:"[{at: /total, to: -1}]"`
}

// About describes the fault.
func (Rewrites) About() decode.About {
	return decode.About{
		Doc:     "Changes the real replies, place by place.",
		Example: `rewrite: {on: payments, patches: [{at: /status, to: '"odd"'}]}`,
	}
}

// Injection compiles the fault.
func (f Rewrites) Injection() (Injection, error) {
	if len(f.Patches) == 0 {
		return Injection{}, errors.New("rewrite needs `patches`")
	}
	for _, p := range f.Patches {
		switch {
		case p.At == "":
			return Injection{}, errors.New("a patch needs `at`: a JSON Pointer, a column, or *")
		case p.Op != "" && p.Op != "set" && p.Op != "null" && p.Op != "drop":
			return Injection{}, fmt.Errorf("a patch's op is set, null or drop, not %q", p.Op)
		}
	}
	return rule(f.Scope, f.Which, Effect{Verb: Rewrite, At: Reply, Patches: f.Patches})
}
