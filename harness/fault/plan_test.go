package fault_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

var start = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func hang(s fault.Scope, w fault.Which) fault.Rule {
	return fault.Rule{Scope: s, Which: w, Effect: fault.Effect{Verb: fault.Hang, At: fault.Request}}
}

// struck lists which of n equal calls are struck.
func struck(p *fault.Plan, n, open int, at time.Duration) []int {
	var all []int
	for i := 1; i <= n; i++ {
		c, e, by := p.Decide(fault.Call{On: "db", Op: "query", Text: "SELECT 1"}, open, start.Add(at))
		if c.N != i {
			panic(fmt.Sprintf("call %d has number %d", i, c.N))
		}
		if e.Verb != "" {
			all = append(all, i)
		}
		if (e.Verb != "") != (by == 1) {
			panic("the rule that decided is told from 1")
		}
	}
	return all
}

func TestWhich(t *testing.T) {
	for _, c := range []struct {
		which fault.Which
		want  []int
	}{
		{fault.Which{}, []int{1, 2, 3, 4, 5, 6}},
		{fault.Which{First: 2}, []int{1, 2}},
		{fault.Which{Nth: 3}, []int{3}},
		{fault.Which{From: 5}, []int{5, 6}},
		{fault.Which{From: 2, To: 3}, []int{2, 3}},
		{fault.Which{To: 1}, []int{1}},
		{fault.Which{Every: 1}, []int{1, 2, 3, 4, 5, 6}},
		{fault.Which{Every: 3}, []int{3, 6}},
		{fault.Which{Every: 2, From: 3}, []int{4, 6}},
		{fault.Which{First: 3, Nth: 4}, nil},
	} {
		if got := struck(fault.NewPlan([]fault.Rule{hang(fault.Scope{On: "db"}, c.which)}, "1", start), 6, 1, 0); !slices.Equal(got, c.want) {
			t.Errorf("%+v strikes %v, want %v", c.which, got, c.want)
		}
	}
}

func TestOver(t *testing.T) {
	for open, want := range map[int]int{1: 0, 2: 0, 3: 1} {
		if got := len(struck(fault.NewPlan([]fault.Rule{hang(fault.Scope{}, fault.Which{Over: 2})}, "1", start), 1, open, 0)); got != want {
			t.Errorf("over 2 with %d open strikes %d", open, got)
		}
	}
}

func TestWindow(t *testing.T) {
	for at, want := range map[time.Duration]int{0: 0, time.Second - 1: 0, time.Second: 1, 3*time.Second - 1: 1, 3 * time.Second: 0} {
		p := fault.NewPlan([]fault.Rule{hang(fault.Scope{}, fault.Which{After: time.Second, For: 2 * time.Second})}, "1", start)
		if got := len(struck(p, 1, 1, at)); got != want {
			t.Errorf("%s after arming: %d", at, got)
		}
	}
	// Calls outside the window are nobody's turn.
	p := fault.NewPlan([]fault.Rule{hang(fault.Scope{}, fault.Which{After: time.Second, First: 1})}, "1", start)
	for _, at := range []time.Duration{0, 0, time.Second} {
		_, e, _ := p.Decide(fault.Call{On: "db", Op: "query"}, 1, start.Add(at))
		if (e.Verb != "") != (at == time.Second) {
			t.Errorf("first after 1s, at %s: %q", at, e.Verb)
		}
	}
}

// Rules are tried in order; one whose turn it is not lets later ones speak; pass carves exceptions.
func TestOrder(t *testing.T) {
	rules := []fault.Rule{
		{Scope: fault.Scope{On: "db", Text: "select"}, Effect: fault.Effect{Verb: fault.Pass}},
		{Scope: fault.Scope{On: "db"}, Which: fault.Which{First: 1}, Effect: fault.Effect{Verb: fault.Reset, At: fault.Request}},
		{Scope: fault.Scope{On: "db"}, Effect: fault.Effect{Verb: fault.Hang, At: fault.Reply}},
	}
	p := fault.NewPlan(rules, "1", start)
	for i, c := range []struct {
		on, text string
		verb     fault.Verb
		rule     int
	}{
		{"db", "SELECT 1", fault.Pass, 1}, {"db", "INSERT", fault.Reset, 2}, {"db", "INSERT", fault.Hang, 3}, {"db", "SELECT 2", fault.Pass, 1}, {"cache", "GET", "", 0},
	} {
		_, e, rule := p.Decide(fault.Call{On: c.on, Op: "query", Text: c.text}, 1, start)
		if e.Verb != c.verb || rule != c.rule {
			t.Errorf("call %d %s %s: %q by rule %d, want %q by %d", i, c.on, c.text, e.Verb, rule, c.verb, c.rule)
		}
	}
}

// Chance depends on seed, rule and call alone: a case replays alone as in the full run.
func TestChance(t *testing.T) {
	plan := func(seed string) []int {
		return struck(fault.NewPlan([]fault.Rule{hang(fault.Scope{}, fault.Which{Chance: 0.3})}, seed, start), 1000, 1, 0)
	}
	one := plan("1")
	if n := len(one); n < 240 || n > 360 {
		t.Errorf("of 1000 calls with chance 0.3, %d were struck", n)
	}
	if !slices.Equal(one, plan("1")) || slices.Equal(one, plan("2")) {
		t.Error("the seed decides, and nothing else")
	}
	for chance, want := range map[float64]int{0: 50, 1: 50} {
		if got := len(struck(fault.NewPlan([]fault.Rule{hang(fault.Scope{}, fault.Which{Chance: chance})}, "1", start), 50, 1, 0)); got != want {
			t.Errorf("chance %g strikes %d of 50", chance, got)
		}
	}
	if fault.Luck("a", 1) != fault.Luck("a", 1) || fault.Luck("a", 1) == fault.Luck("a", 2) || fault.Luck("ab", "c") == fault.Luck("a", "bc") {
		t.Error("luck depends on its parts only")
	}
}

