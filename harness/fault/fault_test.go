package fault_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

var (
	db   = fault.Scope{On: "db", Op: "query", Text: "insert"}
	some = fault.Which{First: 2, After: time.Second}
)

func rule(s fault.Scope, w fault.Which, e fault.Effect) fault.Injection {
	return fault.Injection{Rules: []fault.Rule{{Scope: s, Which: w, Effect: e}}}
}

func link(l fault.Link) fault.Injection { return fault.Injection{Links: []fault.Link{l}} }

func number(n int) *int { return &n }

// Every kind compiles to plain data.
func TestInjection(t *testing.T) {
	for name, c := range map[string]struct {
		fault fault.Fault
		want  fault.Injection
	}{
		"act":       {fault.Acts{Do: "pause"}, fault.Injection{Acts: []fault.Act{{On: "system", Do: "pause"}}}},
		"act later": {fault.Acts{On: "db", Do: "kill", Trigger: fault.Trigger{After: time.Second}}, fault.Injection{Acts: []fault.Act{{On: "db", Do: "kill", At: fault.Trigger{After: time.Second}}}}},
		"close":     {fault.Closes{Scope: db, Which: some}, rule(db, some, fault.Effect{Verb: fault.Close, At: fault.Request})},
		"close at":  {fault.Closes{Scope: db, At: fault.Body, Past: 3}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Close, At: fault.Body, Past: 3})},
		"cut":       {fault.Cuts{Scope: db}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Cut, At: fault.Body, Past: 1})},
		"cut past":  {fault.Cuts{Scope: db, Past: 9}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Cut, At: fault.Body, Past: 9})},
		"cut half":  {fault.Cuts{Scope: db, Half: true}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Cut, At: fault.Body, Half: true})},
		"drip":      {fault.Drips{Scope: db}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Drip, At: fault.Body, Pace: fault.Pace{Bytes: 1, Every: fault.For(100 * time.Millisecond)}})},
		"drip gap":  {fault.Drips{Scope: db, Chunk: 5, Gap: fault.Span{X: 2}}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Drip, At: fault.Body, Pace: fault.Pace{Bytes: 5, Every: fault.Span{X: 2}}})},
		"exhausted": {fault.Exhausted{Scope: db}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Hang, At: fault.Request})},
		"held":      {fault.Exhausted{Scope: db, Hold: 5}, rule(db, fault.Which{First: 5}, fault.Effect{Verb: fault.Hang, At: fault.Request})},
		"full":      {fault.Exhausted{Scope: fault.Scope{On: "db"}, AtMost: number(3)}, rule(fault.Scope{On: "db"}, fault.Which{Over: 3}, fault.Effect{Verb: fault.Close, At: fault.Connect})},
		"closed":    {fault.Exhausted{Scope: fault.Scope{On: "db"}, AtMost: number(0)}, rule(fault.Scope{On: "db"}, fault.Which{}, fault.Effect{Verb: fault.Close, At: fault.Connect})},
		"garble":    {fault.Garbles{Scope: db, Bytes: "x"}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Garble, At: fault.Request, Say: fault.Saying{Raw: "x"}})},
		"hang":      {fault.Hangs{Scope: db, At: fault.Auth, Release: fault.ReleaseReset}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Hang, At: fault.Auth, Release: fault.ReleaseReset})},
		"lose":      {fault.Loses{Scope: db}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Lose, At: fault.Reply})},
		"pass":      {fault.Passes{Scope: db}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Pass})},
		"refused":   {fault.Refuse{On: "db"}, link(fault.Link{On: "db", State: fault.Refused, Existing: fault.Drain})},
		"refused, old ones kept": {fault.Refuse{On: "db", Existing: fault.Keep, After: time.Second, For: time.Minute},
			link(fault.Link{On: "db", State: fault.Refused, Existing: fault.Keep, After: time.Second, For: time.Minute})},
		"refused at start": {fault.Refuse{On: "db", Start: true}, link(fault.Link{On: "db", State: fault.Refused, Existing: fault.Drain, Start: true})},
		"reply at start":   {fault.Replies{Scope: db, Which: fault.Which{Start: true}, Saying: fault.Saying{Name: "deadlock"}}, rule(db, fault.Which{Start: true}, fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: "deadlock"}})},
		"repeat":           {fault.Repeats{Scope: db}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Repeat, At: fault.Request})},
		"reply":            {fault.Replies{Scope: db, Saying: fault.Saying{Name: "deadlock"}}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: "deadlock"}})},
		"reply later":      {fault.Replies{Scope: db, Saying: fault.Saying{Raw: "x", Then: fault.Reset}, At: fault.Auth, Delay: fault.For(1)}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Answer, At: fault.Auth, Delay: fault.For(1), Say: fault.Saying{Raw: "x", Then: fault.Reset}})},
		"reset":            {fault.Resets{Scope: db, At: fault.Reply}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Reset, At: fault.Reply})},
		"rewrite":          {fault.Rewrites{Scope: db, Patches: []fault.Patch{{At: "*", Op: "null"}}}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: []fault.Patch{{At: "*", Op: "null"}}})},
		"script": {fault.Script{Steps: []fault.Step{{For: time.Second, Play: []fault.Fault{fault.Refuse{On: "db"}}}, {For: time.Second}, {Play: []fault.Fault{fault.Loses{Scope: db}}}}},
			fault.Injection{Rules: []fault.Rule{{Scope: db, Which: fault.Which{After: 2 * time.Second}, Effect: fault.Effect{Verb: fault.Lose, At: fault.Reply}}},
				Links: []fault.Link{{On: "db", State: fault.Refused, Existing: fault.Drain, For: time.Second}}}},
		"setting": {fault.Setting{Name: "env.PORT", Is: "wrong", Value: "x", Live: true}, fault.Injection{Edits: []fault.Edit{{Setting: "env.PORT", Op: "wrong", Value: "x", Live: true}}}},
		"silent":  {fault.Silence{On: "db"}, link(fault.Link{On: "db", State: fault.Silent, Existing: fault.Stall})},
		"slow":    {fault.Slow{Scope: db, By: fault.Span{X: 3}}, rule(db, fault.Which{}, fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.Span{X: 3}})},
		"stale":   {fault.Stale{On: "db"}, link(fault.Link{On: "db", State: fault.Open, Existing: fault.CloseAll})},
		"stalled": {fault.Stale{On: "db", How: fault.Stall}, link(fault.Link{On: "db", State: fault.Open, Existing: fault.Stall})},
		"data":    {link(fault.Link{On: "db"}), link(fault.Link{On: "db"})},
	} {
		got, err := c.fault.Injection()
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v (%v)\nwant %+v", name, got, err, c.want)
		}
		doc, _ := json.Marshal(got)
		var again fault.Injection
		if err := json.Unmarshal(doc, &again); err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%s: came back as %+v (%v)", name, again, err)
		}
	}
}

