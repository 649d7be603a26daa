// Package contract says what is owed to a caller when something goes wrong: a table from causes to statuses, headers and
// bodies, as data. Profiles say how much of it is judged; overrides of a lab, a request or a scenario win.
package contract

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
)

// Role is what a dependency is for a request.
type Role string

// The roles. An unknown role turns a 2xx under its loss into a question to the team.
const (
	Unknown   Role = ""
	Essential Role = "essential"
	Optional  Role = "optional"
)

// Profile is how much of the table is judged.
type Profile string

// The profiles, from what nobody disputes to the whole table.
const (
	Floor    Profile = "floor"
	Standard Profile = "standard"
	Strict   Profile = "strict"
)

// Profiles lists the profiles, mildest first.
func Profiles() []Profile { return []Profile{Floor, Standard, Strict} }

// Impact is how bad a failure is.
type Impact string

// The impacts, worst first.
const (
	Critical Impact = "critical"
	Major    Impact = "major"
	Minor    Impact = "minor"
	Note     Impact = "note"
)

// Rank orders impacts: 4 for critical down to 1 for note, 0 for none.
func (i Impact) Rank() int {
	switch i {
	case Critical:
		return 4
	case Major:
		return 3
	case Minor:
		return 2
	case Note:
		return 1
	}
	return 0
}

// Gate is the least impact that fails a run under the profile.
func (p Profile) Gate() Impact {
	switch p {
	case Strict:
		return Note
	case Standard:
		return Minor
	}
	return Major
}

// Row is what is owed for some causes. Words are NNN, NNN+RA, NXX, calm (as without the fault), recovered (a complete
// success), exit, not-ready, broken-stream, hang.
type Row struct {
	Causes []string `json:"causes" decode:"must,one"`
	Role   Role     `json:"role,omitempty"`
	Write  *bool    `json:"write,omitempty"`
	Keyed  *bool    `json:"keyed,omitempty"`
	Away   Away     `json:"when-away,omitempty"` // only where this is declared
	Prefer []string `json:"prefer" decode:"must,one"`
	Accept []string `json:"accept,omitempty" decode:"one"`
	Never  []string `json:"never,omitempty" decode:"one"`
	Header []string `json:"header,omitempty" decode:"one"` // fields that must be there
	Source string   `json:"source,omitempty"`
	Floor  string   `json:"floor,omitempty"`     // the sentences on which Never rests, which the floor judges: nobody disputes them
	Temp   bool     `json:"temporary,omitempty"` // the condition passes: 502, 503 and 504 stand for each other on the floor
	Server bool     `json:"by-server,omitempty"` // the HTTP server may answer by itself, before the application: its form is not judged
	Routes bool     `json:"by-router,omitempty"` // a router may answer by itself, in words of its own: that it is in another form is judged where a form is declared, or strictly

	Protocol exchange.Protocol `json:"protocol,omitempty"` // not a row of its own: it is laid over what is owed to requests of this protocol
	Pos      decode.Pos        `json:"-" decode:"pos"`
	layer    int               // 0: built in; higher ones were laid over it
}

// Key is what a row is looked up by.
type Key struct {
	Cause    string
	Role     Role
	Write    bool
	Keyed    bool
	Away     Away
	Protocol exchange.Protocol
}

// Table is a list of rows. A row for what is declared wins over one for the role at hand, and that over one for all; then what was laid over the table with With,
// also by a glob, wins over what lies below; then the more specific row; then the later one.
type Table struct {
	Rows []Row `json:"rows"`
}

//go:embed table.yaml
var table []byte

// Built is the table that failwell comes with.
func Built() (Table, error) {
	var t Table
	err := decode.YAML("harness/contract/table.yaml", table, &t)
	return t, err
}

// With lays further rows over the table.
func (t Table) With(rows ...Row) Table {
	layer := 1
	for _, r := range t.Rows {
		layer = max(layer, r.layer+1)
	}
	all := slices.Concat(t.Rows, rows)
	for i := range rows {
		all[len(t.Rows)+i].layer = layer
	}
	return Table{Rows: all}
}

