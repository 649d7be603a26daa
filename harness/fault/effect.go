package fault

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Verb is what is done to a call. The set is closed: a new verb changes every fake.
type Verb string

// The verbs.
const (
	Pass    Verb = "pass"    // the call goes through, after Delay
	Answer  Verb = "reply"   // the fake answers itself, the backend is not asked
	Rewrite Verb = "rewrite" // the backend's reply is changed by patches
	Lose    Verb = "lose"    // the backend carries the call out, its reply is swallowed and the connection cut
	Hang    Verb = "hang"    // nothing comes any more, the connection stays
	Drip    Verb = "drip"    // the reply comes at a pace
	Cut     Verb = "cut"     // the reply ends before its end: the connection closes after Past bytes or rows
	Garble  Verb = "garble"  // bytes that are not of the protocol
	Reset   Verb = "reset"   // a TCP reset (RST)
	Close   Verb = "close"   // an orderly TCP close (FIN)
	Repeat  Verb = "repeat"  // the backend gets the call twice
)

// Verbs lists every verb.
func Verbs() []Verb {
	return []Verb{Pass, Answer, Rewrite, Lose, Hang, Drip, Cut, Garble, Reset, Close, Repeat}
}

// Point is where in a call the effect takes place.
type Point string

// The points. Connect, Handshake, Auth and Idle are calls of their own, whose Op is the point's name; every other call
// has a Request, a Reply and a Body.
const (
	Connect   Point = "connect"
	Handshake Point = "handshake"
	Auth      Point = "auth"
	Request   Point = "request" // before the backend has seen the call
	Reply     Point = "reply"   // after the backend carried it out, before the first byte of its reply
	Body      Point = "body"    // within the reply, after Past bytes or rows
	Idle      Point = "idle"
)

// Points lists every point.
func Points() []Point { return []Point{Connect, Handshake, Auth, Request, Reply, Body, Idle} }

// Has tells whether a call with this op passes the point.
func (p Point) Has(op string) bool {
	switch Point(op) {
	case Connect, Handshake, Auth, Idle:
		return Point(op) == p
	}
	return p == Request || p == Reply || p == Body
}

// Early tells whether the point lies before the first call of a connection, so that open connections do not pass it.
func (p Point) Early() bool { return p == Connect || p == Handshake || p == Auth }

// Effect is what a rule does to a call: one verb, at one point.
type Effect struct {
	Verb    Verb    `json:"verb"`
	At      Point   `json:"at,omitempty"`
	Past    int     `json:"past,omitempty"` // for Body: after this many bytes (streams, HTTP) or rows (databases)
	Half    bool    `json:"half,omitempty"` // for Body, in place of Past: in its middle
	Delay   Span    `json:"delay,omitzero"` // before the verb
	Say     Saying  `json:"say,omitzero"`   // for reply and garble
	Patches []Patch `json:"patches,omitempty"`
	Pace    Pace    `json:"pace,omitzero"`
	Lost    bool    `json:"lost,omitempty"` // for hang: a packet is lost, so that nothing the dependency honours (a cancel, its own time-outs) ends it
	Release Release `json:"release,omitempty"`
}

// Saying is what a dependency answers by itself: a named reply of its kind, or one spelled out. After the lab has
// resolved the name, Status, Fields, Body and Raw are filled and hold canaries.
type Saying struct {
	Name   string            `json:"name,omitempty" doc:"a reply that the kind knows by name (failwell list replies)" example:"deadlock"`
	Status string            `json:"status,omitempty" doc:"HTTP status, SQLSTATE, or Redis error prefix" example:"429"`
	Fields map[string]string `json:"fields,omitempty" doc:"HTTP header fields, or the fields of a PostgreSQL error" example:"{Retry-After: 30}"`
	Body   string            `json:"body,omitempty" doc:"the body of the reply" example:"{error: busy}"`
	Raw    string            `json:"raw,omitempty" doc:"bytes in place of a well-formed reply" example:"HTTP/1.1 0 OOPS"`
	Then   Verb              `json:"then,omitempty" doc:"close or reset the connection after the reply" default:"keep it" example:"close"`
}

// Patch changes one place of a reply: a JSON Pointer in an HTTP body, a column name (in every row) in a database's.
type Patch struct {
	At string `json:"at" doc:"the place: a JSON Pointer or a column; * every one, ? one column of one row" example:"/total"`
	Op string `json:"op,omitempty" doc:"set, null or drop" default:"set" example:"null"`
	To string `json:"to,omitempty" doc:"the new value: JSON text in a body, text in a row" example:"-1"`
}

// Pace is how fast a dripping reply comes: Bytes (default 1) each Every.
type Pace struct {
	Bytes int  `json:"bytes,omitempty"`
	Every Span `json:"every,omitzero"`
}

// Release says what becomes of a call that is held when its fault is lifted: it resumes (default), or its connection is
// closed or reset.
type Release string

// The releases.
const (
	ReleaseResume Release = "resume"
	ReleaseClose  Release = "close"
	ReleaseReset  Release = "reset"
)

// Span is a length of time: a duration, or a multiple of the deadline of the request at hand (`3x-deadline`). A delay of less than the
// deadline (`0.2x-deadline`) is what the request is to take longer, in equal parts by the calls that it makes in calm.
type Span struct {
	D time.Duration
	X float64
}

// For makes a Span of a plain duration.
func For(d time.Duration) Span { return Span{D: d} }

// Of gives the duration for a request with this deadline.
func (s Span) Of(deadline time.Duration) time.Duration {
	return s.D + time.Duration(s.X*float64(deadline))
}

// IsZero tells whether the span is no time at all.
func (s Span) IsZero() bool { return s == Span{} }

// MarshalText writes `250ms` or `3x-deadline`.
func (s Span) MarshalText() ([]byte, error) {
	if s.X != 0 {
		return []byte(strconv.FormatFloat(s.X, 'f', -1, 64) + "x-deadline"), nil
	}
	return []byte(s.D.String()), nil
}

// UnmarshalText reads `250ms`, `2s` or `3x-deadline`.
func (s *Span) UnmarshalText(text []byte) error {
	t := string(text)
	if n, ok := strings.CutSuffix(t, "x-deadline"); ok {
		x, err := strconv.ParseFloat(n, 64)
		if err != nil || !(x > 0 && x <= 1000) {
			return fmt.Errorf("want a multiple such as 3x-deadline, not %q", t)
		}
		*s = Span{X: x}
		return nil
	}
	d, err := time.ParseDuration(t)
	if err != nil || d < 0 {
		return fmt.Errorf("want a duration such as 250ms, 2s or 3x-deadline, not %q", t)
	}
	*s = Span{D: d}
	return nil
}
