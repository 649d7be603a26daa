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

// Doc says how much the profile judges.
func (p Profile) Doc() string {
	switch p {
	case Strict:
		return "The whole table of what is owed, with every header field that it names."
	case Standard:
		return "What most teams want: 5xx statuses of the right class, a trace id, one form for all errors, and the declared deadline."
	}
	return "What nobody disputes: answers at all, heals, stays alive, leaks nothing, and never says success or blames the caller when a dependency failed."
}

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
	Causes []string `json:"causes" decode:"must,one" doc:"the causes it speaks about, or globs of them" example:"[store/*]"`
	Role   Role     `json:"role,omitempty" doc:"only for dependencies of this role" default:"any" example:"optional"`
	Write  *bool    `json:"write,omitempty" doc:"only for requests that change something, or only for those that do not" default:"any" example:"true"`
	Keyed  *bool    `json:"keyed,omitempty" doc:"only for requests with an idempotency key, or only for those without" default:"any" example:"true"`
	Away   Away     `json:"when-away,omitempty" doc:"only where the system declares to do this" default:"any" example:"open"`
	Prefer []string `json:"prefer" decode:"must,one" doc:"the best answers: NNN, NNN+RA (with Retry-After), NXX, calm, recovered, exit, not-ready, broken-stream, hang" example:"[503+RA]"`
	Accept []string `json:"accept,omitempty" decode:"one" doc:"answers that are as good for most" example:"[500]"`
	Never  []string `json:"never,omitempty" decode:"one" doc:"answers that are wrong" example:"[2XX, 4XX, hang]"`
	Header []string `json:"header,omitempty" decode:"one" doc:"header fields that the answer must have" example:"[Retry-After]"`
	Source string   `json:"source,omitempty" doc:"why this is owed" example:"RFC 9110 15.6.4"`
	Floor  string   `json:"floor,omitempty" doc:"the sentences on which the row rests, where nobody disputes them" example:"RFC 9110 15.5"`
	Temp   bool     `json:"temporary,omitempty" doc:"true: the condition passes, and 502, 503 and 504 stand for each other on the floor" default:"false" example:"true"`
	Server bool     `json:"by-server,omitempty" doc:"true: the HTTP server may answer before the application, so the form of the answer is not judged" default:"false" example:"true"`
	Routes bool     `json:"by-router,omitempty" doc:"true: a router may answer in words of its own, which are judged where a form is declared, or strictly" default:"false" example:"true"`

	Protocol exchange.Protocol `json:"protocol,omitempty" doc:"only for requests of this protocol" default:"any" example:"graphql"`
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
