package graphql

// citeNulls is the section about what an error makes null.
const citeNulls = "GraphQL specification 6.4.4"

// Nulls lists where an error did not make null what it must, or more. The nearest position that may be null, from the failed one up, is
// null; a position above it is null only by another error. Errors whose path leads nowhere say nothing.
func (o Operation) Nulls(a Answer) []Breach {
	if !a.HasData {
		return nil
	}
	var all []Breach
	explained := o.explained(a)
	for _, e := range a.Errors {
		places, why := o.places(a.Data, e.Path)
		if why != "" || len(e.Path) == 0 || len(all) >= mostBreaches {
			continue
		}
		must := nulled(places)
		first := 0 // the first null on the way
		for first < must && (!places[first].known || places[first].value != nil) {
			first++
		}
		at := written(e.Path[:first])
		switch {
		case places[first].known && places[first].value != nil:
			all = append(all, Breach{Rule: "not-null", At: at, Reason: "it is not null although " + o.failed(e.Path, must), Cite: citeNulls})
		case first < must && !explained[position(e.Path[:first])]:
			all = append(all, Breach{Rule: "too-much", At: at, Reason: "it is null although only " + written(e.Path[:must]) + " is to be: " + written(e.Path) + " failed", Cite: citeNulls})
		}
	}
	return all
}

// failed says what failed, and why that reaches up to a position.
func (o Operation) failed(path []any, must int) string {
	if must == len(path) {
		return "it failed"
	}
	return written(path) + " failed, and nothing between may be null"
}

// explained are the positions that an error makes null.
func (o Operation) explained(a Answer) map[string]bool {
	all := map[string]bool{}
	for _, e := range a.Errors {
		if len(e.Path) == 0 {
			all[position(nil)] = true // who knows
			continue
		}
		if places, why := o.places(a.Data, e.Path); why == "" {
			all[position(e.Path[:nulled(places)])] = true
		}
	}
	return all
}

// Explained tells whether an error takes the whole answer away by the schema: nothing from the failed field up may be null.
func (o Operation) Explained(a Answer) bool {
	for _, e := range a.Errors {
		if places, why := o.places(a.Data, e.Path); why == "" && len(e.Path) > 0 && nulled(places) == 0 {
			return true
		}
	}
	return false
}

// After is what is left of whole data when the fields at some positions fail: what a service is held against.
func (o Operation) After(data any, failed [][]any) any {
	data = copied(data)
	for _, path := range failed {
		places, why := o.places(data, path)
		if why != "" {
			continue
		}
		must := nulled(places)
		if must == 0 {
			return nil
		}
		for _, p := range places[:must] {
			if p.value == nil {
				must = 0 // it is below a null already
			}
		}
		if must > 0 {
			setNull(places[must-1].value, path[must-1])
		}
	}
	return data
}

// setNull makes one member or element null.
func setNull(of any, step any) {
	switch x := of.(type) {
	case map[string]any:
		if key, ok := step.(string); ok {
			x[key] = nil
		}
	case []any:
		if i, ok := step.(int); ok && i < len(x) {
			x[i] = nil
		}
	}
}

func copied(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, inner := range x {
			out[k] = copied(inner)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, inner := range x {
			out[i] = copied(inner)
		}
		return out
	}
	return v
}
