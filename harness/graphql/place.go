package graphql

import (
	"fmt"
	"slices"
	"strings"
)

// place is a position of an answer: what the operation selects there, and what the data has.
type place struct {
	field *Field // nil: the root
	typ   Type   // of this position: of an element where the path ends in an index
	of    Selection
	value any
	known bool // the value is there; it is not below a null
}

// nullable tells whether null may stand at the position.
func (p place) nullable() bool { return p.field == nil || !p.typ.NonNull() }

// places gives the positions along a path, from the root on; why says which step leads nowhere.
func (o Operation) places(data any, path []any) (all []place, why string) {
	here := place{of: o.Root, value: data, known: true}
	all = append(all, here)
	for i, step := range path {
		next, why := here.step(step)
		if why != "" {
			return all, fmt.Sprintf("%s: %s", written(path[:i+1]), why)
		}
		here = next
		all = append(all, here)
	}
	return all, ""
}

// step goes on by a key or an index.
func (p place) step(by any) (place, string) {
	if key, ok := by.(string); ok {
		return p.key(key)
	}
	index, _ := by.(int)
	elem, isList := p.typ.Elem()
	if p.field == nil || !isList {
		return p, "an index leads into what is no list"
	}
	next := place{field: p.field, typ: elem, of: p.of}
	if list, ok := p.value.([]any); ok && p.known {
		if index >= len(list) {
			return p, fmt.Sprintf("the list has %d elements, counted from 0", len(list))
		}
		next.value, next.known = list[index], true
	}
	return next, ""
}

// key goes on to a field. Of several concrete types the one that the value says counts, else any whose keys it has, else any: what is
// selected below the field is then what any of them selects.
func (p place) key(key string) (place, string) {
	if _, isList := p.typ.Elem(); isList {
		return p, "a key leads into a list; the index is missing"
	}
	if len(p.of) == 0 {
		return p, "a key leads into what is no object"
	}
	object, _ := p.value.(map[string]any)
	value, has := object[key]
	next := place{value: value, known: has && p.known}
	for _, s := range p.of.likely(object) {
		i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Key == key })
		switch {
		case i < 0:
		case next.field == nil:
			next.field, next.typ, next.of = &s.Fields[i], s.Fields[i].Type, s.Fields[i].Of
		default:
			next.of = append(slices.Clip(next.of), s.Fields[i].Of...)
		}
	}
	if next.field == nil {
		return p, "the operation selects no such field" + p.of.called(key)
	}
	return next, ""
}

// likely are the shapes that a value may have and whose keys it has; all that it may have where it has the keys of none.
func (s Selection) likely(object map[string]any) Selection {
	all := s.shapes(object)
	if len(all) < 2 {
		return all
	}
	var same Selection
	for _, shape := range all {
		if sameKeys(object, shape) {
			same = append(same, shape)
		}
	}
	if len(same) > 0 {
		return same
	}
	return all
}

// shapes are those that a value may have: the one of its __typename where that is selected, else all.
func (s Selection) shapes(object map[string]any) Selection {
	if len(s) == 1 {
		return s
	}
	for _, shape := range s {
		for _, f := range shape.Fields {
			name, told := object[f.Key].(string)
			if f.Name != "__typename" || !told {
				continue
			}
			var own Selection
			for _, other := range s {
				if slices.Contains(other.Types, name) {
					own = append(own, other)
				}
			}
			if len(own) > 0 {
				return own
			}
		}
	}
	return s
}

// called says that a name is that of a field which the answer calls otherwise.
func (s Selection) called(name string) string {
	for _, shape := range s {
		for _, f := range shape.Fields {
			if f.Name == name {
				return fmt.Sprintf("; the answer calls it %s", f.Key)
			}
		}
	}
	return ""
}

// nulled is how many steps of a path lead to the nearest position that may be null, from its end up (section 6.4.4).
func nulled(places []place) int {
	k := len(places) - 1
	for k > 0 && !places[k].nullable() {
		k--
	}
	return k
}

// written writes a path as people do: orders[0].total; data for the root.
func written(path []any) string {
	var b strings.Builder
	for i, step := range path {
		if n, ok := step.(int); ok {
			fmt.Fprintf(&b, "[%d]", n)
			continue
		}
		if i > 0 {
			b.WriteByte('.')
		}
		fmt.Fprint(&b, step)
	}
	if b.Len() == 0 {
		return "data"
	}
	return b.String()
}

// position tells positions apart: the root is "", for a root field may be called data.
func position(path []any) string {
	if len(path) == 0 {
		return ""
	}
	return written(path)
}

// trail is the way to a value while data is walked through; it costs nothing until somebody asks for its text.
type trail []hop

// hop is one step: into a field, or to an element.
type hop struct {
	key     string
	index   int
	isIndex bool
}

func (t trail) String() string { return written(t.path()) }

func (t trail) path() []any {
	path := make([]any, len(t))
	for i, h := range t {
		path[i] = h.key
		if h.isIndex {
			path[i] = h.index
		}
	}
	return path
}
