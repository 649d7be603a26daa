package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// pages are the template of the HTML report, its style and its script.
//
//go:embed page
var pages embed.FS

// HTML writes the run as one file that loads nothing and works without its script. Its content security policy runs the script that is
// in it, known by a nonce, and nothing else. Every text is plain and escaped, so that no body of a tested system does anything in it.
// Cases are told in full as long as the page stays small, those of the worst groups first.
func HTML(w io.Writer, r Run) error {
	t, err := template.New("report").Funcs(template.FuncMap{"plain": func(v any) string { return Plain(fmt.Sprint(v)) }}).ParseFS(pages, "page/report.html")
	if err != nil {
		return fmt.Errorf("read the HTML template: %w", err)
	}
	page, err := htmlRun(r, t)
	if err == nil {
		err = t.ExecuteTemplate(w, "report.html", page)
	}
	if err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	return nil
}

// htmlPage is what the template is given.
type htmlPage struct {
	Run         Run
	Nonce       string
	Style       template.CSS
	Script      template.JS
	Head, Short string
	Exit        string
	OK          bool
	Tiles       []htmlTile
	Asks        []htmlAsk
	Grid        htmlGrid
	Groups      []htmlGroup
	Loose       []template.HTML // cases that came to no verdict
	Quiet       []Result        // what passed or was skipped
	QuietCount  string

	Impacts, Ons, Requests []string // what can be chosen

	Never, Declared []string // what was never broken, and the rest of what the lab declares
	Covered         string
	Notes           []string
}

// htmlTile is a number at the top.
type htmlTile struct {
	N           int
	Word, Class string
}

// htmlFact is a labelled text; code is to be copied.
type htmlFact struct {
	Label, Text string
	Code        bool
}

type htmlGroup struct {
	ID, Letter, Headline, State string
	Impact, Class               string
	Ons, Requests               string // a line each
	Facts                       []htmlFact
	Cases                       []template.HTML
}

func htmlRun(r Run, t *template.Template) (htmlPage, error) {
	out := htmlPage{Run: r, Head: header(r), Exit: r.ExitLine(false), OK: r.Exit(false) == Held, Short: plural(len(r.Groups), "group", "groups")}
	style, err := fs.ReadFile(pages, "page/report.css")
	if err != nil {
		return out, err
	}
	script, err := fs.ReadFile(pages, "page/report.js")
	if err != nil {
		return out, err
	}
	out.Style, out.Script = template.CSS(style), template.JS(script)
	if out.Nonce, err = nonce(r); err != nil {
		return out, err
	}
	out.Tiles, out.Asks, out.Grid = tiles(r), htmlAsks(r), htmlMatrix(r)
	out.Covered, out.Never, out.Notes = covered(r), neverBroken(r, true), coverageNotes(r)
	for _, c := range r.Coverage {
		if c.Broken > 0 || c.Unbroken != "" {
			out.Declared = append(out.Declared, c.line())
		}
	}
	for _, g := range r.Groups {
		out.Impacts = insert(out.Impacts, impactOf(g))
		out.Ons, out.Requests = insert(out.Ons, plains(g.Dependencies)...), insert(out.Requests, plains(g.Requests)...)
	}
	return out, out.cases(r, t)
}

// cases puts every case where it belongs: below its group, to those without a verdict, or to the quiet ones.
func (p *htmlPage) cases(r Run, t *template.Template) error {
	m := &htmlCases{run: r, template: t, room: htmlRoom, seen: map[string]string{}}
	below := map[string][]Result{}
	for _, c := range r.Results {
		switch _, grouped := r.group(c.Group); {
		case grouped:
			below[c.Group] = append(below[c.Group], c)
		case c.Outcome == check.Pass || c.Outcome == check.Skipped:
			p.Quiet = append(p.Quiet, c)
		}
	}
	for _, g := range r.Groups {
		one := m.group(g)
		for _, c := range below[g.Key] {
			one.Cases = append(one.Cases, m.write(c, c.ID == g.Example))
		}
		p.Groups = append(p.Groups, one)
	}
	for _, c := range r.Results {
		if _, grouped := r.group(c.Group); !grouped && c.Outcome != check.Pass && c.Outcome != check.Skipped {
			p.Loose = append(p.Loose, m.write(c, false))
		}
	}
	p.QuietCount = plural(len(p.Quiet), "case", "cases")
	return m.err
}

// nonce is what a text in the run cannot know before: it is made of all that is in it.
func nonce(r Run) (string, error) {
	doc, err := json.Marshal(r)
	sum := sha256.Sum256(doc)
	return base64.RawURLEncoding.EncodeToString(sum[:16]), err
}

// tiles count groups by impact, then cases by outcome; what is not there has none.
func tiles(r Run) []htmlTile {
	s := r.Summary
	all := []htmlTile{{len(r.Groups), orMany(len(r.Groups), "group", "groups"), ""}}
	for _, impact := range []string{"critical", "major", "minor", "note", "unknown"} {
		n := 0
		for _, g := range r.Groups {
			n += orNone(impactOf(g) == impact, 1)
		}
		if n > 0 {
			all = append(all, htmlTile{n, impact, impact})
		}
	}
	all = append(all, htmlTile{s.Cases, orMany(s.Cases, "case", "cases"), ""})
	for _, c := range []htmlTile{{s.Pass, "passed", "pass"}, {s.Fail, "failed", "fail"}, {s.Broken, "broken", "broken"}, {s.Inconclusive, "inconclusive", "inconclusive"}, {s.Skipped, "skipped", "skipped"}} {
		if c.N > 0 {
			all = append(all, c)
		}
	}
	return all
}

func impactOf(g Group) string { return orWord(Plain(string(g.Impact)), "unknown") }

// group is a group without its cases.
func (m *htmlCases) group(g Group) htmlGroup {
	out := htmlGroup{ID: called(g), Letter: g.Letter, Headline: Plain(g.Headline), State: Plain(string(g.State)), Impact: impactOf(g), Class: impactOf(g)}
	out.Ons, out.Requests = strings.Join(plains(g.Dependencies), "\n"), strings.Join(plains(g.Requests), "\n")
	known1 := ""
	if g.Known != nil {
		known1 = known(*g.Known, g)
	}
	out.Facts = factsOf([][2]string{
		{"size", plural(len(g.Cases), "case", "cases") + ", " + share(m.run, g)}, {"when", told(g.When, 1<<20)}, {"not when", told(g.NotWhen, 1<<20)},
		{"got", g.Got}, {"made by", g.Hop}, {"expected", strings.Join(nonEmpty(g.Expected, g.Cite), "; ")}, {"evidence", found(g)},
		{"one cause", orNothing(g.Because != "", "because "+g.Because)}, {"also", strings.Join(g.Found, ", ")}, {"known", known1}, {"look", g.Look},
	})
	out.Facts = append(out.Facts, htmlFact{"rerun", Plain(again(m.run, g)), true})
	return out
}

// factsOf are those of the labelled texts that say something.
func factsOf(all [][2]string) []htmlFact {
	var out []htmlFact
	for _, f := range all {
		if f[1] != "" {
			out = append(out, htmlFact{Label: f[0], Text: Plain(f[1])})
		}
	}
	return out
}
