package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
)

// Baseline is failwell.baseline.yaml: the groups that a team knows. It is made by `run --accept-all`, committed, and edited
// by people.
type Baseline []Known

// Known is one entry of a baseline.
type Known struct {
	Group   string          `json:"group" decode:"must"`             // the group's key
	Name    string          `json:"name,omitempty"`                  // for people: what reports call it
	Also    []string        `json:"also,omitempty" decode:"one"`     // keys of further faces of the same cause
	What    string          `json:"what,omitempty"`                  // for people
	Impact  contract.Impact `json:"impact" decode:"must"`            // a worse one fails
	On      []string        `json:"on,omitempty" decode:"one"`       // dependencies, or globs of them; a further one fails
	Since   Day             `json:"since,omitzero"`                  //
	Owner   string          `json:"owner,omitempty"`                 //
	Until   Day             `json:"until,omitzero"`                  // after this day the group fails again; critical needs one
	Because string          `json:"because,omitempty"`               // an issue, a reason
	Seen    []string        `json:"requests,omitempty" decode:"one"` // requests, or globs of them; a further one fails
	Spread  Requests        `json:"spread,omitempty"`                // requests that may show it, whichever they are
	Cases   []string        `json:"cases,omitempty" decode:"one"`    // some that showed it: when all were judged and it is gone, it is fixed
	Pos     decode.Pos      `json:"pos,omitzero" decode:"pos"`
}

// Day is a date such as 2026-11-20.
type Day struct{ time.Time }

// UnmarshalText reads a date.
func (d *Day) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("want a date such as 2026-11-20, not %q", text)
	}
	d.Time = t
	return nil
}

// MarshalText writes a date.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.Format(time.DateOnly)), nil }

// Requests is a number of requests, written `11 requests` or `11`.
type Requests int

// UnmarshalText reads a number of requests.
func (r *Requests) UnmarshalText(text []byte) error {
	digits, rest, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || rest != "" && rest != "requests" && rest != "request" {
		return fmt.Errorf("want a number of requests such as `11 requests`, not %q", text)
	}
	*r = Requests(n)
	return nil
}

// MarshalText writes the number and the word.
func (r Requests) MarshalText() ([]byte, error) {
	return []byte(plural(int(r), "request", "requests")), nil
}

// ReadBaseline reads a baseline strictly: every mistake is reported with its place. An empty list is a baseline.
func ReadBaseline(file string, src []byte) (Baseline, error) {
	var b Baseline
	if err := decode.YAML(file, src, &b); err != nil {
		return nil, err
	}
	var bad decode.Problems
	first := map[string]decode.Pos{}
	for _, k := range b {
		for _, glob := range slices.Concat(k.On, k.Seen) {
			bad.Join(decode.Glob(glob).Check(), k.Pos)
		}
		if k.Impact.Rank() == 0 {
			bad.Add(k.Pos, "impact is critical, major, minor or note, not %q%s", k.Impact,
				decode.DidYouMean(string(k.Impact), []string{"critical", "major", "minor", "note"}))
		}
		if k.Impact == contract.Critical && k.Until.IsZero() {
			bad.Add(k.Pos, "what is critical is not known for ever: say `until`, a date")
		}
		for _, key := range append([]string{k.Group}, k.Also...) {
			if p, twice := first[key]; twice {
				bad.Add(k.Pos, "group %q is there twice, first on line %d", key, p.Line)
			}
			first[key] = k.Pos
		}
	}
	return b, bad.Err()
}

// WriteBaseline writes the baseline as YAML that ReadBaseline reads.
func WriteBaseline(w io.Writer, b Baseline) error {
	var out strings.Builder
	out.WriteString("# What is known to fail, and who answers for it. Made by `failwell run --accept-all`; edit it.\n")
	if len(b) == 0 {
		out.WriteString("[]\n")
	}
	for _, k := range b {
		k.write(&out)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (k Known) write(out *strings.Builder) {
	fmt.Fprintf(out, "- group: %s\n", quoteYAML(k.Group))
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(out, "  %s: %s\n", name, value)
		}
	}
	list := func(name string, values []string) {
		var quoted []string
		for _, v := range values {
			quoted = append(quoted, quoteYAML(v))
		}
		if len(quoted) > 0 {
			field(name, "["+strings.Join(quoted, ", ")+"]")
		}
	}
	text := func(name, value string) {
		if value != "" {
			field(name, quoteYAML(value))
		}
	}
	day := func(name string, d Day) {
		if !d.IsZero() {
			field(name, d.Format(time.DateOnly))
		}
	}
	text("name", k.Name)
	list("also", k.Also)
	text("what", k.What)
	field("impact", string(k.Impact))
	list("on", k.On)
	day("since", k.Since)
	text("owner", k.Owner)
	day("until", k.Until)
	text("because", k.Because)
	list("requests", k.Seen)
	if k.Spread > 0 {
		field("spread", plural(int(k.Spread), "request", "requests"))
	}
	list("cases", k.Cases)
}

// quoteYAML writes a text as a YAML double-quoted scalar, bare when it is only letters, digits and a few marks.
func quoteYAML(s string) string {
	s = Plain(s)
	bare := s != "" && s[0] >= 'a' && s[0] <= 'z' && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, s)
	for _, r := range s {
		bare = bare && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/-+._", r))
	}
	if bare {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
