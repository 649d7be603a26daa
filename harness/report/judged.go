package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/leak"
)

// Judged is what is said about an answer that was made elsewhere: one line of JSON.
type Judged struct {
	ID       string          `json:"id"`
	Leak     bool            `json:"leak"`     // at least likely
	Kinds    []string        `json:"kinds"`    // the families of what leaks, sorted
	Evidence []string        `json:"evidence"` // rule, place and a redacted excerpt
	Verdicts []check.Verdict `json:"verdicts,omitempty"`
}

// Subject makes a subject of the answer: one faulty exchange, under no fault that is known.
func (a Answer) Subject() check.Subject {
	request := a.Request
	if a.Host != "" && !request.Header.Has("Host") {
		request.Header = request.Header.With("Host", a.Host)
	}
	response := a.Response
	return check.Subject{
		ID: a.ID, Profile: contract.Floor, Write: !request.Safe(),
		Exchanges: []exchange.Exchange{{Phase: exchange.Faulty, Request: request, Response: &response, Took: a.Took}},
	}
}

// JudgeAnswer judges an answer without a lab: the checks see it as a case under no known fault, and the detector says
// what leaks. Findings that are merely possible are no leak and are left out.
func JudgeAnswer(a Answer, d *leak.Detector, checks []check.Named) Judged {
	s := a.Subject()
	j := Judged{ID: a.ID, Kinds: []string{}, Evidence: []string{}, Verdicts: check.Judge(s, checks)}
	found, _ := d.Examine(check.Input(s, s.Exchanges[0])) // what it did not look at, the check says
	for _, f := range found {
		if !f.Certainty.AtLeast(leak.Likely) {
			continue
		}
		j.Leak = true
		j.Kinds = insert(j.Kinds, f.Family)
		j.Evidence = append(j.Evidence, Plain(fmt.Sprintf("%s at %s: %s", f.Rule, f.Where, f.Text)))
	}
	return j
}

// WriteJudged writes what was judged, as JSON lines.
func WriteJudged(w io.Writer, all []Judged) error {
	for _, j := range all {
		line, err := json.Marshal(j)
		if err == nil {
			_, err = w.Write(append(escapeJSON(line), '\n'))
		}
		if err != nil {
			return fmt.Errorf("write what was judged: %w", err)
		}
	}
	return nil
}
