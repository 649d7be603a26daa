package graphql

import (
	"fmt"
	"math"
	"slices"
)

// mostBreaches is how many breaches of one kind are told of one answer.
const mostBreaches = 20

const citeValues = "GraphQL specification 6.4.3"

// Conforms lists where data is not what the operation selects, in the types of the schema. At most 20 are told.
func (o Operation) Conforms(a Answer) []Breach {
	if !a.HasData || a.Data == nil {
		return nil
	}
	c := conforming{most: mostBreaches}
	c.object(a.Data, o.Root)
	return c.breaches
}

// conforming walks through data; path is where it is.
type conforming struct {
	path     trail
	breaches []Breach
	most     int
}

func (c *conforming) full() bool { return len(c.breaches) >= c.most }

func (c *conforming) bad(rule, format string, args ...any) {
	if !c.full() {
		c.breaches = append(c.breaches, Breach{Rule: rule, At: c.path.String(), Reason: fmt.Sprintf(format, args...), Cite: citeValues})
	}
}

// value holds a value against a type.
func (c *conforming) value(v any, f *Field, t Type) {
	if v == nil {
		if t.NonNull() {
			c.bad("null", "it is null, and its type is %s", t)
		}
		return
	}
	if elem, isList := t.Elem(); isList {
		list, ok := v.([]any)
		if !ok {
			c.bad("list", "it is no list, and its type is %s", t)
			return
		}
		for i, inner := range list {
			c.path = append(c.path, hop{index: i, isIndex: true})
			c.value(inner, f, elem)
			c.path = c.path[:len(c.path)-1]
			if c.full() {
				return
			}
		}
		return
	}
	switch {
	case len(f.Of) > 0:
		c.object(v, f.Of)
	case len(f.Values) > 0:
		if name, ok := v.(string); !ok || !slices.Contains(f.Values, name) {
			c.bad("enum", "%s is no value of %s", short(v), t.Named())
		}
	case !scalar(v, t.Named()):
		c.bad("scalar", "%s is no %s", short(v), t.Named())
	}
}

// object holds an object against what is selected of it.
func (c *conforming) object(v any, of Selection) {
	object, ok := v.(map[string]any)
	if !ok {
		c.bad("object", "it is no object")
		return
	}
	shapes := of.shapes(object)
	if len(shapes) == 0 {
		return
	}
	if len(shapes) == 1 {
		c.fields(object, shapes[0])
		return
	}
	best := shapes[0]
	for _, s := range shapes {
		try := conforming{path: c.path, most: 1}
		try.fields(object, s)
		if len(try.breaches) == 0 {
			return
		}
		if sameKeys(object, s) {
			best = s
		}
	}
	c.fields(object, best)
}

// fields holds an object against one shape.
func (c *conforming) fields(object map[string]any, s Shape) {
	found := 0
	for i := range s.Fields {
		f := &s.Fields[i]
		v, has := object[f.Key]
		c.path = append(c.path, hop{key: f.Key})
		switch {
		case has:
			found++
			c.value(v, f, f.Type)
		case !f.Maybe:
			c.bad("missing", "it was selected, and is not there")
		}
		c.path = c.path[:len(c.path)-1]
		if c.full() {
			return
		}
	}
	if found == len(object) {
		return
	}
	for _, key := range sortedKeys(object) {
		if !slices.ContainsFunc(s.Fields, func(f Field) bool { return f.Key == key }) {
			c.path = append(c.path, hop{key: key})
			c.bad("extra", "it was not selected")
			c.path = c.path[:len(c.path)-1]
		}
	}
}

func sameKeys(object map[string]any, s Shape) bool {
	return len(object) == len(s.Fields) && !slices.ContainsFunc(s.Fields, func(f Field) bool { _, has := object[f.Key]; return !has })
}

// scalar tells whether a value may stand for a scalar (section 3.5). An ID is a text; that some write it as a number is let pass. Of a
// scalar that a schema defines anything may.
func scalar(v any, name string) bool {
	number, isNumber := v.(float64)
	switch name {
	case "Int":
		return isNumber && number == math.Trunc(number) && number >= math.MinInt32 && number <= math.MaxInt32
	case "Float":
		return isNumber
	case "String":
		_, ok := v.(string)
		return ok
	case "Boolean":
		_, ok := v.(bool)
		return ok
	case "ID":
		_, ok := v.(string)
		return ok || isNumber && number == math.Trunc(number)
	}
	return true
}
