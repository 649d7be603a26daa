package decode

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Reader is a type that reads itself. An error that is a Problem or Problems keeps its positions; any other gets the
// position of the node. A struct that embeds a Reader is one too, by Go's rules, and then reads nothing of its own.
type Reader interface {
	ReadNode(n *Node) error
}

// Into reads the node into the value that v points to, and returns all that is wrong as Problems.
//
// A field of a struct has the name of its json tag, else its Go name in kebab case (AtMost is at-most); embedded structs
// are part of the struct around them. Fields that a file does not mention keep their values. The tag decode knows:
//
//	must   the field has to be there
//	one    a list may be written as its only entry
//	short  what is not a map stands for this field alone
//	pos    a Pos that is filled with the position of the node
//
// Text fields take the text of any scalar as it is written. A time.Duration has a unit and is not negative. A pointer stays
// nil when its key is absent and becomes nil for null; any takes what Node.Any returns, and *Node the node itself. A Reader
// reads itself whatever the kind, an encoding.TextUnmarshaler a scalar.
func (n *Node) Into(v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return Problems{{Pos: n.Pos(), What: fmt.Sprintf("read into a Go %T: want a pointer", v)}}
	}
	var d decoder
	d.value(n, target.Elem(), "")
	return d.problems.Err()
}

// decoder collects what is wrong while a tree is read. It goes on after every problem.
type decoder struct {
	problems Problems
}

// value reads a node into a value. The key is the one before the node, or "".
func (d *decoder) value(n *Node, v reflect.Value, key string) {
	if n == nil {
		n = &Node{}
	}
	if v.Kind() == reflect.Pointer {
		d.pointer(n, v, key)
		return
	}
	if reader, ok := v.Addr().Interface().(Reader); ok {
		d.problems.Join(reader.ReadNode(n), n.pos)
		return
	}
	if n.kind == Null && v.Kind() != reflect.Interface {
		d.nothing(n, v, key)
		return
	}
	if unmarshaler, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(n, unmarshaler)
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		d.plain(n, v)
	case reflect.Struct:
		d.structure(n, v)
	case reflect.Slice:
		d.list(n, v)
	case reflect.Map:
		d.mapping(n, v)
	default:
		d.scalar(n, v)
	}
}

// plain reads into an any.
func (d *decoder) plain(n *Node, v reflect.Value) {
	if v.NumMethod() > 0 {
		d.problems.Add(n.pos, "nothing can be read into a Go %s", v.Type())
		return
	}
	v.SetZero()
	if plain := n.Any(); plain != nil {
		v.Set(reflect.ValueOf(plain))
	}
}

func (d *decoder) pointer(n *Node, v reflect.Value, key string) {
	switch {
	case v.Type() == reflect.TypeFor[*Node]():
		v.Set(reflect.ValueOf(n))
	case n.kind == Null:
		v.SetZero()
	default:
		fresh := reflect.New(v.Type().Elem())
		d.value(n, fresh.Elem(), key)
		v.Set(fresh)
	}
}

func (d *decoder) nothing(n *Node, v reflect.Value, key string) {
	if key != "" {
		d.problems.Add(n.pos, "nothing after %q", key)
		return
	}
	d.problems.Add(n.pos, "want %s, not nothing", wanted(v.Type()))
}

func (d *decoder) list(n *Node, v reflect.Value) {
	if n.kind != List {
		d.wrong(n, "a list"+listHint(n))
		return
	}
	d.items(n.items, v)
}

// listHint is for a command line that is written as one text.
func listHint(n *Node) string {
	if words := strings.Fields(n.text); n.kind == Scalar && len(words) > 1 && !strings.ContainsAny(n.text, "\"'\n,") {
		return " such as [" + strings.Join(words, ", ") + "]"
	}
	return ""
}

func (d *decoder) items(items []*Node, v reflect.Value) {
	list := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		d.value(item, list.Index(i), "")
	}
	v.Set(list)
}

func (d *decoder) mapping(n *Node, v reflect.Value) {
	if n.kind != Map {
		d.wrong(n, "a map")
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), len(n.fields))
	for _, f := range n.fields {
		key := reflect.New(v.Type().Key()).Elem()
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(f.Key, key, "")
		d.value(f.Value, value, f.Key.text)
		if key.Comparable() {
			m.SetMapIndex(key, value)
		}
	}
	v.Set(m)
}

// wrong notes that a node is not what is wanted.
func (d *decoder) wrong(n *Node, want string) {
	if n.kind == Scalar {
		hint := ""
		if want == Map.String() && !n.quoted {
			hint = spaceHint(n.text)
		}
		d.problems.Add(n.pos, "want %s, not %q%s", want, n.text, hint)
		return
	}
	d.problems.Add(n.pos, "want %s, not %s", want, n.kind)
}

// spaceHint is for a key and its value that were written without a space between them.
func spaceHint(text string) string {
	key, value, found := strings.Cut(text, ":")
	if !found || key == "" || value == "" || strings.HasPrefix(value, "//") || strings.ContainsAny(key, " \n") {
		return ""
	}
	return "; write a space after the colon: " + key + ": " + value
}

// wanted says what a type is read from.
func wanted(t reflect.Type) string {
	if t == reflect.TypeFor[time.Duration]() {
		return aDuration
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return Map.String()
	case reflect.Slice:
		return List.String()
	case reflect.Bool:
		return aBool
	case reflect.Float32, reflect.Float64:
		return aNumber
	case reflect.String:
		return Scalar.String()
	}
	return aWhole
}
