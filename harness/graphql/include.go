package graphql

import "github.com/vektah/gqlparser/v2/ast"

// included tells whether @skip and @include let a selection be there, and whether that is open.
func (c *collector) included(all ast.DirectiveList) (there, open bool) {
	for _, d := range all {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		arg := d.Arguments.ForName("if")
		if arg == nil {
			continue
		}
		is, known := c.boolean(arg.Value)
		switch {
		case !known:
			open = true
		case is == (d.Name == "skip"):
			return false, false
		}
	}
	return true, open
}

// boolean is the value of an argument that is a Boolean, as far as it is known.
func (c *collector) boolean(v *ast.Value) (is, known bool) {
	if v.Kind == ast.BooleanValue {
		return v.Raw == "true", true
	}
	if v.Kind != ast.Variable {
		return false, false
	}
	if b, ok := c.values[v.Raw].(bool); ok {
		return b, true
	}
	if _, given := c.values[v.Raw]; !given && c.values != nil && c.defaults[v.Raw] != nil {
		return c.boolean(c.defaults[v.Raw])
	}
	return false, false
}
