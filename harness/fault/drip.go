package fault

import "time"

// Drips lets replies come slowly: Chunk bytes (or rows), then a Gap.
type Drips struct {
	Scope
	Which
	Chunk int  `json:"chunk,omitempty"` // default 1
	Gap   Span `json:"gap,omitzero"`    // default 100ms
}

// Injection compiles the fault.
func (f Drips) Injection() (Injection, error) {
	pace := Pace{Bytes: or(f.Chunk, 1), Every: or(f.Gap, For(100*time.Millisecond))}
	return rule(f.Scope, f.Which, Effect{Verb: Drip, At: Body, Pace: pace})
}
