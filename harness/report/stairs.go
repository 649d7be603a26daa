package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// stair is a column of the matrix as it is written: faults of one dependency that show the same. Its head is a line of text
// above it, and heads go down like stairs, so that names stay whole and columns narrow.
type stair struct {
	on    string
	cells []cell
	at    map[string]string // sign by row
}

// stairs joins columns of one dependency that have the same signs wherever both were tried; with Style.All it joins none.
func (p *paper) stairs(g grid, cols []cell) []stair {
	var all []stair
	for _, c := range cols {
		one := stair{on: c.On, cells: []cell{c}, at: map[string]string{}}
		for _, row := range g.rows {
			one.at[row] = g.at[row][c]
		}
		all = append(all, one)
	}
	if p.style.All {
		return all
	}
	// Those that were tried with most requests gather the others.
	slices.SortStableFunc(all, func(a, b stair) int {
		return cmp.Or(late(a.cells[0])-late(b.cells[0]), strings.Compare(a.on, b.on), b.tried()-a.tried())
	})
	var joined []stair
	for _, s := range all {
		i := slices.IndexFunc(joined, func(j stair) bool { return p.alike(j, s) })
		if i < 0 {
			joined = append(joined, s)
			continue
		}
		joined[i].cells = append(joined[i].cells, s.cells...)
		for row, sign := range s.at {
			joined[i].at[row] = orWord(joined[i].at[row], sign)
		}
	}
	for _, s := range joined {
		slices.SortFunc(s.cells, func(a, b cell) int { return strings.Compare(a.Fault, b.Fault) })
	}
	return joined
}

func (s stair) names() []string {
	var names []string
	for _, c := range s.cells {
		names = append(names, c.Fault)
	}
	return names
}

func (s stair) tried() int {
	n := 0
	for _, sign := range s.at {
		if sign != "" {
			n++
		}
	}
	return n
}

// alike tells whether two columns of one dependency differ in no row where both were tried, and show the same causes.
func (p *paper) alike(a, b stair) bool {
	if a.on != b.on {
		return false
	}
	m := p.marks()
	var causes [2][]string
	for row := range a.at {
		if a.at[row] != b.at[row] && a.at[row] != "" && b.at[row] != "" {
			return false
		}
		for i, sign := range []string{a.at[row], b.at[row]} {
			if sign != m.held && sign != m.skipped {
				causes[i] = insert(causes[i], sign)
			}
		}
	}
	return slices.Equal(causes[0], causes[1])
}

// columns writes the matrix, as many columns at a time as leave room for the last one's head.
func (p *paper) columns(rows []string, all []stair) {

	label, wide := 0, 1
	for _, row := range rows {
		label = max(label, min(utf8.RuneCountInString(Plain(row)), 24))
		for _, s := range all {
			wide = max(wide, utf8.RuneCountInString(s.at[row]))
		}
	}
	wide += 2
	const room = 34 // for the last head
	fit := max(1, (p.style.width()-label-room)/wide)
	for start := 0; start < len(all); start += fit {
		if start > 0 {
			p.line("")
		}
		p.block(rows, all[start:min(start+fit, len(all))], label+2, wide)
	}
}

// block writes columns side by side: a line of head for each, then the rows.
func (p *paper) block(rows []string, stairs []stair, label, wide int) {
	bars := pad("", label)
	for i, s := range stairs {
		room := p.style.width() - label - i*wide - min(utf8.RuneCountInString(s.on), 24) - 1
		p.line("%s%s %s", p.paint(dim, bars), p.paint(bold, short(s.on, 24)), short(some(s.names(), room), max(room, 12)))
		bars += pad(p.marks().bar, wide)
	}
	for _, row := range rows {
		line := pad(short(row, 24), label)
		for _, s := range stairs {
			sign := orWord(s.at[row], p.marks().never)
			line += p.mark(sign) + pad("", wide-utf8.RuneCountInString(sign))
		}
		p.line("%s", line)
	}
}

// widest keeps the columns of most faults, and says how many it left out.
func widest(all []stair, most int) (kept []stair, hidden int) {
	if len(all) <= most {
		return all, 0
	}
	sizes := make([]int, 0, len(all))
	for _, s := range all {
		sizes = append(sizes, len(s.cells))
	}
	slices.Sort(sizes)
	for _, s := range all {
		if len(s.cells) >= sizes[len(sizes)-most] && len(kept) < most {
			kept = append(kept, s)
		}
	}
	return kept, len(all) - len(kept)
}

// legend explains the signs that are in the matrix.
func (p *paper) legend(rows []string, stairs []stair) string {
	m := p.marks()
	there := map[string]bool{}
	for _, row := range rows {
		for _, s := range stairs {
			there[orWord(s.at[row], m.never)] = true
		}
	}
	var words []string
	for _, s := range [][2]string{{m.held, "passed"}, {m.unclear, "inconclusive"}, {m.broken, "broken"}, {m.never, "not tried with it"}, {m.skipped, "skipped"}} {
		if there[s[0]] {
			words = append(words, s[0]+" "+s[1])
			delete(there, s[0])
		}
	}
	if len(there) > 0 {
		words = append(words, "letters: the cause")
	}
	return strings.Join(words, "   ")
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
