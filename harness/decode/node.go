package decode

import "bytes"

// Kind says what a Node is.
type Kind int

// The kinds of nodes. Null is also a key with nothing behind it.
const (
	Null Kind = iota
	Scalar
	List
	Map
)

// String returns how messages speak of the kind.
func (k Kind) String() string {
	switch k {
	case Scalar:
		return "text"
	case List:
		return "a list"
	case Map:
		return "a map"
	}
	return "nothing"
}

// Node is one place in a file and what stands there: nothing, a scalar, a list or a map. A Node never changes; every
// function that edits one returns a copy. A nil Node behaves as a null at an unknown place, so that lookups can be chained.
type Node struct {
	kind   Kind
	pos    Pos
	text   string // of a scalar
	quoted bool
	items  []*Node
	fields []Field
}

// Field is a key of a map, which is always a scalar, and the value behind it.
type Field struct {
	Key   *Node
	Value *Node
}

// Pos returns where the node begins. A map written as a block begins at its first key.
func (n *Node) Pos() Pos {
	if n == nil {
		return Pos{}
	}
	return n.pos
}

// Kind returns what the node is.
func (n *Node) Kind() Kind {
	if n == nil {
		return Null
	}
	return n.kind
}

// Text returns the text of a scalar as the file has it: 010 is "010" and yes is "yes". Quotes and escapes are undone and
// folded lines joined. It is "" for every other kind.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	return n.text
}

// Quoted reports whether a scalar was written in quotes or as a block, so that Any makes text of it whatever it holds.
func (n *Node) Quoted() bool { return n != nil && n.quoted }

// Items returns the entries of a list, and none for every other kind. The slice is not to be changed.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Fields returns the fields of a map in their order, and none for every other kind. The slice is not to be changed.
func (n *Node) Fields() []Field {
	if n == nil {
		return nil
	}
	return n.fields
}

// Get returns the value behind a key, which is a null Node when nothing stands there, or nil when there is no such key.
func (n *Node) Get(key string) *Node {
	for _, f := range n.Fields() {
		if f.Key.Text() == key {
			return f.Value
		}
	}
	return nil
}

// Keys returns the keys of a map in their order.
func (n *Node) Keys() []string {
	var keys []string
	for _, f := range n.Fields() {
		keys = append(keys, f.Key.Text())
	}
	return keys
}

// Equal reports whether two nodes hold the same data in the same order, wherever they stand.
func (n *Node) Equal(other *Node) bool {
	var a, b bytes.Buffer
	n.writeJSON(&a)
	other.writeJSON(&b)
	return bytes.Equal(a.Bytes(), b.Bytes())
}
