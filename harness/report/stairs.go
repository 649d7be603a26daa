package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// stair is a column of the matrix as it is written: faults of one dependency that show the same for every request. Its
// head is a line of text above it, and heads go down like stairs, so that names stay whole and columns narrow.
type stair struct {
	on    string
	cells []cell
}

// stairs joins columns of one dependency that are equal in every row; with Style.All it joins none.
func (p *paper) stairs(g grid, cols []cell) []stair {
	var all []stair
	for _, c := range cols {
		i := slices.IndexFunc(all, func(s stair) bool {
			return !p.style.All && s.on == c.On && !slices.ContainsFunc(g.rows, func(row string) bool { return g.at[row][c] != g.at[row][s.cells[0]] })
		})
		if i < 0 {
			i, all = len(all), append(all, stair{on: c.On})
		}
		all[i].cells = append(all[i].cells, c)
	}
	return all
}

// columns writes the matrix, as many columns at a time as leave room for the last one's head.
func (p *paper) columns(g grid, rows []string, all []stair) {
	const most = 12
	if extra := len(all) - most; extra > 0 && !p.style.All {
		// The widest ones say most.
		kept := slices.Clone(all)
		slices.SortStableFunc(kept, func(a, b stair) int { return len(b.cells) - len(a.cells) })
		kept = kept[:most]
		all = slices.DeleteFunc(slices.Clone(all), func(s stair) bool {
			return !slices.ContainsFunc(kept, func(k stair) bool { return k.cells[0] == s.cells[0] })
		})
		defer p.line("%s", p.paint(dim, fmt.Sprintf("%s %s: --all", p.marks().more, plural(extra, "more column", "more columns"))))
	}
	label, wide := 0, 1
	for _, row := range rows {
		label = max(label, min(utf8.RuneCountInString(Plain(row)), 24))
		for _, s := range all {
			wide = max(wide, utf8.RuneCountInString(g.at[row][s.cells[0]]))
		}
	}
	wide += 2
	const room = 34 // for the last head
	fit := max(1, (p.style.width()-label-room)/wide)
	for start := 0; start < len(all); start += fit {
		if start > 0 {
			p.line("")
		}
		p.block(g, rows, all[start:min(start+fit, len(all))], label+2, wide)
	}
}

// block writes columns side by side: a line of head for each, then the rows.
func (p *paper) block(g grid, rows []string, stairs []stair, label, wide int) {
	bars := pad("", label)
	for i, s := range stairs {
		var names []string
		for _, c := range s.cells {
			names = append(names, c.Fault)
		}
		room := p.style.width() - label - i*wide - len(s.on) - 1
		p.line("%s%s %s", p.paint(dim, bars), p.paint(bold, s.on), short(some(names, room), max(room, 12)))
		bars += pad(p.marks().bar, wide)
	}
	for _, row := range rows {
		line := pad(short(row, 24), label)
		for _, s := range stairs {
			sign := orWord(g.at[row][s.cells[0]], p.marks().never)
			line += p.mark(sign) + pad("", wide-utf8.RuneCountInString(sign))
		}
		p.line("%s", line)
	}
}

// legend explains the signs that are in the matrix.
func (p *paper) legend(g grid, rows []string, cols []cell, hidden int) {
	m := p.marks()
	var words []string
	if hidden > 0 {
		words = append(words, fmt.Sprintf("%s %s: --all", m.more, plural(hidden, "more row", "more rows")))
	}
	there := map[string]bool{}
	for _, row := range rows {
		for _, c := range cols {
			there[orWord(g.at[row][c], m.never)] = true
		}
	}
	for _, s := range [][2]string{{m.held, "held"}, {m.unclear, "inconclusive"}, {m.broken, "broken"}, {m.never, "not tried with it"}, {m.skipped, "skipped"}} {
		if there[s[0]] {
			words = append(words, s[0]+" "+s[1])
		}
	}
	p.line("%s", p.paint(dim, strings.Join(append(words, "letters: the cause"), "   ")))
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
