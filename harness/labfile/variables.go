package labfile

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/graphql"
)

// variable is the value of a variable of an operation: as the request says, else as the section says for the operation, else as it
// says for all; nil: nobody says.
func (o *operations) variable(operation, name string, own *decode.Node) *decode.Node {
	for _, n := range []*decode.Node{own.Get(name), o.Variables.Get(operation).Get(name)} {
		if n != nil {
			return n
		}
	}
	if n := o.Variables.Get(name); n != nil && name != operation {
		return n
	}
	return nil
}

// calls is how many calls of dependencies an operation may make; 0: not said.
func (o *operations) calls(operation string) int {
	n := o.Calls
	if n.Kind() == decode.Map {
		n = n.Get(operation)
	}
	most, _ := strconv.Atoi(n.Text())
	return most
}

// values are what the section says of arguments, for operations that are made: NAME or FIELD.NAME.
func (o *operations) values() map[string]any {
	all := map[string]any{}
	for _, f := range o.Variables.Fields() {
		all[f.Key.Text()] = f.Value.Any()
		for _, inner := range f.Value.Fields() {
			all[f.Key.Text()+"."+inner.Key.Text()] = inner.Value.Any()
		}
	}
	return all
}

// misspelt finds variables, bounds and mutations that no operation has.
func (o *operations) misspelt(written []graphql.Written, bad *decode.Problems) {
	var variables []string
	for _, w := range written {
		for _, v := range w.Variables {
			variables = append(variables, v.Name)
		}
	}
	known := append(called(written), variables...)
	for _, f := range o.Variables.Fields() {
		name, made := f.Key.Text(), len(o.documents) == 0 // operations that are made may have it below their root
		if !made && !slices.Contains(known, name) {
			bad.Add(f.Key.Pos(), "no operation is called %q or has such a variable%s", name, decode.DidYouMean(name, known))
		}
	}
	if o.Calls.Kind() == decode.Map {
		for _, f := range o.Calls.Fields() {
			if name := f.Key.Text(); !slices.Contains(called(written), name) {
				bad.Add(f.Key.Pos(), "unknown operation %q%s", name, decode.DidYouMean(name, called(written)))
			}
		}
	}
}

func called(written []graphql.Written) []string {
	var all []string
	for _, w := range written {
		all = append(all, calledAs(w))
	}
	return all
}

// stem is the name of a file without its folder and what follows the first dot.
func stem(file string) string {
	name, _, _ := strings.Cut(path.Base(file), ".")
	return name
}
