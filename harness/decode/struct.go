package decode

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// member is a field of a struct as files know it.
type member struct {
	name             string
	index            []int
	must, one, short bool
}

// members returns the fields of a struct, those of embedded structs among them, and the positions it asks for.
func members(t reflect.Type, path []int) (fields []member, positions [][]int) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(path), i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		tags := strings.Split(f.Tag.Get("decode"), ",")
		switch {
		case f.Type == reflect.TypeFor[Pos]() && slices.Contains(tags, "pos"):
			positions = append(positions, index)
			continue
		case f.Anonymous && f.Type.Kind() == reflect.Struct && name == "":
			inner, more := members(f.Type, index)
			fields, positions = append(fields, inner...), append(positions, more...)
			continue
		case !f.IsExported():
			continue
		case name == "-":
			continue
		case name == "":
			name = kebab(f.Name)
		}
		fields = append(fields, member{
			name: name, index: index,
			must:  slices.Contains(tags, "must"),
			one:   slices.Contains(tags, "one"),
			short: slices.Contains(tags, "short"),
		})
	}
	return fields, positions
}

func (d *decoder) structure(n *Node, v reflect.Value) {
	known, positions := members(v.Type(), nil)
	// As in Go, a field hides those of the same name in embedded structs.
	slices.SortStableFunc(known, func(a, b member) int { return len(a.index) - len(b.index) })
	for _, index := range positions {
		v.FieldByIndex(index).Set(reflect.ValueOf(n.pos))
	}
	given := map[string]bool{}
	if n.kind == Map {
		d.fields(n, v, known, given)
	} else {
		short := slices.IndexFunc(known, func(m member) bool { return m.short })
		if short < 0 {
			d.wrong(n, Map.String())
			return
		}
		given[known[short].name] = true
		d.member(n, v, known[short], "")
	}
	for _, m := range known {
		if m.must && !given[m.name] {
			d.problems.Add(n.pos, "field %q is missing", m.name)
		}
	}
}

func (d *decoder) fields(n *Node, v reflect.Value, known []member, given map[string]bool) {
	for _, f := range n.fields {
		i := slices.IndexFunc(known, func(m member) bool { return m.name == f.Key.text })
		if i < 0 {
			var names []string
			for _, m := range known {
				names = append(names, m.name)
			}
			d.problems.Add(f.Key.pos, "unknown field %q%s", f.Key.text, DidYouMean(f.Key.text, names))
			continue
		}
		given[f.Key.text] = true
		d.member(f.Value, v, known[i], f.Key.text)
	}
}

func (d *decoder) member(n *Node, v reflect.Value, m member, key string) {
	field := v.FieldByIndex(m.index)
	_, readsItself := field.Addr().Interface().(Reader)
	if m.one && field.Kind() == reflect.Slice && n.kind != List && n.kind != Null && !readsItself {
		d.items([]*Node{n}, field)
		return
	}
	d.value(n, field, key)
}

// kebab returns a Go name as files write it: AtMost is at-most, and URLPath is url-path.
func kebab(name string) string {
	var out strings.Builder
	letters := []rune(name)
	for i, c := range letters {
		begins := i > 0 && unicode.IsUpper(c) &&
			(!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]))
		if begins {
			out.WriteByte('-')
		}
		out.WriteRune(unicode.ToLower(c))
	}
	return out.String()
}
