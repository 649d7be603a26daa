package graphql

import "github.com/vektah/gqlparser/v2/ast"

// merged is what selection sets have for an object, by response key, in the order of the document.
type merged struct {
	*collector
	object *ast.Definition
	order  []*collected
	byKey  map[string]*collected
	seen   map[string]certainty // of fragments
}

// collected is a field of an answer while its selections are merged.
type collected struct {
	field *ast.Field
	parts []part
	open  bool // none of the places that select it is certain
}

// certainty is how a fragment was seen: a second look at it finds something new only where the first was open and this one is certain.
type certainty int

const (
	unseen certainty = iota
	open
	certain
)

// add adds a selection set. It is open where a variable that is not known may leave it out.
func (m *merged) add(set ast.SelectionSet, isOpen bool) {
	for _, selected := range set {
		switch s := selected.(type) {
		case *ast.Field:
			if there, may := m.included(s.Directives); there {
				m.field(s, isOpen || may)
			}
		case *ast.InlineFragment:
			if there, may := m.included(s.Directives); there && m.applies(m.object, s.TypeCondition) {
				m.add(s.SelectionSet, isOpen || may)
			}
		case *ast.FragmentSpread:
			if there, may := m.included(s.Directives); there {
				m.fragment(m.doc.Fragments.ForName(s.Name), isOpen || may)
			}
		}
	}
}

func (m *merged) fragment(f *ast.FragmentDefinition, isOpen bool) {
	if f == nil || !m.applies(m.object, f.TypeCondition) {
		return
	}
	now := certain
	if isOpen {
		now = open
	}
	if m.seen[f.Name] >= now {
		return
	}
	m.seen[f.Name] = now
	m.add(f.SelectionSet, isOpen)
}

func (m *merged) field(s *ast.Field, isOpen bool) {
	one, ok := m.byKey[s.Alias]
	if !ok {
		one = &collected{field: s, open: true}
		m.byKey[s.Alias] = one
		m.order = append(m.order, one)
	}
	one.open = one.open && isOpen
	one.merge(s.SelectionSet, isOpen)
}

// merge adds what one place selects of the field.
func (one *collected) merge(set ast.SelectionSet, isOpen bool) {
	if len(set) == 0 {
		return
	}
	for i, p := range one.parts {
		if &p.set[0] == &set[0] {
			one.parts[i].open = p.open && isOpen
			return
		}
	}
	one.parts = append(one.parts, part{set, isOpen})
}

// applies tells whether an object is of the type that a fragment is for.
func (c *collector) applies(object *ast.Definition, condition string) bool {
	if condition == "" || condition == object.Name {
		return true
	}
	objects, ok := c.objects[condition]
	if !ok {
		if d := c.named(condition); d != nil {
			objects = set(c.concrete(d))
		}
		c.objects[condition] = objects
	}
	return objects[object.Name]
}
