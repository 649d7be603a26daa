package report

import "strings"

// htmlGrid is the matrix of the terminal, with links.
type htmlGrid struct {
	Cols []htmlCol
	Rows []htmlRow
	Held string
}

// htmlCol is a dependency and those of its faults that show the same.
type htmlCol struct{ On, Faults, Few string }

type htmlRow struct {
	Name  string
	Cells []htmlCell
}

// htmlCell is a sign; that of a group leads to it.
type htmlCell struct{ Sign, Class, To, Says string }

func htmlMatrix(r Run) htmlGrid {
	p := &paper{}
	g := p.grid(r)
	telling, quiet := p.divide(g)
	stairs := p.stairs(g, telling)
	grid := htmlGrid{Held: strings.ReplaceAll(p.heldText(g, quiet), glue, " ")}
	for _, s := range stairs {
		grid.Cols = append(grid.Cols, htmlCol{Plain(s.on), Plain(strings.Join(s.names(), ", ")), Plain(some(s.names(), 30))})
	}
	cells := htmlSigns(r, p.marks())
	for _, row := range g.rows {
		line := htmlRow{Name: Plain(row)}
		seen := false
		for _, s := range stairs {
			sign := orWord(s.at[row], p.marks().never)
			cell, ok := cells[sign]
			if !ok {
				cell = htmlCell{Sign: sign}
			}
			line.Cells = append(line.Cells, cell)
			seen = seen || s.at[row] != ""
		}
		if seen {
			grid.Rows = append(grid.Rows, line)
		}
	}
	return grid
}

// htmlSigns are the signs that look other than plain.
func htmlSigns(r Run, m signs) map[string]htmlCell {
	all := map[string]htmlCell{
		m.held: {Sign: m.held, Class: "pass"}, m.unclear: {Sign: m.unclear, Class: "inconclusive"}, m.broken: {Sign: m.broken, Class: "broken"}, m.skipped: {Sign: m.skipped, Class: "skipped"},
	}
	for _, g := range r.Groups {
		all[g.Letter] = htmlCell{Sign: g.Letter, Class: impactOf(g), To: called(g), Says: Plain(g.Headline)}
	}
	return all
}
