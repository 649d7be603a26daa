package decode

import (
	"encoding"
	"reflect"
	"slices"
)

// Key is a field of a struct as files know it, and what the struct says of it by its tags: doc is what it means, default what
// holds where it is left out, and example a value as a file would have it.
type Key struct {
	Name string
	Type reflect.Type
	Must bool // it has to be there
	One  bool // a list may be written as its only entry
	// Short: what is not a map stands for this field alone.
	Short bool

	Doc, Default, Example string
}

// Keys are the fields that files may have for a struct, or for what points to one or lists it; those of embedded structs are among
// them. Other types have none.
func Keys(t reflect.Type) []Key {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	asText := reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[Node]() || asText {
		return nil
	}
	known, _ := members(t, nil)
	slices.SortStableFunc(known, func(a, b member) int { return len(a.index) - len(b.index) })
	var keys []Key
	for _, m := range known {
		if slices.ContainsFunc(keys, func(k Key) bool { return k.Name == m.name }) {
			continue // hidden by a field that is less deep
		}
		f := t.FieldByIndex(m.index)
		keys = append(keys, Key{
			Name: m.name, Type: f.Type, Must: m.must, One: m.one, Short: m.short,
			Doc: f.Tag.Get("doc"), Default: f.Tag.Get("default"), Example: f.Tag.Get("example"),
		})
	}
	return keys
}

// About is what a kind says of itself: what it does, in sentences of which the first stands alone in lists, and how a file writes it.
type About struct{ Doc, Example string }

// Telling is a kind that says what it is.
type Telling interface{ About() About }
