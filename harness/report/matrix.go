package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/failwell/failwell/harness/check"
)

// signs are the characters of the matrix.
type signs struct{ held, unclear, never, skipped, broken, more string }

func (p *paper) marks() signs {
	if p.style.ASCII {
		return signs{"+", "?", ".", "-", "!", "..."}
	}
	return signs{"●", "?", "·", "–", "!", "…"}
}

// cell is one column of the matrix: a fault of a dependency.
type cell struct{ On, Fault string }

// grid is requests by faults; a cell holds the letters or signs of its cases, the worst first.
type grid struct {
	rows []string
	cols []cell
	at   map[string]map[cell]string
}

func (p *paper) grid(r Run) grid {
	g := grid{at: map[string]map[cell]string{}}
	for _, c := range r.Results {
		if len(c.On) == 0 || c.Request == "" {
			continue
		}
		where := cell{Plain(strings.Join(c.On, "+")), short(column(c), 24)}
		if g.at[c.Request] == nil {
			g.at[c.Request] = map[cell]string{}
			g.rows = insert(g.rows, c.Request)
		}
		if !slices.Contains(g.cols, where) {
			g.cols = append(g.cols, where)
		}
		g.at[c.Request][where] = p.worst(g.at[c.Request][where], p.sign(r, c))
	}
	slices.SortFunc(g.cols, func(a, b cell) int {
		if a.On != b.On {
			return strings.Compare(a.On, b.On)
		}
		return strings.Compare(a.Fault, b.Fault)
	})
	return g
}

func (p *paper) sign(r Run, c Result) string {
	m := p.marks()
	switch c.Outcome {
	case check.Pass:
		return m.held
	case check.Fail:
		g, _ := r.group(c.Group)
		return orWord(g.Name, "X")
	case check.Inconclusive:
		return m.unclear
	case check.Skipped:
		return m.skipped
	}
	return m.broken
}

// worst keeps the sign that matters of several cases in one place: a letter, else broken, unclear, held, skipped.
func (p *paper) worst(a, b string) string {
	m := p.marks()
	order := []string{m.broken, m.unclear, m.held, m.skipped, ""}
	rank := func(s string) int { return slices.Index(order, s) }
	if ra, rb := rank(a), rank(b); ra < rb || ra == rb && len(a) <= len(b) && a <= b {
		return a
	}
	return b
}

// matrix writes the grid, as many columns at a time as the width allows.
func (p *paper) matrix(r Run) {
	g := p.grid(r)
	if len(g.rows) == 0 {
		return
	}
	rows, hidden := p.rows(r, g)
	label := 8
	for _, row := range rows {
		label = max(label, min(utf8.RuneCountInString(Plain(row)), 30))
	}
	for start := 0; start < len(g.cols); {
		end, room := start, p.style.width()-label-1
		for end < len(g.cols) && (end == start || room >= utf8.RuneCountInString(g.cols[end].Fault)+1) {
			room -= utf8.RuneCountInString(g.cols[end].Fault) + 1
			end++
		}
		p.line("")
		p.block(g, rows, g.cols[start:end], label)
		start = end
	}
	m := p.marks()
	legend := fmt.Sprintf("%s held   A B C cause   %s inconclusive   %s not tried with it   %s skipped", m.held, m.unclear, m.never, m.skipped)
	if hidden > 0 {
		legend = fmt.Sprintf("%s %s without findings: --all       %s", m.more, plural(hidden, "more row", "more rows"), legend)
	}
	p.line("%s", p.paint(dim, legend))
}

// rows picks the rows that are shown: all when asked for or few, else those with findings first.
func (p *paper) rows(r Run, g grid) (shown []string, hidden int) {
	const most = 20
	if p.style.All || len(g.rows) <= most {
		return g.rows, 0
	}
	for _, c := range r.Results {
		if c.Outcome != check.Pass && c.Outcome != check.Skipped && len(c.On) > 0 {
			shown = insert(shown, c.Request)
		}
	}
	return shown, len(g.rows) - len(shown)
}

func (p *paper) block(g grid, rows []string, cols []cell, label int) {
	on, names, last := "", "", ""
	for _, c := range cols {
		width := utf8.RuneCountInString(c.Fault) + 1
		if c.On != last {
			on = pad(on, utf8.RuneCountInString(names)) + c.On + " "
			last = c.On
		}
		names += pad(c.Fault, width)
	}
	p.line("%s", p.paint(bold, pad("", label+1)+on))
	p.line("%s", pad("", label+1)+names)
	for _, row := range rows {
		line := pad(short(row, 30), label+1)
		for _, c := range cols {
			sign := orWord(g.at[row][c], p.marks().never)
			line += p.mark(sign) + pad("", utf8.RuneCountInString(c.Fault)+1-utf8.RuneCountInString(sign))
		}
		p.line("%s", line)
	}
}

func (p *paper) mark(sign string) string {
	m := p.marks()
	switch sign {
	case m.held:
		return p.paint(green, sign)
	case m.unclear:
		return p.paint(yellow, sign)
	case m.never, m.skipped:
		return p.paint(dim, sign)
	}
	return p.paint(red, sign)
}
