package graphql

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// collector collects the fields of selections for each concrete type (section 6.3.2, CollectFields).
//
// What it has collected it keeps, so that the types that share a field of an interface share its selection too: the work grows with
// the document and the number of types, never with the number of ways that lead to a selection.
type collector struct {
	*Schema
	doc      *ast.QueryDocument
	values   map[string]any             // of variables that are known
	defaults map[string]*ast.Value      // of variables
	known    map[string]selected        // by the type and the parts that it was collected of
	numbers  map[string]int             // of selections, by what is in them
	objects  map[string]map[string]bool // of a type condition: the object types that it applies to
}

// selected is a Selection with its number: those that say the same have the same.
type selected struct {
	Selection
	number int
}

// part is one of the selection sets that are merged; it is open where its field need not be there by it.
type part struct {
	set  ast.SelectionSet
	open bool
}

func newCollector(s *Schema, doc *ast.QueryDocument, values map[string]any) *collector {
	return &collector{Schema: s, doc: doc, values: values, defaults: map[string]*ast.Value{}, known: map[string]selected{},
		numbers: map[string]int{}, objects: map[string]map[string]bool{}}
}

// selection gives the fields of a value of a type, by its concrete types; those that have the same are one Shape.
func (c *collector) selection(d *ast.Definition, parts []part) selected {
	key := d.Name
	if len(parts) == 1 {
		parts = []part{{set: parts[0].set}} // the only place of it: it is there whenever the field is
	}
	for _, p := range parts {
		key += fmt.Sprintf(" %p %t", &p.set[0], p.open)
	}
	if out, ok := c.known[key]; ok {
		return out
	}
	var out Selection
	var texts []string
	same := map[string]int{}
	for _, name := range c.concrete(d) {
		fields, text := c.fields(c.named(name), parts)
		i, ok := same[text]
		if !ok {
			i, same[text] = len(out), len(out)
			out, texts = append(out, Shape{Fields: fields}), append(texts, text)
		}
		out[i].Types = append(out[i].Types, name)
	}
	for i, shape := range out {
		texts[i] = strings.Join(shape.Types, " ") + "{" + texts[i] + "}"
	}
	done := selected{out, c.number(strings.Join(texts, ""))}
	c.known[key] = done
	return done
}

// number is that of a selection which is written so.
func (c *collector) number(text string) int {
	n, ok := c.numbers[text]
	if !ok {
		n = len(c.numbers)
		c.numbers[text] = n
	}
	return n
}

// fields are those that an object of a concrete type has. The text is the same for types of which all is the same.
func (c *collector) fields(object *ast.Definition, parts []part) ([]Field, string) {
	m := merged{collector: c, object: object, byKey: map[string]*collected{}, seen: map[string]certainty{}}
	for _, p := range parts {
		m.add(p.set, p.open)
	}
	out := make([]Field, 0, len(m.order))
	var text strings.Builder
	for _, one := range m.order {
		f, number := c.field(object, one)
		out = append(out, f)
		text.WriteString(f.Key + ":" + f.Name + ":" + string(f.Type) + ":" + strconv.FormatBool(f.Maybe) + ":" + strconv.Itoa(number) + " ")
	}
	return out, text.String()
}

// field is one that was collected; the number is that of its selection.
func (c *collector) field(object *ast.Definition, one *collected) (f Field, number int) {
	f = Field{Key: one.field.Alias, Name: one.field.Name, Maybe: one.open}
	if f.Name == "__typename" {
		f.Type, f.Scalar = "String!", true
		return f, 0
	}
	def := object.Fields.ForName(f.Name)
	if def == nil {
		def = one.field.Definition // of introspection
	}
	f.Type = Type(def.Type.String())
	switch named := c.named(def.Type.Name()); named.Kind {
	case ast.Scalar:
		f.Scalar = true
	case ast.Enum:
		f.Values = valuesOf(named)
	default:
		inner := c.selection(named, one.parts)
		f.Of, number = inner.Selection, inner.number
	}
	return f, number
}

// valuesOf are the names of the values of an enum.
func valuesOf(enum *ast.Definition) []string {
	all := make([]string, 0, len(enum.EnumValues))
	for _, v := range enum.EnumValues {
		all = append(all, v.Name)
	}
	return all
}
