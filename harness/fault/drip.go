package fault

import (
	"time"

	"github.com/failwell/failwell/harness/decode"
)

// Drips lets replies come slowly: Chunk bytes (or rows), then a Gap.
type Drips struct {
	Scope
	Which
	Chunk int  `json:"chunk,omitempty" doc:"how many bytes or rows come at a time" default:"1" example:"16"`
	Gap   Span `json:"gap,omitzero" doc:"the pause between them" default:"100ms" example:"1s"`
}

// About describes the fault.
func (Drips) About() decode.About {
	return decode.About{
		Doc:     "Lets replies come slowly, a few bytes or rows at a time.",
		Example: `drip: {on: payments, chunk: 16, gap: 1s}`,
	}
}

// Injection compiles the fault.
func (f Drips) Injection() (Injection, error) {
	pace := Pace{Bytes: or(f.Chunk, 1), Every: or(f.Gap, For(100*time.Millisecond))}
	return rule(f.Scope, f.Which, Effect{Verb: Drip, At: Body, Pace: pace})
}
