package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

//go:embed report.html
var page string

// HTML writes the run as one file without scripts that loads nothing: its content security policy forbids both. Every
// text is plain and escaped, so that no body of a tested system does anything in it.
func HTML(w io.Writer, r Run) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"plain": func(v any) string { return Plain(fmt.Sprint(v)) },
		"join":  func(texts []string) string { return Plain(strings.Join(texts, ", ")) },
		"told":  func(conditions []string) string { return told(conditions, 1<<20) },
		"size":  func(g Group) string { return plural(len(g.Cases), "case", "cases") + ", " + share(r, g) },
		"found": found,
		"again": func(g Group) string { return Plain(again(r, g)) },
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("read the HTML template: %w", err)
	}
	if err := t.Execute(w, htmlRun(r)); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	return nil
}

// htmlPage is what the template is given.
type htmlPage struct {
	Run    Run
	Head   string
	Counts string
	Exit   string
	OK     bool
	Grid   htmlGrid
	Cases  []htmlCase // what has something to tell
	Quiet  []htmlCase // what held or was skipped

	Uncalm, Never, Declared []string // requests; what was never broken, and the rest of what the lab declares
	Covered                 string
	Notes, Unjudged         []string
}

type htmlGrid struct {
	Cols []htmlCol
	Rows []htmlRow
	Held string
}

// htmlCol is a dependency and those of its faults that show the same.
type htmlCol struct{ On, Faults string }

type htmlRow struct {
	Name  string
	Cells []string
}

type htmlCase struct {
	Result Result
	Name   string // of its group
	Text   string // the case in full
}

func htmlRun(r Run) htmlPage {
	out := htmlPage{Run: r, Head: header(r), Counts: counts(r), Exit: r.ExitLine(false), OK: r.Exit(false) == Held}
	out.Covered, out.Never, out.Notes = covered(r), neverBroken(r, true), coverageNotes(r)
	for _, u := range r.Uncalm {
		out.Uncalm = append(out.Uncalm, u.String())
	}
	for _, u := range r.Unjudged {
		out.Unjudged = append(out.Unjudged, u.String())
	}
	for _, c := range r.Coverage {
		if c.Broken > 0 || c.Unbroken != "" {
			out.Declared = append(out.Declared, c.line())
		}
	}
	out.Grid = htmlMatrix(r)
	for _, c := range r.Results {
		one := htmlCase{Result: c}
		if group, ok := r.group(c.Group); ok {
			one.Name = group.Letter
		}
		if c.Outcome != check.Pass && c.Outcome != check.Skipped {
			var text strings.Builder
			_ = Show(&text, r, c, Style{Width: 120}) // a Builder takes everything
			one.Text = text.String()
			out.Cases = append(out.Cases, one)
			continue
		}
		out.Quiet = append(out.Quiet, one)
	}
	return out
}

// htmlMatrix is the matrix of the terminal.
func htmlMatrix(r Run) htmlGrid {
	p := &paper{}
	g := p.grid(r)
	telling, quiet := p.divide(g)
	stairs := p.stairs(g, telling)
	grid := htmlGrid{Held: strings.ReplaceAll(p.heldText(g, quiet), glue, " ")}
	for _, s := range stairs {
		grid.Cols = append(grid.Cols, htmlCol{s.on, strings.Join(s.names(), ", ")})
	}
	for _, row := range g.rows {
		cells := htmlRow{Name: row}
		seen := false
		for _, s := range stairs {
			cells.Cells = append(cells.Cells, orWord(s.at[row], p.marks().never))
			seen = seen || s.at[row] != ""
		}
		if seen {
			grid.Rows = append(grid.Rows, cells)
		}
	}
	return grid
}
