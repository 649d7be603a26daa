package fault

// Cuts ends replies before their end: the connection closes after Past bytes (HTTP, streams) or rows (databases).
type Cuts struct {
	Scope
	Which
	Past int `json:"past,omitempty"` // default 1
}

// Injection compiles the fault.
func (f Cuts) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Cut, At: Body, Past: or(f.Past, 1)})
}
