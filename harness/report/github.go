package report

import (
	"fmt"
	"io"
	"strings"
)

// GitHub writes the groups as annotations of a pull request: workflow commands, one a line, as the log of a GitHub Actions step understands
// them. What fails the run is an error, what does not a warning, what is known a notice. GitHub shows ten of each, so the worst come first.
func GitHub(w io.Writer, r Run) error {
	var b strings.Builder
	for _, g := range r.Groups {
		command := "warning"
		switch {
		case r.Counts(g):
			command = "error"
		case g.State == Knew:
			command = "notice"
		}
		at := r.spots(g)[0]
		lines := nonEmpty(Plain(g.Headline)+" ("+plural(len(g.Cases), "case", "cases")+")", labelled("got", g.Got), labelled("expected", strings.Join(nonEmpty(g.Expected, g.Cite), "; ")),
			labelled("evidence", found(g)), labelled("look", g.Look), labelled("rerun", again(r, g)))
		fmt.Fprintf(&b, "::%s file=%s%s,title=%s::%s\n", command, property(at.file), orNothing(at.line > 0, fmt.Sprintf(",line=%d", at.line)),
			property(strings.TrimSpace("failwell: "+letterAndName(g))), message(strings.Join(lines, "\n")))
	}
	code := r.Exit(false)
	fmt.Fprintf(&b, "::%s title=failwell::%s\n", map[bool]string{true: "notice", false: "warning"}[code == Held || code == Failed], message(r.ExitLine(false)))
	for _, c := range r.Uncovered() {
		at := r.declared([]string{c.Name})
		fmt.Fprintf(&b, "::warning file=%s,line=%d,title=%s::%s\n", property(at.file), at.line, property("failwell: never broken"), message(Plain(c.line())))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write annotations for GitHub: %w", err)
	}
	return nil
}

// labelled is a text with its label; no text has none.
func labelled(label, text string) string {
	return orNothing(text != "", label+": "+short(text, 400))
}

// message escapes what a workflow command says.
func message(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// property escapes a parameter of a workflow command.
func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(Plain(text)))
}
