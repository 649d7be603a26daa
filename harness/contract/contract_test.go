package contract_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// design are the causes of DESIGN.md, section 6. Their ids are fixed: overrides and saved runs name them.
const design = `
store: unavailable starting full slow pool-exhausted conflict disk-full read-only credential schema privilege corrupt protocol cut
  commit-unknown transaction-lost stale
data: duplicate reference invalid null unknown-value missing
upstream: refused dns timeout slow-within-limit error busy rate-limited credential absent not-found rejects-us redirect protocol
  bad-content incomplete too-big reset outcome-unknown tls at-capacity circuit-open
cache: unavailable slow wrong
queue: unavailable ack-lost
setting: missing malformed wrong unreadable
secret: missing malformed wrong expired rotated store-down unreadable
process: overload quota panic panic-midway crash stopping paused out-of-memory no-descriptors disk-full network-cut
gateway: down slow reset invalid incomplete too-big mismatch
input: malformed invalid unknown-field too-big uri-too-long header-too-big media-type not-acceptable method method-unknown not-found
  unauthenticated forbidden conflict key-missing key-reused key-in-progress key-replayed slow-client framing expectation head
graphql: syntax validation variables operation method persisted too-complex batch`

func built(t *testing.T) contract.Table {
	t.Helper()
	table, err := contract.Built()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func causes() []string {
	var all []string
	class := ""
	for _, word := range strings.Fields(design) {
		if c, ok := strings.CutSuffix(word, ":"); ok {
			class = c
			continue
		}
		all = append(all, class+"/"+word)
	}
	slices.Sort(all)
	return all
}

func TestEveryCauseHasARow(t *testing.T) {
	table := built(t)
	if got, want := table.Causes(), causes(); !slices.Equal(got, want) {
		for _, c := range want {
			if !slices.Contains(got, c) {
				t.Errorf("%s has no row", c)
			}
		}
		for _, c := range got {
			if !slices.Contains(want, c) {
				t.Errorf("%s is not in the design", c)
			}
		}
	}
	for _, c := range causes() {
		for _, role := range []contract.Role{contract.Unknown, contract.Essential, contract.Optional} {
			if _, ok := table.Owed(contract.Key{Cause: c, Role: role}); !ok {
				t.Errorf("nothing is owed for %s when it is %q", c, role)
			}
		}
	}
}

// Rows say what is owed by words that mean something, do not contradict themselves, and name their source.
func TestRows(t *testing.T) {
	for _, r := range built(t).Rows {
		if err := r.Check(); err != nil {
			t.Error(err)
		}
		if r.Source == "" {
			t.Errorf("%v has no source", r.Causes)
		}
		for _, w := range slices.Concat(r.Prefer, r.Accept) {
			if slices.Contains(r.Never, w) {
				t.Errorf("%v: %s is owed, and never right", r.Causes, w)
			}
		}
	}
	if err := (contract.Row{Prefer: []string{"5O3", "503+RA", "9XX"}, Accept: []string{"calm+RA"}, Never: []string{"4XX", "50X", ""}}).Check(); err == nil || strings.Count(err.Error(), "is no status or outcome: want NNN, NNN+RA, NXX, or one of calm, recovered, exit, not-ready, broken-stream, hang") != 5 {
		t.Errorf("%v", err)
	}
}

func yes() *bool { b := true; return &b }

func TestOwed(t *testing.T) {
	row := func(prefer string, r contract.Row) contract.Row {
		r.Prefer = []string{prefer}
		return r
	}
	data := contract.Table{Rows: []contract.Row{
		row("501", contract.Row{Causes: []string{"store/*"}}),
		row("502", contract.Row{Causes: []string{"store/slow", "store/full"}}),
		row("503", contract.Row{Causes: []string{"store/slow"}, Write: yes()}),
		row("504", contract.Row{Causes: []string{"store/slow"}, Write: yes(), Keyed: yes()}),
		row("200", contract.Row{Causes: []string{"store/*"}, Role: contract.Optional}),
		row("505", contract.Row{Causes: []string{"store/twice"}}),
		row("506", contract.Row{Causes: []string{"store/twice"}}),
	}}
	lab := data.With(row("507", contract.Row{Causes: []string{"store/f*"}}), row("508", contract.Row{Causes: []string{"store/own"}}))
	request := lab.With(row("509", contract.Row{Causes: []string{"store/*"}, Write: yes()}))
	for _, c := range []struct {
		name  string
		table contract.Table
		key   contract.Key
		want  string
	}{
		{"a glob", data, contract.Key{Cause: "store/else"}, "501"},
		{"the cause itself before a glob", data, contract.Key{Cause: "store/slow"}, "502"},
		{"narrowed before plain", data, contract.Key{Cause: "store/slow", Write: true}, "503"},
		{"narrowed twice", data, contract.Key{Cause: "store/slow", Write: true, Keyed: true}, "504"},
		{"the role before all, also by a glob", data, contract.Key{Cause: "store/slow", Role: contract.Optional}, "200"},
		{"another role", data, contract.Key{Cause: "store/slow", Role: contract.Essential}, "502"},
		{"later before earlier", data, contract.Key{Cause: "store/twice"}, "506"},
		{"nothing", data, contract.Key{Cause: "cache/slow"}, ""},
		{"what was laid over, also by a glob", lab, contract.Key{Cause: "store/full"}, "507"},
		{"what was not laid over", lab, contract.Key{Cause: "store/slow"}, "502"},
		{"a new cause", lab, contract.Key{Cause: "store/own"}, "508"},
		{"what was laid over does not make an optional dependency essential", lab, contract.Key{Cause: "store/full", Role: contract.Optional}, "200"},
		{"the upper of two layers", request, contract.Key{Cause: "store/full", Write: true}, "509"},
		{"through two layers", request, contract.Key{Cause: "store/full"}, "507"},
	} {
		got, ok := c.table.Owed(c.key)
		if ok != (c.want != "") || ok && got.Prefer[0] != c.want {
			t.Errorf("%s: %v %t, want %s", c.name, got.Prefer, ok, c.want)
		}
	}
	if len(data.Rows) != 7 || len(lab.Rows) != 9 {
		t.Error("With changed the table it was laid over")
	}
}

// An optional dependency is bypassed, whatever happens to it.
func TestOptional(t *testing.T) {
	table := built(t)
	for _, c := range table.Causes() {
		class, _, _ := strings.Cut(c, "/")
		row, _ := table.Owed(contract.Key{Cause: c, Role: contract.Optional})
		want := slices.Contains([]string{"store", "cache", "queue", "upstream", "setting", "secret"}, class)
		if got := row.Role == contract.Optional; got != want {
			t.Errorf("%s: %v", c, row)
		}
	}
}

func TestMeans(t *testing.T) {
	for _, c := range []struct {
		word   string
		status int
		want   bool
	}{
		{"503", 503, true}, {"503+RA", 503, true}, {"5XX", 503, true}, {"4XX", 503, false}, {"50", 50, true}, {"calm", 200, false}, {"", 0, false}, {"XX", 0, false},
	} {
		if got := contract.Means(c.word, c.status); got != c.want {
			t.Errorf("%q means %d: %t", c.word, c.status, got)
		}
	}
	if w, ok := contract.Any([]string{"calm", "4XX", "404"}, 404); !ok || w != "4XX" {
		t.Errorf("%q %t", w, ok)
	}
}

// What is derived has a row; every class derives the ways in which anything can go away.
func TestDerive(t *testing.T) {
	table := built(t)
	for _, class := range contract.Classes() {
		for _, what := range []string{"refused", "silent", "gone", "open", "delay", "hang", "drip", "reset", "close", "cut", "garble", "lose", "rewrite", "repeat", "pass", "reply"} {
			cause, err := contract.Derive(class, what)
			if err != nil {
				t.Fatal(err)
			}
			if cause != "" && !slices.Contains(table.Causes(), cause) {
				t.Errorf("%s %s means %s, which has no row", class, what, cause)
			}
			if cause == "" && slices.Contains([]string{"refused", "silent", "gone", "open", "delay", "hang", "reset", "close", "cut", "garble"}, what) {
				t.Errorf("%s %s means nothing", class, what)
			}
		}
	}
	if got := contract.Classes(); !slices.Equal(got, []string{"cache", "gateway", "queue", "store", "upstream"}) {
		t.Errorf("%v", got)
	}
	if c, err := contract.Derive("widget", "refused"); c != "" || err != nil {
		t.Errorf("%q %v", c, err)
	}
}

func TestGate(t *testing.T) {
	for p, want := range map[contract.Profile]contract.Impact{contract.Floor: contract.Major, contract.Standard: contract.Minor, contract.Strict: contract.Note, "": contract.Major} {
		if p.Gate() != want {
			t.Errorf("%q: %s", p, p.Gate())
		}
	}
	ranks := []contract.Impact{contract.Critical, contract.Major, contract.Minor, contract.Note, ""}
	for i := range ranks[1:] {
		if ranks[i].Rank() != ranks[i+1].Rank()+1 {
			t.Errorf("%s is not one worse than %s", ranks[i], ranks[i+1])
		}
	}
	if !slices.Equal(contract.Profiles(), []contract.Profile{"floor", "standard", "strict"}) {
		t.Errorf("%v", contract.Profiles())
	}
}

// What a protocol has of its own is laid over what is owed: an answer with errors is right, and a success where none can be true is not.
func TestProtocols(t *testing.T) {
	table := built(t)
	owed := func(cause string, p exchange.Protocol) contract.Row {
		row, ok := table.Owed(contract.Key{Cause: cause, Protocol: p})
		if !ok {
			t.Fatalf("%s has no row", cause)
		}
		return row
	}
	for _, cause := range []string{"store/unavailable", "upstream/timeout", "secret/missing", "store/schema"} {
		rest, graph := owed(cause, exchange.HTTP), owed(cause, exchange.GraphQL)
		if !slices.Equal(graph.Prefer, []string{"200"}) || !slices.Contains(graph.Accept, rest.Prefer[0]) || !slices.Equal(graph.Never, rest.Never) {
			t.Errorf("%s: prefer %v, accept %v, never %v; for HTTP prefer %v, never %v", cause, graph.Prefer, graph.Accept, graph.Never, rest.Prefer, rest.Never)
		}
		if slices.Contains(rest.Prefer, "200") {
			t.Errorf("%s: 200 is preferred for HTTP", cause)
		}
	}
	if rest, graph := owed("input/malformed", exchange.HTTP), owed("input/malformed", exchange.GraphQL); !slices.Equal(rest.Prefer, graph.Prefer) {
		t.Errorf("input/malformed: %v for HTTP, %v for GraphQL", rest.Prefer, graph.Prefer)
	}
}

// What the floor judges names the sentences that it rests on: a section of a standard, or what the lab declares.
func TestEveryRowOfTheFloorNamesItsSentence(t *testing.T) {
	sentence := regexp.MustCompile(`RFC \d{4} \d+(\.\d+)*: |ASVS 5\.0 \d+\.\d+\.\d+: |GraphQL over HTTP \d\.\d: |the lab declares it: `)
	judged := 0
	for _, r := range built(t).Rows {
		if len(r.Never) == 0 {
			continue
		}
		judged++
		if !sentence.MatchString(r.Floor) || len(strings.Fields(r.Floor)) < 6 {
			t.Errorf("%v never %v, for which it names no sentence: %q", r.Causes, r.Never, r.Floor)
		}
	}
	if judged < 60 {
		t.Errorf("only %d rows", judged)
	}
}

// What a server is willing to take is its own matter, by the very sentences that the statuses come from.
func TestWhatIsTakenIsPolicy(t *testing.T) {
	for _, cause := range []string{"input/media-type", "input/uri-too-long", "input/header-too-big", "input/slow-client"} {
		row, ok := built(t).Owed(contract.Key{Cause: cause, Write: true})
		if word, never := contract.Any(row.Never, 200); !ok || never {
			t.Errorf("%s: 200 is never right, by %s", cause, word)
		}
	}
}
