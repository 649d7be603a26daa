package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
)

// Show writes one case in full: why it exists, what was asked, what was broken, which calls were struck, what came, what is
// owed and by which standard, what the log says, whether it healed, where to look, and how to replay just this case.
func Show(w io.Writer, r Run, c Result, style Style) error {
	p := &paper{w: w, style: style}
	v := Headline(c)
	g, grouped := r.group(c.Group)
	title := []string{p.outcome(c, v), Plain(c.ID)}
	if grouped {
		title = append(title, "group "+letterAndName(g))
	}
	if r.Seed != "" {
		title = append(title, "seed "+Plain(r.Seed))
	}
	p.line("%s", p.paint(bold, strings.Join(title, "  ")))
	p.entry("why", c.Why)
	if c.Outcome != check.Pass && c.Outcome != check.Fail {
		p.entry("reason", reason(c))
	}
	for _, s := range c.Given {
		p.entry("broken", given(s))
	}
	if c.Subject != nil {
		p.subject(r, c, *c.Subject)
	}
	if v.Check != "" {
		p.entry("evidence", strings.Join(nonEmpty(v.Reason, v.Evidence), ": "))
		p.entry("expected", strings.Join(nonEmpty(owed(v, []map[string]string{facts(c, v, trouble{}, joinedOn(c.On))}, c), strings.TrimSpace(v.Cite+" "+basis(v))), "; "))
		p.entry("look", orWord(v.Look, v.Told().Look))
	}
	if grouped && len(g.Cases) > 1 {
		p.entry("group", fmt.Sprintf("%s: %s; %s the same cause", g.Letter, g.Headline, plural(len(g.Cases)-1, "other case has", "other cases have")))
	}
	p.verbatim("rerun", replayOne(r, c))
	p.verbatim("hold it", command(r, "up", c.ID))
	p.verdicts(c)
	return p.err
}

// replayOne is the command that runs just this case again, with the seed of the run.
func replayOne(r Run, c Result) string {
	line := replay(r)
	if r.Seed != "" && !strings.Contains(line, "--seed") {
		line += " --seed " + quote(Plain(r.Seed))
	}
	return line + " --only " + quote(c.ID)
}

func (p *paper) outcome(c Result, v check.Verdict) string {
	if c.Outcome == check.Fail {
		return strings.TrimSpace(p.impact(v.Impact)) + "  " + Plain(v.Check)
	}
	return strings.ToUpper(orWord(Plain(string(c.Outcome)), "no outcome"))
}

func basis(v check.Verdict) string {
	if v.Basis == "" {
		return ""
	}
	return "(" + string(v.Basis) + ")"
}

func (p *paper) subject(r Run, c Result, s check.Subject) {
	for _, e := range s.Judged(exchange.Faulty) {
		p.entryOf("asked", asked(e.Request), 3)
		p.verbatim("", "curl: "+command(r, "curl", c.ID))
		break
	}
	if len(s.Changed) > 0 {
		p.entry("changed", strings.Join(s.Changed, ", "))
	}
	for _, e := range s.Judged(exchange.Calm) {
		p.entry("calm", came(e)+after(e)+calls(e))
		break
	}
	p.launch(s)
	for _, e := range s.Judged(exchange.Faulty) {
		for _, h := range e.Struck() {
			p.entry("struck", hit(h))
		}
	}
	if why := check.EvidenceOf(s).Missed(); why != "" {
		p.entry("struck", "no: "+why)
	}
	for _, e := range s.Judged(exchange.Faulty) {
		p.entry("got", came(e)+after(e)+calls(e))
		p.entry("made by", hop(e))
		if !slices.ContainsFunc(e.Struck(), func(h fault.Hit) bool { return !h.Background }) {
			p.waited(e)
		}
	}
	if s.Died != nil {
		p.entry("died", strings.Join(nonEmpty(fmt.Sprint("code ", s.Died.Code), s.Died.Signal, s.Died.Part), " "))
	}
	p.logs(s)
	healed := s.Judged(exchange.Healed)
	if n := len(healed); n > 0 {
		last := healed[n-1]
		p.entry("healed", came(last)+after(last)+fmt.Sprintf(", %s after lifting", round(last.At+last.Took-healed[0].At)))
	}
}

