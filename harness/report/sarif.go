package report

import (
	"io"
	"net/url"
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
)

// SARIF writes the groups of a run as SARIF 2.1.0 (OASIS): one result a group, whose fingerprint is the group's key. A
// result stands at the first frame of the log that is a file of the repository, else where the lab declares the dependency.
func SARIF(w io.Writer, r Run) error {
	run := sarifRun{Results: []sarifResult{}, Automation: sarifID{ID: "failwell/" + Plain(r.Lab) + "/"}}
	run.Tool.Driver = sarifDriver{Name: "failwell", Version: Plain(r.Failwell), URI: "https://github.com/failwell/failwell", Rules: []sarifRule{}}
	var rules []string
	for _, g := range r.Groups {
		rules = insert(rules, g.Check)
	}
	for _, name := range rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifCheck(r, name))
	}
	if len(r.Uncovered()) > 0 {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: "coverage", Short: sarifText{"what the lab declares and nothing broke"}, URI: sarifHelp})
	}
	for _, g := range r.Groups {
		run.Results = append(run.Results, sarifGroup(r, g))
	}
	for _, c := range r.Coverage {
		switch {
		case c.Broken > 0:
		case slices.ContainsFunc(r.Uncovered(), func(o Coverage) bool { return o.String() == c.String() }):
			run.Results = append(run.Results, sarifNever(r, c))
		default:
			run.note(c.line())
		}
	}
	log := sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
	return writeJSON(w, log, "SARIF")
}

// sarifNever is something that a full run never broke: it is open whether it fails well (SARIF 2.1.0, 3.27.9).
func sarifNever(r Run, c Coverage) sarifResult {
	return sarifResult{Rule: "coverage", Level: "none", Kind: "open", Message: sarifText{Plain(c.line())}, Locations: []sarifLocation{sarifAt(r.declared([]string{c.Name}))},
		Prints: map[string]string{"failwell/v1": "coverage/" + Plain(string(c.Sort)) + "/" + Plain(c.Name)}}
}

// note adds what a reader of the run may want to know, and is no result.
func (s *sarifRun) note(text string) {
	if len(s.Invocations) == 0 {
		s.Invocations = []sarifInvocation{{Successful: true}}
	}
	s.Invocations[0].Notes = append(s.Invocations[0].Notes, sarifNote{Level: "note", Message: sarifText{Plain(text)}})
}

// sarifCheck is a check as a rule, in the words that it says of itself.
func sarifCheck(r Run, name string) sarifRule {
	rule := sarifRule{ID: Plain(name), Short: sarifText{"failwell check " + Plain(name)}, URI: sarifHelp}
	for _, c := range r.Results {
		for _, v := range c.Verdicts {
			if doc := Plain(v.Told().Doc); v.Check == name && doc != "" {
				rule.Short, rule.Full, rule.Help = sarifText{sentence(doc)}, &sarifText{doc}, sarifAdvice(v.Told(), doc)
				return rule
			}
		}
	}
	return rule
}

// sarifHelp is where failwell says what it judges.
const sarifHelp = "https://github.com/failwell/failwell#readme"

// sarifAdvice is what a rule asks for, what is expected, and where to look.
func sarifAdvice(f check.Finding, doc string) *sarifHelpText {
	text, mark := doc, prose(doc)
	for _, e := range [][2]string{{"Expected", capitals(f.Expected)}, {"Look", f.Look}} {
		if e[1] != "" {
			text += "\n" + e[0] + ": " + Plain(e[1])
			mark += "\n\n**" + e[0] + "**: " + prose(e[1])
		}
	}
	return &sarifHelpText{text, mark}
}

func sarifGroup(r Run, g Group) sarifResult {
	text := Plain(g.Headline) + "."
	for _, e := range [][2]string{{"When", told(g.When, 1000)}, {"Got", g.Got}, {"Evidence", found(g)}, {"Expected", g.Expected}, {"Basis", g.Cite}, {"Look", g.Look}, {"Rerun", again(r, g)}} {
		if e[1] != "" {
			text += "\n" + e[0] + ": " + Plain(e[1])
		}
	}
	out := sarifResult{
		Rule: Plain(g.Check), Level: "note", Kind: "fail", Message: sarifText{text},
		Prints:     map[string]string{"failwell/v1": g.Key, "primaryLocationLineHash": g.Key}, // the second is what GitHub knows an alert by
		Properties: sarifProperties{Name: Plain(g.Name), Impact: string(g.Impact), Cases: plains(g.Cases), Requests: plains(g.Requests), Dependencies: plains(g.Dependencies)},
	}
	switch g.Impact {
	case contract.Critical, contract.Major, "":
		out.Level = "error"
	case contract.Minor:
		out.Level = "warning"
	}
	switch g.State {
	case New:
		out.Baseline = "new"
	case Knew, Expired:
		out.Baseline = "unchanged"
	case Spread, Worse:
		out.Baseline = "updated"
	}
	for _, at := range r.spots(g) {
		out.Locations = append(out.Locations, sarifAt(at))
	}
	for _, id := range plains(g.Cases) {
		out.Locations[0].Logical = append(out.Locations[0].Logical, sarifLogical{Name: id, Kind: "member"})
	}
	return out
}

// sarifAt is a line of a file, relative to the root of the repository as GitHub wants it.
func sarifAt(s spot) sarifLocation {
	var at sarifLocation
	at.Physical.Artifact.URI = (&url.URL{Path: s.file}).String()
	if at.Physical.Artifact.Base = "%SRCROOT%"; s.line > 0 {
		at.Physical.Region = &sarifRegion{s.line}
	}
	return at
}

func plains(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		out = append(out, Plain(t))
	}
	return out
}
