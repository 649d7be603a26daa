package report

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
)

// SARIF writes the groups of a run as SARIF 2.1.0 (OASIS): one result a group, whose fingerprint is the group's key. A
// result stands at the lab file, since failwell sees no sources.
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
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: "coverage", Short: sarifText{"what the lab declares and nothing broke"}})
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
	return sarifResult{Rule: "coverage", Level: "none", Kind: "open", Message: sarifText{Plain(c.line())}, Locations: []sarifLocation{sarifAt(r)},
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
	rule := sarifRule{ID: Plain(name), Short: sarifText{"failwell check " + Plain(name)}}
	for _, c := range r.Results {
		for _, v := range c.Verdicts {
			if doc := Plain(v.Told().Doc); v.Check == name && doc != "" {
				rule.Short, rule.Full, rule.Help = sarifText{sentence(doc)}, &sarifText{doc}, &sarifText{doc}
				return rule
			}
		}
	}
	return rule
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
		Prints:     map[string]string{"failwell/v1": g.Key},
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
	at := sarifAt(r)
	for _, id := range plains(g.Cases) {
		at.Logical = append(at.Logical, sarifLogical{Name: id, Kind: "member"})
	}
	out.Locations = []sarifLocation{at}
	return out
}

// sarifAt is the lab file.
func sarifAt(r Run) sarifLocation {
	var at sarifLocation
	at.Physical.Artifact.URI = (&url.URL{Path: strings.TrimPrefix(orWord(Plain(r.Lab), "failwell.yaml"), "/")}).String()
	at.Physical.Region.StartLine = 1
	return at
}

func plains(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		out = append(out, Plain(t))
	}
	return out
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Automation sarifID       `json:"automationDetails"`
	Results    []sarifResult `json:"results"`

	Invocations []sarifInvocation `json:"invocations,omitempty"`
}

type sarifInvocation struct {
	Successful bool        `json:"executionSuccessful"`
	Notes      []sarifNote `json:"toolExecutionNotifications"`
}

type sarifNote struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifID struct {
	ID string `json:"id"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	URI     string      `json:"informationUri"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID    string     `json:"id"`
	Short sarifText  `json:"shortDescription"`
	Full  *sarifText `json:"fullDescription,omitempty"`
	Help  *sarifText `json:"help,omitempty"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	Rule       string            `json:"ruleId"`
	Kind       string            `json:"kind"`
	Level      string            `json:"level"`
	Message    sarifText         `json:"message"`
	Locations  []sarifLocation   `json:"locations"`
	Prints     map[string]string `json:"partialFingerprints"`
	Baseline   string            `json:"baselineState,omitempty"`
	Properties sarifProperties   `json:"properties,omitzero"`
}

type sarifProperties struct {
	Name         string   `json:"name,omitempty"`
	Impact       string   `json:"impact"`
	Cases        []string `json:"cases"`
	Requests     []string `json:"requests"`
	Dependencies []string `json:"dependencies"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine int `json:"startLine"`
		} `json:"region"`
	} `json:"physicalLocation"`
	Logical []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}
