package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// AgentMost is how many bytes the report for a program that is to fix the bugs has at most: what such a program reads at once.
const AgentMost = 20_000

// agentDoc is that report: the groups alone, the worst first.
type agentDoc struct {
	Failwell string       `json:"failwell"`
	Lab      string       `json:"lab"`
	Profile  string       `json:"profile,omitempty"`
	Exit     string       `json:"exit"` // the code, and why it is that one
	Counts   string       `json:"counts"`
	Groups   []agentGroup `json:"groups"`
	More     string       `json:"more,omitempty"` // the groups for which there was no room
}

// agentGroup is one cause. What does not fit is cut at its end, the least grave groups first.
type agentGroup struct {
	Name     string   `json:"name"`
	Impact   string   `json:"impact"`
	State    string   `json:"state,omitempty"`
	Headline string   `json:"headline"`
	Got      string   `json:"got,omitempty"`
	Expected string   `json:"expected,omitempty"`
	Evidence string   `json:"evidence,omitempty"`
	When     string   `json:"when,omitempty"`
	NotWhen  string   `json:"not_when,omitempty"` // faults under which the same requests pass
	Asked    string   `json:"asked,omitempty"`    // the request of the case that speaks for the group
	Look     string   `json:"look,omitempty"`
	Rerun    string   `json:"rerun,omitempty"`
	Log      []string `json:"log,omitempty"` // the lines of that case that tell the cause
	Cases    int      `json:"cases"`
}

// detail is how much is said of a group: characters of a text, and lines of the log.
type detail struct{ text, lines int }

// details are from the least to the most. The first names a group and nothing else.
func details() []detail { return []detail{{}, {80, 0}, {160, 2}, {300, 4}, {600, 12}} }

// Agent writes the run for a program that is to fix the bugs: JSON of at most AgentMost bytes, the groups only. Each says what the system
// got wrong, what is expected, where to look, how to run it again, and the few lines of the log that matter. Grave groups are told in
// full first; those for which there is no room are counted.
func Agent(w io.Writer, r Run) error {
	doc := agentDoc{Failwell: short(r.Failwell, 40), Lab: short(r.Lab, 200), Profile: Plain(string(r.Profile)), Exit: short(r.ExitLine(false), 300), Counts: short(counts(r), 200)}
	const envelope = 200 // what the marks around the groups take, and the line that counts the rest
	head, err := agentJSON(doc)
	if err != nil {
		return fmt.Errorf("write the report for agents: %w", err)
	}
	doc.Groups = fitting(r, AgentMost-len(head)-envelope)
	if left := len(r.Groups) - len(doc.Groups); left > 0 {
		doc.More = plural(left, "less grave group", "less grave groups") + "; fix these first, or see all with --report json=PATH"
	}
	out, err := agentJSON(doc)
	if err == nil {
		_, err = w.Write(out)
	}
	if err != nil {
		return fmt.Errorf("write the report for agents: %w", err)
	}
	return nil
}

// fitting tells as much of the groups as there is room for: the names of as many as take two thirds of it, then more and more of all, the
// worst first.
func fitting(r Run, room int) []agentGroup {
	const comma = 2
	third := room / 3
	var groups []agentGroup
	var sizes []int
	for _, g := range r.Groups {
		one := r.agentGroup(g, detail{})
		size := agentSize(one) + comma
		if room-size < third {
			break
		}
		room -= size
		groups, sizes = append(groups, one), append(sizes, size)
	}
	for _, d := range details()[1:] {
		for i := range groups {
			one := r.agentGroup(r.Groups[i], d)
			size := agentSize(one) + comma
			if size-sizes[i] > room {
				break
			}
			room -= size - sizes[i]
			groups[i], sizes[i] = one, size
		}
	}
	return groups
}

// agentGroup tells of a group in so much detail.
func (r Run) agentGroup(g Group, d detail) agentGroup {
	out := agentGroup{Name: short(called(g), 60), Impact: short(string(g.Impact), 20), Headline: short(g.Headline, 90), Cases: len(g.Cases)}
	if d.text == 0 {
		return out
	}
	out.State, out.Headline = short(string(g.State), 20), short(g.Headline, 160)
	out.Got, out.Evidence = short(g.Got, d.text), short(found(g), d.text)
	out.Expected = short(strings.Join(nonEmpty(g.Expected, g.Cite), "; "), d.text)
	out.When, out.NotWhen = told(g.When, d.text/2), told(g.NotWhen, d.text/3)
	out.When, out.NotWhen = short(out.When, d.text), short(out.NotWhen, d.text)
	out.Look, out.Rerun = short(g.Look, d.text), short(again(r, g), 300)
	c, ok := r.result(g.Example)
	if !ok || c.Subject == nil {
		return out
	}
	out.Asked = short(asked(pick(c, Headline(c)).Request), d.text)
	for _, l := range tellingLines(c.Subject, d.lines) {
		out.Log = append(out.Log, short(l, d.text))
	}
	return out
}

// tellingLines are so many lines of what the system said in a case that tell its cause: the error, with the frames below it that are the
// service's own; else the last lines. A process that ended, or did not start, says so first.
func tellingLines(s *check.Subject, most int) []string {
	var lines []string
	if s.Died != nil {
		lines = append(lines, "(the process ended: "+s.Died.String()+")")
	}
	all := linesOf(s)
	for _, l := range s.Launches {
		if len(all) == 0 && !l.Ready {
			lines = append(lines, l.Last[max(0, len(l.Last)-most):]...)
		}
	}
	words, first := said(s), max(0, len(all)-most)
	inTrouble := false
	for i := range all {
		if jsonTrouble(all[i].Text, words).known() || textTrouble(all[i:], words).known() {
			first, inTrouble = i, true
			break
		}
	}
	for _, l := range all[first:] {
		if frame := frameLine.MatchString(strings.TrimRight(l.Text, "\r\n")); !inTrouble || !frame || !foreign.MatchString(l.Text) {
			lines = append(lines, l.Text)
		}
	}
	return lines[:min(len(lines), most)]
}

func agentJSON(v any) ([]byte, error) {
	doc, err := json.MarshalIndent(v, "", " ")
	return append(escapeJSON(doc), '\n'), err
}

// agentSize is what a group takes in the document, two levels deep.
func agentSize(g agentGroup) int {
	doc, _ := json.MarshalIndent(g, "  ", " ") // plain texts and numbers are always JSON
	return len(escapeJSON(doc)) + len("\n  ")
}
