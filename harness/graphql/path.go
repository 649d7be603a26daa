package graphql

// Paths lists the errors, at most 20, that do not say where they belong: without a path although data was made, with one that leads nowhere, or
// with one that another error has.
func (o Operation) Paths(a Answer) []Breach {
	if !a.HasData {
		return nil // nothing was carried out
	}
	var all []Breach
	taken := map[string]bool{}
	for _, e := range a.Errors {
		if len(all) >= mostBreaches {
			break
		}
		if len(e.Path) == 0 {
			all = append(all, Breach{Rule: "path-missing", Reason: "an error beside data has no path", Cite: citeErrors})
			continue
		}
		_, why := o.places(a.Data, e.Path)
		at := written(e.Path)
		switch {
		case why != "":
			all = append(all, Breach{Rule: "path-wrong", Reason: "its path leads nowhere: " + why, Cite: citeErrors})
		case taken[at]:
			all = append(all, Breach{Rule: "path-twice", At: at, Reason: "two errors for one place", Cite: citeNulls})
		}
		taken[at] = true
	}
	return all
}