// A mistake in the fields is worded for the person who wrote them.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		fault fault.Fault
		want  string
	}{
		{fault.Acts{}, "act needs `do`: pause, kill, term"},
		{fault.Closes{}, "`on` is missing: which dependency"},
		{fault.Closes{Scope: fault.Scope{On: "db", Connections: "old"}}, `connections is new, existing or all, not "old"`},
		{fault.Hangs{Scope: db, At: "somewhere"}, `at is one of [connect handshake auth request reply body idle], not "somewhere"`},
		{fault.Hangs{Scope: db, Which: fault.Which{Chance: 1.5}}, "chance is between 0 and 1, not 1.5"},
		{fault.Hangs{Scope: db, Which: fault.Which{Nth: -1}}, "first, nth, from, to, every, over and past count from 1"},
		{fault.Cuts{Scope: db, Past: -1}, "first, nth, from, to, every, over and past count from 1"},
		{fault.Hangs{Which: fault.Which{Chance: -1}}, "`on` is missing: which dependency\nchance is between 0 and 1, not -1"},
		{fault.Exhausted{Scope: db, Hold: 1, AtMost: number(1)}, "exhausted takes `hold` (the system's pool) or `at-most` (the server's limit), not both"},
		{fault.Exhausted{Scope: db, AtMost: number(-1)}, "at-most is a number of connections"},
		{fault.Exhausted{Scope: db, Hold: -1}, "first, nth, from, to, every, over and past count from 1"},
		{fault.Refuse{}, "`on` is missing: which dependency"},
		{fault.Refuse{On: "db", Existing: "burn"}, `existing is keep, drain, close, reset, shutdown or silent, not "burn"`},
		{fault.Replies{Scope: db}, "reply needs `name`, or `status`, `body` or `raw`"},
		{fault.Replies{Scope: db, Saying: fault.Saying{Status: "503", Then: "hang"}}, `then is close or reset, not "hang"`},
		{fault.Rewrites{Scope: db}, "rewrite needs `patches`"},
		{fault.Rewrites{Scope: db, Patches: []fault.Patch{{Op: "null"}}}, "a patch needs `at`: a JSON Pointer, a column, or *"},
		{fault.Rewrites{Scope: db, Patches: []fault.Patch{{At: "/x", Op: "zap"}}}, `a patch's op is set, null or drop, not "zap"`},
		{fault.Script{}, "script needs `steps`"},
		{fault.Script{Steps: []fault.Step{{}, {}}}, "a step of a script needs `for`; only the last may go on"},
		{fault.Script{Steps: []fault.Step{{Play: []fault.Fault{fault.Setting{Name: "x", Is: "empty"}}}}}, "a script plays faults of dependencies only"},
		{fault.Script{Steps: []fault.Step{{Play: []fault.Fault{fault.Refuse{On: "db", For: 1}}}}}, "the steps of a script say when its faults begin and end: leave `after` and `for` out of them"},
		{fault.Setting{Is: "empty"}, "setting needs `name`: env.NAME, arg.N, file.PATH, or a secret"},
		{fault.Setting{Name: "x", Is: "gone"}, `is is one of missing, empty, malformed, wrong, unreadable, read-only, not "gone"`},
		{fault.Slow{Scope: db}, "slow needs `by`: how long, such as 500ms or 3x-deadline"},
		{fault.Stale{On: "db", How: fault.Keep}, `how is close, reset, shutdown or silent, not "keep"`},
		{fault.Vanish{On: "db", Start: true}, "a name can only be taken from a system that runs; at its start say refused or silent"},
		{fault.Stale{}, "`on` is missing: which dependency"},
	} {
		_, err := c.fault.Injection()
		if err == nil || err.Error() != c.want {
			t.Errorf("%#v: %v\nwant %s", c.fault, err, c.want)
		}
	}
	if _, err := fault.Compile(fault.Slow{Scope: db}, fault.Acts{}, fault.Loses{Scope: db}); err == nil || len(err.(decode.Problems)) != 2 {
		t.Errorf("not every mistake is told: %v", err)
	}
}

