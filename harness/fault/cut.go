package fault

import "github.com/failwell/failwell/harness/decode"

// Cuts ends replies before their end: the connection closes after Past bytes (HTTP, streams) or rows (databases), or in the middle of
// what would have come.
type Cuts struct {
	Scope
	Which
	Past int  `json:"past,omitempty" doc:"after how many bytes or rows the reply ends" default:"1" example:"100"`
	Half bool `json:"half,omitempty" doc:"true: in the middle of the reply" default:"false" example:"true"`
}

// About describes the fault.
func (Cuts) About() decode.About {
	return decode.About{
		Doc:     "Ends replies before their end: the connection closes after some bytes or rows.",
		Example: `cut: {on: payments, half: true}`,
	}
}

// Injection compiles the fault.
func (f Cuts) Injection() (Injection, error) {
	if f.Half {
		return rule(f.Scope, f.Which, Effect{Verb: Cut, At: Body, Past: f.Past, Half: true})
	}
	return rule(f.Scope, f.Which, Effect{Verb: Cut, At: Body, Past: or(f.Past, 1)})
}
