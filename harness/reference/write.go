package reference

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// List writes a line for each entry of a sort.
func List(w io.Writer, all []Entry, sort string) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, e := range all {
		if e.Sort == sort {
			_, _ = fmt.Fprintf(t, "%s\t%s\n", e.Name, e.Line)
		}
	}
	return t.Flush()
}

// Explain writes all that is to be said of some entries.
func Explain(w io.Writer, meant []Entry) error {
	var b strings.Builder
	for i, e := range meant {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s (%s)\n%s", e.Name, singular(e.Sort), e.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// singular is one of a sort, in words.
func singular(sort string) string {
	switch sort {
	case "replies":
		return "reply"
	case "keys":
		return "key of the lab file"
	case "systems":
		return "way to bring up a system"
	case "fakes":
		return "kind of dependency"
	}
	return strings.TrimSuffix(sort, "s")
}

// Markdown writes the whole reference.
func Markdown(w io.Writer, all []Entry) error {
	var b strings.Builder
	b.WriteString("# failwell reference\n")
	for _, sort := range Sorts() {
		fmt.Fprintf(&b, "\n## %s\n", upper(sort))
		for _, e := range all {
			if e.Sort == sort {
				fmt.Fprintf(&b, "\n### %s\n\n```text\n%s```\n", e.Name, e.Text)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Man writes the reference as a manual page, failwell(5).
func Man(w io.Writer, all []Entry) error {
	var b strings.Builder
	b.WriteString(".TH FAILWELL 5\n.SH NAME\nfailwell \\- what the names in its files mean\n")
	for _, sort := range Sorts() {
		fmt.Fprintf(&b, ".SH %s\n", strings.ToUpper(sort))
		for _, e := range all {
			if e.Sort == sort {
				fmt.Fprintf(&b, ".TP\n.B %s\n.nf\n%s.fi\n", roff(e.Name), roffLines(e.Text))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// roff escapes what means something to troff.
func roff(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
}

func roffLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(roff(text)) {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			b.WriteString(`\&`)
		}
		b.WriteString(line)
	}
	return b.String()
}
