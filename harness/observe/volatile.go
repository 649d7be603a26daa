package observe

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Volatile learns at which places the good answers of one request differ: times, counters, ids, cursors. What differs without a fault
// says nothing under one. Its zero value has seen nothing.
type Volatile struct {
	first  any
	seen   bool
	places map[string]bool
}

const (
	mostVolatile = 64 << 10 // bytes of a body that is compared
	mostPlaces   = 500
)

// See takes one more good answer. A body that is no JSON, or long, teaches nothing.
func (v *Volatile) See(body []byte) {
	var now any
	if len(body) > mostVolatile || json.Unmarshal(body, &now) != nil {
		return
	}
	if !v.seen {
		v.first, v.seen, v.places = now, true, map[string]bool{}
		return
	}
	v.differ("", v.first, now)
}

// Places lists JSON Pointers in which * stands for any index of an array (RFC 6901, but for that), sorted.
func (v *Volatile) Places() []string { return slices.Sorted(maps.Keys(v.places)) }

func (v *Volatile) differ(at string, a, b any) {
	if len(v.places) >= mostPlaces || v.places[at] {
		return
	}
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			for k := range x {
				if _, both := y[k]; both {
					v.differ(at+"/"+EscapePointer(k), x[k], y[k])
				}
			}
			return
		}
	case []any:
		if y, ok := b.([]any); ok {
			if len(x) != len(y) {
				v.places[at] = true
				return
			}
			for i := range x {
				v.differ(at+"/*", x[i], y[i])
			}
			return
		}
	case nil, bool, float64, string:
		if a == b { // neither is an object or an array, which cannot be compared so
			return
		}
	}
	v.places[at] = true
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// EscapePointer writes a member's name as a part of a JSON Pointer (RFC 6901, 3).
func EscapePointer(name string) string { return pointerEscapes.Replace(name) }