// launch says how the system started under the fault, where it was started for the case.
func (p *paper) launch(s check.Subject) {
	l, ok := s.Launch(exchange.Faulty)
	if !ok {
		return
	}
	how := "ready in " + round(l.Took)
	switch {
	case l.Exit != nil:
		how = strings.Join(nonEmpty(fmt.Sprint("ended with code ", l.Exit.Code), l.Exit.Signal, "after "+round(l.Took)), " ")
	case !l.Ready:
		how = "not ready in " + round(l.Took)
	}
	p.entry("start", how)
	last := l.Last[max(0, len(l.Last)-5):]
	if why := exchange.Why(l.Last); !l.Ready && why != "" && !slices.Contains(last, why) {
		p.entry("", short(why, 300))
	}
	for _, line := range last {
		p.entry("", short(line, 300))
	}
	p.back(s)
}

// back says how it got well again, where it was started under a fault.
func (p *paper) back(s check.Subject) {
	up, ok := s.Launch(exchange.Healed)
	switch {
	case !ok || !s.Injection.Starts():
	case up.Ready:
		p.entry("back", "ready "+round(up.Took)+" after lifting")
	case up.Exit != nil:
		p.entry("back", up.Exit.String())
	default:
		p.entry("back", "not ready "+round(up.Took)+" after lifting")
	}
}

// waited names the calls that were open for most of the time, where nothing was struck but links.
func (p *paper) waited(e exchange.Exchange) {
	for _, h := range e.Hits {
		if !h.Background && (h.Took == 0 || h.Took*2 > e.Took) {
			p.entry("waited", hit(h))
		}
	}
}

func (p *paper) logs(s check.Subject) {
	const most = 8
	lines := linesOf(&s)
	p.entry("log", plural(len(lines), "line for this request", "lines for this request"))
	for _, l := range lines[:min(len(lines), most)] {
		p.entry("", short(l.Text, 300))
	}
	if len(lines) > most {
		p.entry("", fmt.Sprintf("and %d more", len(lines)-most))
	}
}

// hit says a call and what became of it.
func hit(h fault.Hit) string {
	text := fmt.Sprintf("%s call %d: %s", h.Call.On, h.Call.N, h.Call.Op)
	if h.Call.Text != string(h.Call.Op) {
		text = strings.TrimSpace(text + " " + short(h.Call.Text, 120))
	}
	var became []string
	if h.Effect.Verb != "" {
		became = append(became, "made to "+string(h.Effect.Verb)+orNothing(h.Done != fault.Carried && h.Done != "", " ("+string(h.Done)+")"))
	}
	if h.Answer != "" {
		became = append(became, "got "+h.Answer)
	}
	if h.Took == 0 {
		became = append(became, "still open")
	} else {
		became = append(became, "took "+round(h.Took))
	}
	return text + "; " + strings.Join(became, ", ")
}

func after(e exchange.Exchange) string {
	if e.Failure == exchange.NoAnswer || e.Took == 0 {
		return ""
	}
	return " in " + round(e.Took)
}

// hop says who made the answer, where that can be told.
func hop(e exchange.Exchange) string {
	switch {
	case e.Hop == "":
		return ""
	case e.Response == nil:
		return e.Hop + ", which gave no answer"
	case slices.ContainsFunc(e.Hits, func(h fault.Hit) bool { return h.Call.On == e.Hop }):
		return e.Hop + ", whose answer was passed through"
	}
	return e.Hop
}

// calls counts the calls of an exchange by dependency.
func calls(e exchange.Exchange) string {
	count := map[string]int{}
	var names []string
	for _, h := range e.Hits {
		if !h.Background && observe.IsApplications(h) {
			count[h.Call.On]++
			names = insert(names, h.Call.On)
		}
	}
	for i, n := range names {
		names[i] = fmt.Sprint(n, " ", count[n])
	}
	if len(names) == 0 {
		return ""
	}
	return "; calls: " + strings.Join(names, ", ")
}
