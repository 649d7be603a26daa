package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Markdown writes the run as a comment on a pull request: what is new, worse, expired, spread and fixed, and one number
// for what is known. Texts from outside stand in code spans, so that nothing in them is markup, a mention or a link.
func Markdown(w io.Writer, r Run) error {
	var b strings.Builder
	code := r.Exit(false)
	verdict := "fails well"
	if !r.Full() {
		verdict = "what was judged fails well"
	}
	if code != Held {
		verdict = fmt.Sprintf("exit %d", code)
	}
	fmt.Fprintf(&b, "### failwell: %s: %s\n\n", code1(orWord(r.Lab, "lab")), verdict)
	fmt.Fprintf(&b, "%s\n\n", prose(counts(r)))
	known, shown, heading := 0, 0, ""
	for _, s := range []State{Worse, Expired, New, "", Spread} {
		for _, g := range r.Groups {
			if g.State != s {
				continue
			}
			if title := markdownTitles()[s]; title != heading {
				heading = title
				fmt.Fprintf(&b, "%s#### %s\n\n", orNothing(shown > 0, "\n"), title)
			}
			markdownGroup(&b, r, g)
			shown++
		}
	}
	for _, g := range r.Groups {
		if g.State == Knew {
			known++
		}
	}
	if shown > 0 {
		b.WriteString("\n")
	} else {
		b.WriteString("Nothing new.\n\n")
	}
	if len(r.Fixed) > 0 {
		b.WriteString("#### Fixed\n\n")
	}
	for _, k := range r.Fixed {
		fmt.Fprintf(&b, "- %s %s; `failwell run --tidy` takes it off the baseline\n", code1(k.Group), code1(k.What))
	}
	if len(r.Fixed) > 0 {
		b.WriteString("\n")
	}
	if known > 0 {
		fmt.Fprintf(&b, "%s in the baseline.\n\n", plural(known, "known cause", "known causes"))
	}
	markdownCoverage(&b, r)
	fmt.Fprintf(&b, "%s\n", prose(r.ExitLine(false)))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	return nil
}

// markdownCoverage says what was never broken, what is not calm, and what could not be judged.
func markdownCoverage(b *strings.Builder, r Run) {
	var lines []string
	for _, u := range r.Uncalm {
		lines = append(lines, u.String())
	}
	lines = append(lines, neverBroken(r, false)...)
	for _, n := range coverageNotes(r) {
		lines = append(lines, "note: "+n)
	}
	for _, u := range r.Unjudged {
		lines = append(lines, "not judged: "+u.String())
	}
	for _, l := range lines {
		fmt.Fprintf(b, "- %s\n", prose(l))
	}
	if len(lines) > 0 {
		b.WriteString("\n")
	}
	if text := covered(r); text != "" {
		fmt.Fprintf(b, "%s\n\n", prose(text))
	}
}

// markdownTitles are what stands above the groups of each state.
func markdownTitles() map[State]string {
	return map[State]string{Worse: "Worse than known", Expired: "Known, and past its date", New: "New", "": "Failed", Spread: "Known, and spread"}
}

// markdownCases are the cases of a group, folded.
func markdownCases(b *strings.Builder, g Group) {
	const most = 30
	if len(g.Cases) < 2 {
		return
	}
	fmt.Fprintf(b, "  <details><summary>%d cases</summary>\n\n", len(g.Cases))
	for _, id := range g.Cases[:min(len(g.Cases), most)] {
		fmt.Fprintf(b, "  - %s\n", code1(short(id, 200)))
	}
	if left := len(g.Cases) - most; left > 0 {
		fmt.Fprintf(b, "  - and %d more\n", left)
	}
	b.WriteString("\n  </details>\n")
}

func markdownGroup(b *strings.Builder, r Run, g Group) {
	state := ""
	if g.State == Spread {
		state = " (new on " + prose(strings.Join(g.SpreadTo, ", ")) + ")"
	}
	fmt.Fprintf(b, "- **%s %s**%s %s: %s, %s\n", strings.TrimSpace(g.Letter+" "+prose(g.Name)), strings.ToUpper(orWord(prose(string(g.Impact)), "unknown")), state, code1(g.Headline),
		plural(len(g.Cases), "case", "cases"), plural(len(g.Requests), "request", "requests"))
	for _, e := range [][2]string{
		{"when", told(g.When, 200)}, {"got", g.Got}, {"made by", g.Hop}, {"evidence", found(g)},
		{"expected", strings.Join(nonEmpty(g.Expected, g.Cite), "; ")}, {"look", g.Look}, {"rerun", again(r, g)},
	} {
		if e[1] != "" {
			fmt.Fprintf(b, "  - %s %s\n", e[0], code1(short(e[1], 300)))
		}
	}
	markdownCases(b, g)
}

// code1 is a code span on one line, whatever it holds. Its fence is longer than every run of backticks in it.
func code1(s string) string {
	s = Plain(s)
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest == 0 && strings.TrimSpace(s) != "" {
		return "`" + s + "`"
	}
	fence := strings.Repeat("`", longest+1)
	return fence + " " + s + " " + fence
}

// prose is running text in which no character is markup.
func prose(s string) string {
	var b strings.Builder
	for _, r := range Plain(s) {
		if slices.Contains([]rune("\\`*_[]<>#|~&@"), r) {
			if r == '@' || r == '<' || r == '>' || r == '&' || r == '#' {
				fmt.Fprintf(&b, "&#%d;", r)
				continue
			}
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.ReplaceAll(b.String(), "://", ":&#47;&#47;")
}
