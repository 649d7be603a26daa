package fault

// Cuts ends replies before their end: the connection closes after Past bytes (HTTP, streams) or rows (databases), or in the middle of
// what would have come.
type Cuts struct {
	Scope
	Which
	Past int  `json:"past,omitempty"` // default 1
	Half bool `json:"half,omitempty"` // in place of past: in the middle of the body
}

// Injection compiles the fault.
func (f Cuts) Injection() (Injection, error) {
	if f.Half {
		return rule(f.Scope, f.Which, Effect{Verb: Cut, At: Body, Past: f.Past, Half: true})
	}
	return rule(f.Scope, f.Which, Effect{Verb: Cut, At: Body, Past: or(f.Past, 1)})
}
