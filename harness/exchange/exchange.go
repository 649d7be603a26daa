// Package exchange holds what was asked and what came of it: requests, responses, launches and log lines, as plain data.
// Secrets are redacted before an Exchange is made; an Exchange is never changed afterwards.
package exchange

import (
	"net/http"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// Field is one header field or trailer, in the order of the wire.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Header is an ordered list of fields.
type Header []Field

// Get gives the value of the first field of that name, whatever its case.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Has tells whether there is a field of that name.
func (h Header) Has(name string) bool {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

// With gives a copy in which the field has this value and stands once.
func (h Header) With(name, value string) Header {
	out := make(Header, 0, len(h)+1)
	for _, f := range h {
		if !strings.EqualFold(f.Name, name) {
			out = append(out, f)
		}
	}
	return append(out, Field{Name: name, Value: value})
}

// Request is what is sent to the system.
type Request struct {
	Name   string `json:"name"`
	Method string `json:"method"`
	Target string `json:"target"`         // path and query
	Port   string `json:"port,omitempty"` // a further port of the system; empty: its main one
	Header Header `json:"header,omitempty"`
	Body   string `json:"body,omitempty"`
	Raw    string `json:"raw,omitempty"`   // the bytes to send in place of all this, on a connection of its own
	Pace   int    `json:"pace,omitempty"`  // for Raw: bytes per 100 ms; 0: all at once
	Keyed  bool   `json:"keyed,omitempty"` // carries an idempotency key: may be sent again
	Safety Safety `json:"safety,omitempty"`
	Copy   int    `json:"copy,omitempty"` // which of several copies that are sent together

	Protocol Protocol `json:"protocol,omitempty"`
}

// Safety says whether a request is safe where its method does not: a search by POST is, a GET that logs out is not.
type Safety string

// The safeties. Without one the method decides.
const (
	ByMethod Safety = ""
	IsSafe   Safety = "safe"
	IsUnsafe Safety = "unsafe"
)

// Protocol is what is spoken over HTTP, by which an answer is judged.
type Protocol string

// The protocols.
const (
	HTTP    Protocol = ""        // status and fields say all that matters
	GraphQL Protocol = "graphql" // the body says what failed, whatever the status
)

// Safe tells whether the request changes nothing: as it is said to, else by its method (RFC 9110, 9.2.1).
func (r Request) Safe() bool {
	if r.Safety != ByMethod {
		return r.Safety == IsSafe
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// Response is an answer, as far as it came.
type Response struct {
	Status  int    `json:"status"`
	Reason  string `json:"reason,omitempty"`
	Proto   string `json:"proto,omitempty"`
	Header  Header `json:"header,omitempty"`
	Body    string `json:"body,omitempty"`   // decoded, at most MaxBody bytes; Base64 says how
	Base64  bool   `json:"base64,omitempty"` // Body is base64 since it is not UTF-8
	Size    int    `json:"size"`             // bytes of body that came, decoded, with stand-ins in place of secrets where Body is whole
	Trailer Header `json:"trailer,omitempty"`
	BodyErr string `json:"body-error,omitempty"` // why the body did not come to its end, or does not decode

	Coding  string  `json:"coding,omitempty"`  // the content codings that were undone, as Content-Encoding says them
	Sent    int     `json:"sent,omitempty"`    // bytes of body that came, as they were sent, where these are not Size
	Sum     uint32  `json:"sum,omitempty"`     // fault.Sum of the body as it was sent; 0: not known
	Rest    []Piece `json:"rest,omitempty"`    // of a body longer than Body, what may be internal behind it
	Invalid string  `json:"invalid,omitempty"` // of a body longer than Body, why the whole of it is no JSON although it is called so
	Unseen  string  `json:"unseen,omitempty"`  // which part of the body nobody has looked at, and why
	Errors  bool    `json:"errors,omitempty"`  // by its body it failed, whatever its status: a GraphQL answer with errors
}

// Piece is a text from behind what is kept of a long body.
type Piece struct {
	At     int    `json:"at"` // where in the decoded body it begins, in bytes; secrets before it count as their stand-ins
	Text   string `json:"text"`
	JSON   bool   `json:"json,omitempty"`   // it begins between two values of a JSON text
	Errors bool   `json:"errors,omitempty"` // a member that speaks about a failure holds it
}

// MaxBody is how much of a body is kept: 1 MiB.
const MaxBody = 1 << 20

// MediaType is the media type of the body without its parameters, lower case.
func (r Response) MediaType() string {
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// Phase is when an exchange took place.
type Phase string

// The phases of a case, in order.
const (
	Idle     Phase = "idle"     // nothing asked
	Calm     Phase = "calm"     // no fault
	Settling Phase = "settling" // fault armed, old connections draining
	Faulty   Phase = "faulty"
	Healed   Phase = "healed" // fault lifted
)

// Failure says why there is no response.
type Failure string

// The failures.
const (
	NoFailure   Failure = ""
	NoAnswer    Failure = "no-answer"    // nothing within the client's limit
	Refused     Failure = "refused"      // nobody listens
	Disconnect  Failure = "disconnected" // reset or closed before a response
	Malformed   Failure = "malformed"    // what came is no HTTP response
	NotSent     Failure = "not-sent"     // the request could not be written
	NotAnswered Failure = "interrupted"  // failwell itself was stopped
	OwnLimit    Failure = "own-limit"    // this machine, or failwell's own process, lacks what sending takes: never the system's fault
)

// Exchange is one request and all that came of it.
type Exchange struct {
	Phase    Phase         `json:"phase"`
	Role     string        `json:"as,omitempty"` // empty: the request of the case; else liveness, readiness, unaffected, step, crowd
	Request  Request       `json:"request"`
	Origin   string        `json:"origin,omitempty"` // host:port that was asked
	Response *Response     `json:"response,omitempty"`
	Failure  Failure       `json:"failure,omitempty"`
	Detail   string        `json:"detail,omitempty"` // the words of the failure
	Trace    string        `json:"trace"`            // the trace id that was sent
	At       time.Duration `json:"at"`               // since the start of the lab
	Took     time.Duration `json:"took"`             // until the last byte, or the failure
	Hits     []fault.Hit   `json:"hits,omitempty"`
	Stage    int           `json:"stage,omitempty"`  // under which of the injections of a case of steps it was sent
	Hop      string        `json:"hop,omitempty"`    // who made the answer, where that can be told: a part of the system, or a dependency whose answer was passed through
	Reused   bool          `json:"reused,omitempty"` // a calm exchange of an earlier case on the same launch
}

// Status is the status of the response, 0 when there is none.
func (e Exchange) Status() int {
	if e.Response == nil {
		return 0
	}
	return e.Response.Status
}

// OK tells whether a complete 2xx answer came that does not say by its body that it failed.
func (e Exchange) OK() bool {
	return e.Response != nil && e.Response.Status/100 == 2 && e.Response.BodyErr == "" && !e.Response.Errors
}

// Failed tells whether an answer came that says, by its status or its body, that the request failed.
func (e Exchange) Failed() bool {
	return e.Response != nil && (e.Response.Status >= 400 || e.Response.Errors)
}

// Struck lists the hits whose effect was carried out, without background calls.
func (e Exchange) Struck() []fault.Hit {
	var struck []fault.Hit
	for _, h := range e.Hits {
		if h.Struck() && !h.Background {
			struck = append(struck, h)
		}
	}
	return struck
}
