// Package reference says what every name means: faults, checks, kinds of dependency, replies, causes, scenarios, ways to bring up a
// system, profiles, and the keys of a lab file. All that it says is data beside what has the name; here it is only put together.
//
//	catalog, contract, scenarios, labfile.Keys -> Entries -> list, explain, markdown, man
//	                               labfile.Keys -> Schema (JSON Schema)
package reference

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// Sorts are what there are lists of, in the order of the reference.
func Sorts() []string {
	return []string{"keys", "systems", "fakes", "replies", "faults", "checks", "causes", "profiles", "scenarios"}
}

// Entry is one name, and what is to be said of it.
type Entry struct {
	Sort string // one of Sorts
	Name string // unique within its sort
	Line string // what it is, in one line
	Text string // all of it: lines of plain text, without the name
}

// Called tells whether people mean the entry by a name: its own, that of a reply without its kind, or that of a key with the names
// that a file chose, or without them.
func (e Entry) Called(name string) bool {
	if e.Name == name {
		return true
	}
	switch e.Sort {
	case "replies":
		_, short, _ := strings.Cut(e.Name, ".")
		return short == name
	case "keys":
		return fits(strings.Split(e.Name, "."), strings.Split(name, "."))
	}
	return false
}

// fits tells whether a path is meant by words: NAME stands for any one word, or for none.
func fits(path, words []string) bool {
	switch {
	case len(path) == 0:
		return len(words) == 0
	case path[0] == "NAME" && (fits(path[1:], words) || len(words) > 0 && fits(path[1:], words[1:])):
		return true
	}
	return len(words) > 0 && path[0] == words[0] && fits(path[1:], words[1:])
}

// Source is all that has names.
type Source struct {
	Catalog   catalog.Catalog
	Table     contract.Table
	Scenarios []scenario.Scenario
}

// Entries are all names, sort by sort, each in alphabetical order but for keys and profiles, which have an order of their own.
func (s Source) Entries() ([]Entry, error) {
	kinds, err := s.Catalog.CheckKinds()
	if err != nil {
		return nil, err
	}
	all := slices.Concat(Keys(labfile.Keys(s.Catalog)), scenarioKeys(), s.systems(), s.fakes(), s.replies(), s.faults())
	for _, name := range s.Catalog.CheckNames() {
		var text bytes.Buffer
		if err := report.ExplainCheck(&text, name, kinds[name]); err != nil {
			return nil, err
		}
		_, rest, _ := strings.Cut(text.String(), "\n")
		all = append(all, Entry{Sort: "checks", Name: name, Line: sentence(kinds[name].Doc), Text: rest})
	}
	return slices.Concat(all, s.causes(), profiles(), s.scenarios()), nil
}

// Named are the entries that people may mean by a name.
func Named(all []Entry, name string) []Entry {
	var exact, meant []Entry
	for _, e := range all {
		if e.Name == name {
			exact = append(exact, e)
		} else if e.Called(name) {
			meant = append(meant, e)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return meant
}

// Names are all names, for suggestions.
func Names(all []Entry) []string {
	var names []string
	for _, e := range all {
		names = append(names, e.Name)
	}
	return names
}

// sentence is the first one of a paragraph.
func sentence(doc string) string {
	first, _, more := strings.Cut(doc, ". ")
	if more {
		return first + "."
	}
	return first
}

// sheet is lines with a word before each.
type sheet struct {
	buf bytes.Buffer
	w   *tabwriter.Writer
}

func newSheet(doc string) *sheet {
	s := &sheet{}
	if doc != "" {
		fmt.Fprintln(&s.buf, doc)
	}
	s.w = tabwriter.NewWriter(&s.buf, 0, 4, 2, ' ', 0)
	return s
}

func (s *sheet) line(label, text string) {
	if text != "" {
		_, _ = fmt.Fprintf(s.w, "%s\t%s\n", label, strings.ReplaceAll(text, "\n", "\n\t"))
	}
}

// fields describes parameters, one a line.
func (s *sheet) fields(label string, keys []decode.Key) {
	for i, k := range keys {
		if i > 0 {
			label = ""
		}
		s.line(label, fmt.Sprintf("%s: %s", k.Name, told(k)))
	}
}

func (s *sheet) String() string {
	_ = s.w.Flush()
	return s.buf.String()
}

// told is what is to be said of a key in one line.
func told(k decode.Key) string {
	text := k.Doc
	switch {
	case k.Must:
		text += "; must be there"
	case k.Default != "":
		text += " (default: " + k.Default + ")"
	}
	return text
}
