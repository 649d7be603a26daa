package scenario

import (
	"regexp"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// ofTables is the word in `vary` that stands for the tables which a request uses, where it uses several: what happens when one of them
// is gone is another question than what happens when all are.
const ofTables = "$tables"

// named finds the tables of a statement (SQL:2016, part 2: <from clause>, <insert statement>, <update statement: searched>).
var named = regexp.MustCompile(`(?i)\b(?:from|join|into|update|merge into)\s+(?:only\s+)?((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)`)

// notTables are words that follow FROM and its like without being a table.
var notTables = strings.Fields("select values lateral set skip now generate_series unnest")

// tables lists the tables that calls of a dependency name, each once; none where there is only one. One whose name is part of another's
// could not be told from it and is left out.
func tables(calls []fault.Call, on string) []string {
	var all []string
	for _, c := range calls {
		if c.On != on {
			continue
		}
		for _, m := range named.FindAllStringSubmatch(c.Text, -1) {
			name := strings.ToLower(strings.ReplaceAll(m[1], `"`, ""))
			if !slices.Contains(all, name) && !slices.Contains(notTables, name) && !strings.HasPrefix(name, "pg_") && !strings.HasPrefix(name, "information_schema.") {
				all = append(all, name)
			}
		}
	}
	if len(all) < 2 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool {
		return slices.ContainsFunc(all, func(o string) bool { return o != name && strings.Contains(o, name) })
	})
}

// varied gives the values of a variable for a binding.
func (x expansion) varied(b binding, v Vary) []string {
	var all []string
	for _, value := range v.Values {
		switch value {
		case ofTables:
			if a, ok := x.facts.Ask(b["request"]); ok {
				all = append(all, tables(a.Calls, b["dep"])...)
			}
		case ofTurns:
			all = append(all, x.turns(b)...)
		default:
			all = append(all, value)
		}
	}
	return all
}
