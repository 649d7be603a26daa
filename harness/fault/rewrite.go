package fault

import (
	"errors"
	"fmt"
)

// Rewrites changes the replies of the real backend, place by place.
type Rewrites struct {
	Scope
	Which
	Patches []Patch `json:"patches" decode:"must,one"`
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