// Owed gives the most specific row for the key. What its protocol has of its own is laid over it: what that prefers is preferred
// then, and what was preferred before is accepted.
func (t Table) Owed(k Key) (Row, bool) {
	row, found := t.owed(k, exchange.HTTP)
	if k.Protocol == exchange.HTTP || !found {
		return row, found
	}
	if own, ok := t.owed(k, k.Protocol); ok {
		return row.under(own), true
	}
	return row, true
}

// under is a row over which that of a protocol is laid. What is never right stays so where neither prefers or accepts it: a success
// that hides what failed.
func (r Row) under(own Row) Row {
	r.Accept, r.Never = slices.Concat(own.Accept, r.Prefer, r.Accept), slices.Concat(r.Never, own.Never)
	r.Prefer, r.Source = own.Prefer, own.Source+"; "+r.Source
	return r
}

// owed gives the most specific row of a protocol.
func (t Table) owed(k Key, of exchange.Protocol) (Row, bool) {
	best, found := Row{}, false
	var most [3]int
	for _, r := range t.Rows {
		s := r.fits(k)
		if s < 0 || r.Protocol != of {
			continue
		}
		rank := [3]int{0, r.layer, s}
		switch {
		case r.Away != Undeclared:
			rank[0] = 2
		case r.Role != Unknown:
			rank[0] = 1
		}
		if !found || slices.Compare(rank[:], most[:]) >= 0 {
			best, most, found = r, rank, true
		}
	}
	return best, found
}

// fits gives how specifically the row speaks about the key, its role aside; -1 when it does not speak about it.
func (r Row) fits(k Key) int {
	score := -1
	for _, c := range r.Causes {
		if ok, _ := path.Match(c, k.Cause); ok {
			score = max(score, 10-5*strings.Count(c, "*"))
		}
	}
	if score < 0 || r.Role != "" && r.Role != k.Role || r.Away != "" && r.Away != k.Away || r.Write != nil && *r.Write != k.Write || r.Keyed != nil && *r.Keyed != k.Keyed {
		return -1
	}
	for _, narrowed := range []bool{r.Write != nil, r.Keyed != nil} {
		if narrowed {
			score++
		}
	}
	return score
}

// Causes lists every cause that the table names without a glob.
func (t Table) Causes() []string {
	var all []string
	for _, r := range t.Rows {
		for _, c := range r.Causes {
			if !strings.Contains(c, "*") && !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	slices.Sort(all)
	return all
}

// Check finds the words that mean nothing.
func (r Row) Check() error {
	var bad decode.Problems
	for _, list := range [][]string{r.Prefer, r.Accept, r.Never} {
		for _, w := range list {
			if !validWord(w) {
				bad.Add(r.Pos, "%q is no status or outcome: want NNN, NNN+RA, NXX, or one of %s", w, strings.Join(Words(), ", "))
			}
		}
	}
	return bad.Err()
}

// Words lists the outcomes that are not statuses.
func Words() []string {
	return []string{"calm", "recovered", "exit", "not-ready", "broken-stream", "hang"}
}

func validWord(w string) bool {
	if slices.Contains(Words(), w) {
		return true
	}
	w = strings.TrimSuffix(w, "+RA")
	if len(w) != 3 || w[0] < '1' || w[0] > '5' {
		return false
	}
	return w[1:] == "XX" || w[1] >= '0' && w[1] <= '9' && w[2] >= '0' && w[2] <= '9'
}

// Means tells whether a word of a row covers a status.
func Means(word string, status int) bool {
	word = strings.TrimSuffix(word, "+RA")
	if len(word) == 3 && strings.HasSuffix(word, "XX") {
		return int(word[0]-'0') == status/100
	}
	return word == fmt.Sprint(status)
}

// Any tells whether one of the words covers the status, and which.
func Any(words []string, status int) (string, bool) {
	for _, w := range words {
		if Means(w, status) {
			return w, true
		}
	}
	return "", false
}
