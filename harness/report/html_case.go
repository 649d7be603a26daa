package report

import (
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// htmlRoom is how many bytes of cases are told in full; the page stays quick to open.
const htmlRoom = 1 << 20

// htmlCases writes cases for a page.
type htmlCases struct {
	run      Run
	template *template.Template
	room     int
	seen     map[string]string // exchanges that are on the page, to the case in which they are
	err      error
}

// htmlCase is one case: its three panes, or where there is no room for them how to see it.
type htmlCase struct {
	ID, Name, Got, Request, On, Show string
	Example                          bool
	Facts                            []htmlFact
	Panes                            []template.HTML
	Log                              string
}

// htmlPane is one phase of a case.
type htmlPane struct {
	Phase, Class, Got, Note, Asked, Answer, Hop string
	Same                                        string // the case in which the same exchange is told
	Graph                                       *waterfall
}

// write gives the case as HTML.
func (m *htmlCases) write(c Result, example bool) template.HTML {
	one := htmlCase{ID: caseAnchor(c.ID), Name: Plain(c.ID), Request: Plain(c.Request), On: strings.Join(plains(c.On), "\n"), Example: example, Show: command(m.run, "show", c.ID)}
	v := Headline(c)
	one.Got = short(came(pick(c, v)), 90)
	if c.Outcome != check.Fail {
		one.Got = short(orWord(string(c.Outcome), "no outcome")+": "+reason(c), 160)
	}
	if c.Subject != nil && m.room > 0 {
		one.Facts, one.Log = m.facts(c, v), logText(c.Subject, 40)
		one.Panes = m.panes(c, v, one.ID)
	}
	text := m.execute("case", one)
	if len(one.Panes) > 0 {
		m.room -= len(text)
	}
	return text
}

func (m *htmlCases) execute(name string, data any) template.HTML {
	var b strings.Builder
	if err := m.template.ExecuteTemplate(&b, name, data); err != nil && m.err == nil {
		m.err = err
	}
	return template.HTML(b.String()) // the template has escaped it
}

// caseAnchor is how a link finds a case.
func caseAnchor(id string) string { return "case:" + strings.ReplaceAll(Plain(id), " ", "_") }

// facts are what is to know of a case beside its exchanges.
func (m *htmlCases) facts(c Result, v check.Verdict) []htmlFact {
	all := [][2]string{{"why", c.Why}}
	for _, s := range c.Given {
		all = append(all, [2]string{"broken", given(s)})
	}
	all = append(all, [2]string{"changed", strings.Join(c.Subject.Changed, ", ")})
	if c.Subject.Died != nil {
		all = append(all, [2]string{"died", c.Subject.Died.String()})
	}
	if v.Check != "" {
		all = append(all, [2]string{"evidence", strings.Join(nonEmpty(v.Reason, short(v.Evidence, 1000)), ": ")})
	}
	for _, o := range c.Verdicts {
		if o.Outcome == check.Fail && o.Check != v.Check {
			all = append(all, [2]string{"also", o.Check + ": " + o.Reason})
		}
	}
	out := factsOf(all)
	if e := pick(c, v); e.Request.Target+e.Request.Raw != "" {
		curl := Curl(e.Request, "http://"+orWord(e.Origin, "HOST:PORT"))
		if len(curl) > longest {
			curl = command(m.run, "curl", c.ID)
		}
		out = append(out, htmlFact{"curl", visible(curl), true})
	}
	return append(out, htmlFact{"rerun", visible(replayOne(m.run, c)), true})
}

// panes are the calm, the faulty and the healed exchange of a case, on one scale of time.
func (m *htmlCases) panes(c Result, v check.Verdict, anchor string) []template.HTML {
	three := []struct {
		phase exchange.Phase
		class string
		all   []exchange.Exchange
		e     exchange.Exchange
	}{{phase: exchange.Calm}, {phase: exchange.Faulty}, {phase: exchange.Healed}}
	scale := time.Millisecond
	for i := range three {
		p := &three[i]
		if p.all = c.Subject.Judged(p.phase); len(p.all) == 0 {
			continue
		}
		p.e = p.all[len(p.all)-1]
		if p.phase == exchange.Faulty {
			p.e = pick(c, v)
		}
		scale = max(scale, p.e.Took)
	}
	clock := logClock(c.Subject)
	var out []template.HTML
	for _, p := range three {
		one := htmlPane{Phase: string(p.phase), Class: "pass"}
		if !p.e.OK() {
			one.Class = "fail"
		}
		if len(p.all) == 0 {
			one.Class, one.Note = "note", "not asked"
			out = append(out, m.execute("pane", one))
			continue
		}
		one.Got = orWord(orNothing(p.e.Response != nil, fmt.Sprint(p.e.Status())), short(came(p.e), 80)) + orNothing(p.e.Response != nil, after(p.e))
		key := fmt.Sprint(p.e.Trace, p.e.At, p.e.Took)
		if at, seen := m.seen[key]; seen && p.e.Reused && at != anchor {
			one.Same = at
			out = append(out, m.execute("pane", one))
			continue
		}
		m.seen[key] = anchor
		if n := len(p.all); n > 1 {
			one.Note = fmt.Sprintf("1 of %d requests", n)
		}
		one.Asked, one.Answer, one.Hop = requestText(p.e.Request), answerText(p.e), Plain(hop(p.e))
		one.Graph = clock.waterfall(p.e, scale)
		out = append(out, m.execute("pane", one))
	}
	return out
}

// longest is how many characters of a body, or of a log, stand in a page.
const longest = 1500

// requestText is a request as lines.
func requestText(r exchange.Request) string {
	if r.Raw != "" {
		return cut(PlainLines(r.Raw))
	}
	lines := []string{Plain(r.Method + " " + short(r.Target, 300))}
	for _, f := range r.Header {
		lines = append(lines, short(f.Name+": "+f.Value, 200))
	}
	if r.Body != "" {
		lines = append(lines, "", cut(PlainLines(r.Body)))
	}
	return strings.Join(lines, "\n")
}

// answerText is an answer as lines, or what came in its place.
func answerText(e exchange.Exchange) string {
	if e.Response == nil {
		return short(came(e), 300)
	}
	lines := []string{Plain(fmt.Sprintln(e.Status(), e.Response.Reason))}
	for _, f := range e.Response.Header {
		lines = append(lines, short(f.Name+": "+f.Value, 200))
	}
	switch body := bodyOf(e); {
	case len(body) == 0:
	case !utf8.Valid(body):
		lines = append(lines, "", plural(e.Response.Size, "byte", "bytes")+" that are no text")
	default:
		lines = append(lines, "", cut(PlainLines(string(body[:min(len(body), 8*longest)]))))
	}
	for _, note := range [][2]string{{"broke off: ", e.Response.BodyErr}, {"not looked at: ", e.Response.Unseen}} {
		if note[1] != "" {
			lines = append(lines, short(note[0]+note[1], 300))
		}
	}
	return strings.Join(lines, "\n")
}

// logText is the log of a case, so many lines of it.
func logText(s *check.Subject, most int) string {
	var lines []string
	all := linesOf(s)
	for _, l := range all[:min(len(all), most)] {
		lines = append(lines, short(l.Text, 400))
	}
	if len(all) > most {
		lines = append(lines, fmt.Sprintf("and %d more", len(all)-most))
	}
	return strings.Join(lines, "\n")
}

// cut is the beginning of a text.
func cut(text string) string {
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	return string(runes[:longest]) + fmt.Sprintf("\n... and %d more characters", len(runes)-longest)
}