func TestMatch(t *testing.T) {
	yes, no := true, false
	call := fault.Call{On: "db", Op: "query", Text: "INSERT  INTO\n orders (sku) VALUES ($1)", InTx: true}
	at := fault.Effect{Verb: fault.Hang, At: fault.Request}
	for _, c := range []struct {
		rule fault.Rule
		call fault.Call
		want bool
	}{
		{fault.Rule{Effect: at}, call, true},
		{fault.Rule{Scope: fault.Scope{On: "cache"}, Effect: at}, call, false},
		{fault.Rule{Scope: fault.Scope{Op: "QUERY"}, Effect: at}, call, true},
		{fault.Rule{Scope: fault.Scope{Op: "exec"}, Effect: at}, call, false},
		{fault.Rule{Scope: fault.Scope{Op: "exec", Ops: []string{"insert", "Query"}}, Effect: at}, call, true},
		{fault.Rule{Scope: fault.Scope{Op: "query", Ops: []string{"insert"}}, Effect: at}, call, false},
		{fault.Rule{Scope: fault.Scope{Text: "insert into orders"}, Effect: at}, call, true},
		{fault.Rule{Scope: fault.Scope{Text: "insert * values"}, Effect: at}, call, true},
		{fault.Rule{Scope: fault.Scope{Text: "values * insert"}, Effect: at}, call, false},
		{fault.Rule{Scope: fault.Scope{Text: "*"}, Effect: at}, call, true},
		{fault.Rule{Scope: fault.Scope{Text: "insert*insert"}, Effect: at}, call, false},
		{fault.Rule{Scope: fault.Scope{InTx: &yes}, Effect: at}, call, true},
		{fault.Rule{Scope: fault.Scope{InTx: &no}, Effect: at}, call, false},
		{fault.Rule{Scope: fault.Scope{Connections: "new"}, Effect: at}, call, true},
		{fault.Rule{Scope: fault.Scope{Connections: "existing"}, Effect: at}, call, false},
		{fault.Rule{Scope: fault.Scope{Connections: "existing"}, Effect: at}, fault.Call{Op: "query", Old: true}, true},
		{fault.Rule{Scope: fault.Scope{Connections: "new"}, Effect: at}, fault.Call{Op: "query", Old: true}, false},
		{fault.Rule{Scope: fault.Scope{Connections: "all"}, Effect: at}, fault.Call{Op: "query", Old: true}, true},
		{fault.Rule{Effect: at}, fault.Call{Op: "connect"}, false},
		{fault.Rule{Effect: fault.Effect{Verb: fault.Hang, At: fault.Connect}}, fault.Call{Op: "connect"}, true},
		{fault.Rule{Effect: fault.Effect{Verb: fault.Hang, At: fault.Connect}}, call, false},
		{fault.Rule{Effect: fault.Effect{Verb: fault.Hang, At: fault.Auth}}, fault.Call{Op: "connect"}, false},
		{fault.Rule{Effect: fault.Effect{Verb: fault.Cut, At: fault.Body}}, call, true},
		{fault.Rule{Effect: fault.Effect{Verb: fault.Lose, At: fault.Reply}}, call, true},
		{fault.Rule{Effect: fault.Effect{Verb: fault.Pass}}, call, true},
		{fault.Rule{Effect: fault.Effect{Verb: fault.Pass}}, fault.Call{Op: "auth"}, false},
		{fault.Rule{Scope: fault.Scope{Op: "auth"}, Effect: fault.Effect{Verb: fault.Pass}}, fault.Call{Op: "auth"}, true},
	} {
		if got := c.rule.Match(c.call); got != c.want {
			t.Errorf("%+v matches %+v: %t", c.rule, c.call, got)
		}
	}
}

// Only what was carried out counts as struck, and a bare pass is nothing.
func TestStruck(t *testing.T) {
	for _, c := range []struct {
		hit  fault.Hit
		want bool
	}{
		{fault.Hit{Effect: fault.Effect{Verb: fault.Hang}, Done: fault.Carried}, true},
		{fault.Hit{Effect: fault.Effect{Verb: fault.Hang}, Done: fault.Impossible}, false},
		{fault.Hit{Effect: fault.Effect{Verb: fault.Hang}, Done: fault.ClientLeft}, false},
		{fault.Hit{Effect: fault.Effect{Verb: fault.Hang}}, false},
		{fault.Hit{Effect: fault.Effect{Verb: fault.Pass}, Done: fault.Carried}, false},
		{fault.Hit{Effect: fault.Effect{Verb: fault.Pass, Delay: fault.For(1)}, Done: fault.Carried}, true},
		{fault.Hit{Done: fault.Carried}, false},
	} {
		if got := c.hit.Struck(); got != c.want {
			t.Errorf("%+v: %t", c.hit, got)
		}
	}
}
