package decode

import "go.yaml.in/yaml/v3"

// tree makes Nodes of yaml.Nodes and collects what is wrong with them.
type tree struct {
	file     string
	lines    [][]rune
	problems Problems

	open   []*yaml.Node // the anchors whose aliases are being followed
	copies int          // nodes made for aliases so far; -1 when they are too many
}

func (t *tree) pos(y *yaml.Node) Pos { return Pos{File: t.file, Line: y.Line, Col: y.Column} }

func (t *tree) node(y *yaml.Node, depth int) *Node {
	n := &Node{pos: t.pos(y)}
	if depth > maxDepth {
		t.problems.Add(n.pos, tooDeep)
		return n
	}
	if len(t.open) > 0 && t.copies >= 0 {
		t.copies++
	}
	t.refuseTag(y)
	switch y.Kind {
	case yaml.AliasNode:
		return t.alias(y, depth)
	case yaml.ScalarNode:
		t.scalar(n, y)
	case yaml.SequenceNode:
		n.kind = List
		for _, item := range y.Content {
			n.items = append(n.items, t.node(item, depth+1))
		}
	case yaml.MappingNode:
		n.kind = Map
		t.fields(n, y, depth)
	}
	return n
}

func (t *tree) refuseTag(y *yaml.Node) {
	if y.Style&yaml.TaggedStyle != 0 {
		t.problems.Add(t.pos(y), "tags such as %s are not read here; quote the value if the ! is part of it", y.Tag)
	}
}

func (t *tree) scalar(n *Node, y *yaml.Node) {
	n.quoted = y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	if !n.quoted && isNull(y.Value) {
		if y.Anchor != "" {
			t.problems.Add(n.pos, "nothing after &%s; quote the value if the & is part of it", y.Anchor)
		}
		return
	}
	n.kind, n.text = Scalar, y.Value
}

// alias follows an alias to what its anchor names. What is found keeps the position of the anchor, where it is written.
func (t *tree) alias(y *yaml.Node, depth int) *Node {
	for _, open := range t.open {
		if open == y.Alias {
			t.problems.Add(t.pos(y), "*%s stands for something that contains it", y.Value)
			return &Node{pos: t.pos(y)}
		}
	}
	if t.copies > maxNodes {
		t.problems.Add(t.pos(y), "the aliases (*) of this file stand for more than %d values", maxNodes)
		t.copies = -1
	}
	if t.copies < 0 {
		return &Node{pos: t.pos(y)}
	}
	t.open = append(t.open, y.Alias)
	n := t.node(y.Alias, depth)
	t.open = t.open[:len(t.open)-1]
	return n
}

func (t *tree) fields(n *Node, y *yaml.Node, depth int) {
	seen := map[string]Pos{}
	var strays []*yaml.Node // that follow the last field
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		if y.Style&yaml.FlowStyle != 0 && t.isStray(k, v) {
			strays = append(strays, k)
			continue
		}
		t.refuseStrays(n, strays)
		strays = nil
		key, value := t.key(k), t.node(v, depth+1)
		if key == nil {
			continue
		}
		noteTwice(seen, key, &t.problems)
		n.fields = append(n.fields, Field{Key: key, Value: value})
	}
	t.refuseStrays(n, strays)
}

// key returns a key as a scalar, whatever it looks like: null: is the key "null". It returns nil for what cannot be a key.
func (t *tree) key(y *yaml.Node) *Node {
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	t.refuseTag(y)
	plain := y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0
	switch {
	case y.Kind != yaml.ScalarNode:
		t.problems.Add(t.pos(y), "a key must be text; quote it if it begins with { or [")
		return nil
	case plain && y.Value == "<<":
		t.problems.Add(t.pos(y), "merge keys (<<) are not read here; write the fields out")
		return nil
	case plain && y.Value == "":
		t.problems.Add(t.pos(y), `no key before the colon; write "": for an empty one`)
		return nil
	}
	return &Node{kind: Scalar, pos: t.pos(y), text: y.Value, quoted: !plain}
}

// noteTwice notes a problem if the key has been seen in this map.
func noteTwice(seen map[string]Pos, key *Node, problems *Problems) {
	if first, twice := seen[key.text]; twice {
		problems.Add(key.pos, "%q is given twice in this map, first on line %d", key.text, first.Line)
		return
	}
	seen[key.text] = key.pos
}
