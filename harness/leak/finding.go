package leak

// A Certainty says how sure a finding is. Certain means proof: a canary, a
// sequence of stack frames, an error object with a driver's own fields.
type Certainty string

// The three certainties, in falling order.
const (
	Certain  Certainty = "certain"
	Likely   Certainty = "likely"
	Possible Certainty = "possible"
)

// AtLeast reports whether c is as sure as the threshold or surer.
func (c Certainty) AtLeast(threshold Certainty) bool { return c.rank() >= threshold.rank() }

func (c Certainty) rank() int {
	switch c {
	case Certain:
		return 3
	case Likely:
		return 2
	case Possible:
		return 1
	}
	return 0
}

// A Finding is one piece of internal information in an answer.
type Finding struct {
	Rule      string    `json:"rule"`      // stable id: "canary", "trace/go", "db/postgres"
	Family    string    `json:"family"`    // canary trace engine database sql network path host secret env version debug-page type-name source
	Certainty Certainty `json:"certainty"` // how sure it is
	CWE       string    `json:"cwe"`       // the weakness, as "CWE-209"
	Where     string    `json:"where"`     // layer chain: "header X-Debug", "body > gzip > json /detail > base64"
	Text      string    `json:"text"`      // at most 80 characters of context, redacted and printable
	Canary    *Canary   `json:"canary,omitempty"`
}

// An Input is one answer, with what forgives a suspicious text in it.
type Input struct {
	Status   int
	Header   [][2]string // ordered fields, trailers too: name, value
	Reason   string      // the reason phrase of the status line
	Body     []byte
	Rest     []Part   // of a longer body, what was kept from behind Body
	Request  []string // texts the request carried: target, header values, body; echoes of them are no leak
	Own      []string // origins of the system itself, host:port, which are no leak
	Calm     []byte   // body of the same request's calm answer, may be nil
	CalmRest []Part   // and what was kept from behind it

	CalmHeader [][2]string // and its fields; nil: not known

	Canaries []Canary
	Words    []string // the owner's own names: packages, tables, hosts; optional
}
