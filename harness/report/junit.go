package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
)

// JUnit writes the run as JUnit XML: a suite a request, one testcase a case. A group that fails the run is one failure, carried by its first
// case; its other cases, and groups that are known or below the gate, say so in their output, so that no count is higher
// than the number of causes. What is inconclusive is skipped, what is broken an error. What a full run should have broken and
// did not is skipped, too, in a suite of its own, whose properties are all that was never broken.
func JUnit(w io.Writer, r Run) error {
	all := junitSuites{Name: "failwell", Time: seconds(time.Duration(r.Summary.DurationMS) * time.Millisecond)}
	for _, c := range r.Results {
		name := Plain(orWord(c.Request, "without a request"))
		i := slices.IndexFunc(all.Suites, func(s junitSuite) bool { return s.Name == name })
		if i < 0 {
			i, all.Suites = len(all.Suites), append(all.Suites, junitSuite{Name: name})
		}
		all.Suites[i].add(r.junitCase(c))
		all.Suites[i].took += c.Took
	}
	slices.SortStableFunc(all.Suites, func(a, b junitSuite) int { return strings.Compare(a.Name, b.Name) })
	if c := r.junitCoverage(); len(c.Cases) > 0 || c.Properties != nil {
		all.Suites = append(all.Suites, c)
	}
	for i := range all.Suites {
		s := &all.Suites[i]
		s.Package, s.Time = Plain(r.Lab), seconds(s.took)
		if !r.Started.IsZero() {
			s.Timestamp = r.Started.UTC().Format("2006-01-02T15:04:05")
		}
		all.Tests, all.Failures, all.Errors, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors, all.Skipped+s.Skipped
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r Run) junitCase(c Result) junitCase {
	one := junitCase{Name: Plain(c.ID), Class: Plain(orWord(c.Scenario, "failwell")), Time: seconds(c.Took)}
	switch c.Outcome {
	case check.Pass:
	case check.Fail:
		r.junitFailure(c, &one)
	case check.Inconclusive:
		one.Skipped = &junitNote{Message: "inconclusive: " + reason(c)}
	case check.Skipped:
		one.Skipped = &junitNote{Message: reason(c)}
	default:
		one.Error = &junitNote{Message: "broken: " + reason(c), Type: "broken"}
	}
	return one
}

// junitCoverage is what was never broken.
func (r Run) junitCoverage() junitSuite {
	suite := junitSuite{Name: "coverage"}
	for _, c := range r.Coverage {
		if c.Broken == 0 {
			suite.property("never broken: "+c.String(), orWord(c.Unbroken, c.Why))
		}
	}
	for _, c := range r.Uncovered() {
		suite.add(junitCase{Name: Plain(c.String()), Class: "coverage", Time: seconds(0), Skipped: &junitNote{Message: Plain("inconclusive: " + c.line())}})
	}
	return suite
}

func (r Run) junitFailure(c Result, one *junitCase) {
	v := Headline(c)
	g, ok := r.group(c.Group)
	text := Plain(v.Check+": "+v.Reason) + "\n" + Plain(v.Evidence) + "\n" + Plain(replayOne(r, c))
	switch {
	case !ok:
		one.Failure = &junitNote{Message: Plain(v.Reason), Type: Plain(v.Check), Text: text}
	case !r.Counts(g):
		why := string(g.State)
		if g.State.Fails() {
			why = string(g.Impact) + ", below the gate"
		}
		one.Out = Plain(fmt.Sprintf("not counted: group %s is %s: %s", letterAndName(g), why, g.Headline)) + "\n" + text
	case slices.Index(g.Cases, c.ID) == 0:
		text += "\n" + plural(len(g.Cases), "case has", "cases have") + " this cause"
		one.Failure = &junitNote{Message: Plain(fmt.Sprintf("%s, %s: %s", letterAndName(g), g.Impact, g.Headline)), Type: Plain(v.Check), Text: text}
	default:
		one.Out = Plain(fmt.Sprintf("fails for the same cause as %s (group %s: %s)", g.Cases[0], letterAndName(g), g.Headline)) + "\n" + text
	}
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string `xml:"name,attr"`
	Package   string `xml:"package,attr,omitempty"` // the lab
	Tests     int    `xml:"tests,attr"`
	Failures  int    `xml:"failures,attr"`
	Errors    int    `xml:"errors,attr"`
	Skipped   int    `xml:"skipped,attr"`
	Time      string `xml:"time,attr"`
	Timestamp string `xml:"timestamp,attr,omitempty"`

	Properties *junitProperties `xml:"properties"`
	Cases      []junitCase      `xml:"testcase"`

	took time.Duration
}

type junitProperties struct {
	All []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

func (s *junitSuite) property(name, value string) {
	if s.Properties == nil {
		s.Properties = &junitProperties{}
	}
	s.Properties.All = append(s.Properties.All, junitProperty{Plain(name), Plain(value)})
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Time    string     `xml:"time,attr"`
	Skipped *junitNote `xml:"skipped,omitempty"`
	Failure *junitNote `xml:"failure,omitempty"`
	Error   *junitNote `xml:"error,omitempty"`
	Out     string     `xml:"system-out,omitempty"`
}

type junitNote struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
