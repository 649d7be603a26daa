package decode

import "slices"

// NewScalar returns a scalar as if it stood in a file without quotes: "5" is a number where a number is wanted. It is never
// null: the empty text and the words for null are text.
func NewScalar(pos Pos, text string) *Node {
	return &Node{kind: Scalar, pos: pos, text: text, quoted: isNull(text)}
}

// NewText returns a scalar as if it stood in a file in quotes: it is text whatever it holds.
func NewText(pos Pos, text string) *Node {
	return &Node{kind: Scalar, pos: pos, text: text, quoted: true}
}

// NewMap returns a map of the given fields, in their order. The keys must be scalars, each another one.
func NewMap(pos Pos, fields ...Field) *Node {
	return &Node{kind: Map, pos: pos, fields: slices.Clone(fields)}
}

// Without returns a copy of a map that lacks the given keys. Nodes that are no maps are returned as they are.
func Without(n *Node, keys ...string) *Node {
	return filter(n, func(key string) bool { return !slices.Contains(keys, key) })
}

// Only returns a copy of a map that has nothing but the given keys, as far as they are there. Nodes that are no maps are
// returned as they are.
func Only(n *Node, keys ...string) *Node {
	return filter(n, func(key string) bool { return slices.Contains(keys, key) })
}

func filter(n *Node, keep func(key string) bool) *Node {
	if n.Kind() != Map {
		return n
	}
	kept := *n
	kept.fields = nil
	for _, f := range n.fields {
		if keep(f.Key.Text()) {
			kept.fields = append(kept.fields, f)
		}
	}
	return &kept
}

// Expand returns a copy in which the names in all scalars, quoted or not, are replaced as the function Expand does. Keys stay
// as they are. What was quoted stays text; what was not may become a number or a bool, but never null. The error is a
// Problems of all that f refused, at the scalar the name is in unless f says where. Names are passed with that place.
func (n *Node) Expand(f func(name string, pos Pos) (string, error)) (*Node, error) {
	var problems Problems
	expanded := n.expand(f, &problems)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return expanded, nil
}

func (n *Node) expand(f func(string, Pos) (string, error), problems *Problems) *Node {
	if n == nil {
		return nil
	}
	e := *n
	switch n.kind {
	case Scalar:
		text, err := Expand(n.text, func(name string) (string, error) { return f(name, n.pos) })
		problems.Join(err, n.pos)
		e.text = text
		e.quoted = n.quoted || isNull(text)
	case List:
		e.items = make([]*Node, len(n.items))
		for i, item := range n.items {
			e.items[i] = item.expand(f, problems)
		}
	case Map:
		e.fields = make([]Field, len(n.fields))
		for i, field := range n.fields {
			e.fields[i] = Field{Key: field.Key, Value: field.Value.expand(f, problems)}
		}
	}
	return &e
}