func TestCompile(t *testing.T) {
	in, err := fault.Compile(fault.Passes{Scope: fault.Scope{On: "quiet"}}, fault.Loses{Scope: db}, fault.Refuse{On: "cache"}, fault.Silence{On: "db"}, fault.Acts{Do: "pause"}, fault.Setting{Name: "x", Is: "empty"})
	if err != nil {
		t.Fatal(err)
	}
	if got := in.On(); !reflect.DeepEqual(got, []string{"db", "cache", "system"}) {
		t.Errorf("on %v", got)
	}
	if len(in.Rules) != 2 || len(in.Links) != 2 || len(in.Acts) != 1 || len(in.Edits) != 1 || in.Empty() || !(fault.Injection{}).Empty() {
		t.Errorf("%+v", in)
	}
	if in.Rules[0].Effect.Verb != fault.Pass || in.Rules[1].Effect.Verb != fault.Lose {
		t.Error("rules are tried in the order of the faults")
	}
}

func TestSpec(t *testing.T) {
	for src, want := range map[string]string{
		"{slow: {on: db}}": "slow", "drip": "drip", "{close: }": "close",
	} {
		n, err := decode.Parse("f.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		var s fault.Spec
		if err := s.ReadNode(n); err != nil || s.Kind != want || s.Pos.Line != 1 {
			t.Errorf("%s: %+v %v", src, s, err)
		}
	}
	for _, src := range []string{"{a: 1, b: 2}", "[a]", "''", "{}"} {
		n, err := decode.Parse("f.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		var s fault.Spec
		if err := s.ReadNode(n); err == nil || err.Error() != "f.yaml:1:1: want one fault as `{NAME: {...}}`" {
			t.Errorf("%s: %+v %v", src, s, err)
		}
	}
}

func TestNest(t *testing.T) {
	n, err := decode.Parse("f.yaml", []byte("steps: [{for: 1s, given: [{refused: {}}]}, {given: [{nothing: {}}]}]"))
	if err != nil {
		t.Fatal(err)
	}
	var s fault.Script
	if err := n.Into(&s); err != nil {
		t.Fatal(err)
	}
	got, err := s.Nest(func(spec fault.Spec) (fault.Fault, error) {
		if spec.Kind != "refused" {
			return nil, decode.Problem{What: "unknown fault " + spec.Kind}
		}
		return fault.Refuse{On: "db"}, nil
	})
	if err == nil || err.Error() != "f.yaml:1:54: unknown fault nothing" {
		t.Errorf("%v", err)
	}
	if script := got.(fault.Script); len(script.Steps[0].Play) != 1 || len(s.Steps[0].Play) != 0 {
		t.Errorf("%+v, from %+v", script, s)
	}
}

// Only faults of dependencies can hold before a start; what is begun later, settings and acts are none of them.
func TestAtStart(t *testing.T) {
	early, err := fault.Compile(fault.Refuse{On: "db", Start: true}, fault.Loses{Scope: db, Which: fault.Which{Start: true}})
	if err != nil {
		t.Fatal(err)
	}
	later, err := fault.Compile(fault.Silence{On: "cache"}, fault.Loses{Scope: db}, fault.Acts{Do: "pause"}, fault.Setting{Name: "x", Is: "empty"})
	if err != nil {
		t.Fatal(err)
	}
	both := later.And(early)
	if got := both.AtStart(); !reflect.DeepEqual(got.Links, early.Links) || !reflect.DeepEqual(got.Rules, early.Rules) || len(got.Acts)+len(got.Edits) > 0 {
		t.Errorf("%+v", got)
	}
	if !both.Starts() || !early.Starts() || later.Starts() {
		t.Error("what is started under a fault is not told from what is not")
	}
	if got := early.Words(); got != "refused db at start, lose db query insert at reply at start" {
		t.Errorf("in words: %s", got)
	}
}
