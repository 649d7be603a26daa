package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// signs are the characters of the matrix.
type signs struct{ held, unclear, never, skipped, broken, more, bar string }

func (p *paper) marks() signs {
	if p.style.ASCII {
		return signs{"+", "?", ".", "-", "!", "...", "|"}
	}
	return signs{"●", "?", "·", "–", "!", "…", "│"}
}

// grid is requests by faults; a place holds the letter or sign of the worst of its cases.
type grid struct {
	rows []string
	cols []cell
	at   map[string]map[cell]string
}

func (p *paper) grid(r Run) grid {
	g := grid{at: map[string]map[cell]string{}}
	for _, c := range r.Results {
		if c.Request == "" {
			continue
		}
		where := place(c)
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
		return cmp.Or(late(a)-late(b), strings.Compare(a.On, b.On), strings.Compare(a.Fault, b.Fault))
	})
	return g
}

// late puts what is no dependency after the dependencies.
func late(c cell) int { return slices.Index([]string{"settings", "secrets", "input"}, c.On) }

func (p *paper) sign(r Run, c Result) string {
	m := p.marks()
	switch c.Outcome {
	case check.Pass:
		return m.held
	case check.Fail:
		g, _ := r.group(c.Group)
		return orWord(g.Letter, "X")
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

// matrix writes the grid: the faults that show something as columns, those that show the same as one, and below it how
// much held everywhere. When everything held, only that line is left.
func (p *paper) matrix(r Run) {
	g := p.grid(r)
	telling, quiet := p.divide(g)
	if p.style.All {
		telling = g.cols
	}
	if len(telling) > 0 {
		p.line("")
		stairs, cols := p.stairs(g, telling), 0
		if !p.style.All {
			stairs, cols = widest(stairs, 12)
		}
		rows, hidden := p.rows(g, stairs)
		p.columns(rows, stairs)
		words := nonEmpty(orNothing(hidden > 0, plural(hidden, "more row", "more rows")), orNothing(cols > 0, plural(cols, "more column", "more columns")))
		if len(words) > 0 {
			words = []string{p.marks().more + " " + strings.Join(words, " and ") + ": --all"}
		}
		p.line("%s", p.paint(dim, strings.Join(append(words, p.legend(rows, stairs)), "   ")))
	}
	for i, l := range wrap(p.heldText(g, quiet), p.style.width()-2) {
		p.line("%s%s", orNothing(i > 0, "  "), p.paint(green, strings.ReplaceAll(l, glue, " ")))
	}
}

// divide tells the columns that show something from those in which everything held, was skipped or was not tried.
func (p *paper) divide(g grid) (telling, quiet []cell) {
	for _, c := range g.cols {
		if p.tells(g, c) {
			telling = append(telling, c)
		} else {
			quiet = append(quiet, c)
		}
	}
	return telling, quiet
}

// tells tells whether a column has more in it than what held, was skipped or was not tried.
func (p *paper) tells(g grid, c cell) bool {
	m := p.marks()
	return slices.ContainsFunc(g.rows, func(row string) bool {
		return !slices.Contains([]string{"", m.held, m.skipped}, g.at[row][c])
	})
}

// rows picks the rows that are shown: those that show something in the columns; of many, those with causes first.
func (p *paper) rows(g grid, stairs []stair) (shown []string, hidden int) {
	const most = 14
	m := p.marks()
	has := func(row string, quiet ...string) bool {
		return slices.ContainsFunc(stairs, func(s stair) bool { return !slices.Contains(quiet, s.at[row]) })
	}
	if p.style.All {
		return g.rows, 0
	}
	for _, row := range g.rows {
		if has(row, "") {
			shown = append(shown, row)
		}
	}
	if len(shown) <= most {
		return shown, 0
	}
	total := len(shown)
	slices.SortStableFunc(shown, func(a, b string) int {
		x, y := has(a, "", m.held, m.skipped), has(b, "", m.held, m.skipped)
		switch {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return shown[:most], total - most
}

// heldText says in one line how much passed everywhere: faults by requests for dependencies, faults for the rest.
func (p *paper) heldText(g grid, quiet []cell) string {
	m := p.marks()
	var groups []string
	faults, requests := map[string]int{}, map[string][]string{}
	for _, c := range quiet {
		held := false
		for _, row := range g.rows {
			if g.at[row][c] == m.held {
				held, requests[c.On] = true, insert(requests[c.On], row)
			}
		}
		if !held {
			continue
		}
		if faults[c.On] == 0 {
			groups = append(groups, c.On)
		}
		faults[c.On]++
	}
	if len(groups) == 0 {
		return ""
	}
	for i, on := range groups {
		groups[i] = fmt.Sprint(on, " ", faults[on])
		if late(cell{On: on}) < 0 {
			groups[i] += fmt.Sprintf(" %s x %s", orMany(faults[on], "fault", "faults"), plural(len(requests[on]), "request", "requests"))
		}
	}
	for i := range groups {
		groups[i] = strings.ReplaceAll(groups[i], " ", glue)
	}
	return "passed everywhere: " + strings.Join(groups, ", ")
}

// glue stands for a space at which no line is broken.
const glue = "\x01"

func orMany(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
