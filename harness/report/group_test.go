package report

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// keyed is what must not change between runs of one and the same system.
func keyed(r Run) []string {
	var all []string
	for _, g := range r.Groups {
		all = append(all, fmt.Sprint(g.Name, " ", g.Key, " ", g.Also, " ", g.Headline, " ", g.Cases))
	}
	return all
}

func TestKeysDoNotDependOnTheRun(t *testing.T) {
	want := keyed(shop(sample{seed: "41", hour: 9}))
	for _, other := range []sample{{seed: "42", hour: 9}, {seed: "a-longer-seed", hour: 17}} {
		if got := keyed(shop(other)); !reflect.DeepEqual(got, want) {
			t.Errorf("with %v:\n%q\nwant\n%q", other, got, want)
		}
	}
}

func TestKeysDoNotDependOnOtherRequests(t *testing.T) {
	all := shop(sample{seed: "41", hour: 9})
	some := all
	some.Results = slices.DeleteFunc(slices.Clone(all.Results), func(c Result) bool { return c.Request != "get-order" })
	some.Finish()
	for _, g := range some.Groups {
		if !slices.ContainsFunc(all.Groups, func(o Group) bool { return o.Key == g.Key }) {
			t.Errorf("%s is the key of no group of the whole run", g.Key)
		}
	}
}

func TestTheOrderOfResultsDoesNotMatter(t *testing.T) {
	want := shop(sample{seed: "41", hour: 9})
	r := want
	r.Results = slices.Clone(want.Results)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(r.Results), func(i, j int) { r.Results[i], r.Results[j] = r.Results[j], r.Results[i] })
	r.Finish()
	if !reflect.DeepEqual(r, want) {
		t.Error("another order of results gives another run")
	}
}

func TestHeadline(t *testing.T) {
	var shuffled []check.Verdict
	for _, name := range []string{"retry-after", "made-up", "status", "shape", "blame", "leak", "success", "answered", "healed", "alive"} {
		shuffled = append(shuffled, kinds()[name].Describe(check.Verdict{Check: name, Outcome: check.Fail}))
	}
	for i := len(shuffled) - 1; i >= 0; i-- {
		if got := Headline(Result{Verdicts: shuffled[:i+1]}); got.Check != shuffled[i].Check {
			t.Errorf("the headline is %s, want %s", got.Check, shuffled[i].Check)
		}
	}
	if got := Headline(Result{Verdicts: []check.Verdict{{Check: "leak", Outcome: check.Pass}}}); !reflect.DeepEqual(got, check.Verdict{}) {
		t.Errorf("a case that failed nothing has the headline %v", got)
	}
}

// kinds are those that the tests of this package need.
func kinds() map[string]check.Kind {
	all := map[string]check.Kind{"attempts": check.Attempts{}.Kind(), "liveness": check.Liveness{}.Kind(), "unaffected": check.Unaffected{}.Kind(),
		"readiness": check.Readiness{}.Kind(), "graphql-partial": check.GraphQLPartial{}.Kind()}
	for _, k := range standing() {
		all[k.Name] = k.Check.Kind()
	}
	return all
}

// failing makes a failed case of a log line and an answer. What failed is CHECK or CHECK CLASS; facts are names and values.
func failing(id, what, on, log string, status int, facts ...string) Result {
	s := &check.Subject{Exchanges: []exchange.Exchange{{Phase: exchange.Faulty, Response: &exchange.Response{Status: status, Body: `{"` + id[:1] + `":1}`}}}}
	if log != "" {
		s.Logs = []exchange.Line{{Text: log}}
	}
	name, class, _ := strings.Cut(what, " ")
	v := check.Verdict{Check: name, Class: class, Outcome: check.Fail, Impact: contract.Major, Facts: map[string]string{}}
	for i := 0; i+1 < len(facts); i += 2 {
		v.Facts[facts[i]] = facts[i+1]
	}
	return Result{ID: id, Request: id, On: []string{on}, Outcome: check.Fail, Subject: s, Verdicts: []check.Verdict{kinds()[name].Describe(v)}}
}

// Baselines of teams hang on keys: they stay, whatever a check's words become.
func TestKeysStay(t *testing.T) {
	for want, c := range map[string]Result{
		"hang/quotes/a1795c18":     failing("a", "within late", "quotes", "", 503),
		"answered/db/f2fc8473":     failing("a", "answered ends", "db", "", 503),
		"liveness/all/67a07170":    failing("a", "liveness follows", "db", "", 503, "gave", "503 in 1ms"),
		"unaffected/503/9f3fe559":  failing("a", "unaffected answers", "db", "", 503, "answer", "503"),
		"unaffected/wait/d2e2aee6": failing("a", "unaffected waits", "db", "", 503),
		"alive/db/42b33983":        failing("a", "alive died", "db", "", 503, "how", "it ended with code 2"),
	} {
		if got := sign(c).key(); got != want {
			t.Errorf("%s became %s", want, got)
		}
	}
}

// owing gives a case a row of the contract.
func owing(c Result, prefer ...string) Result {
	c.Subject.Row = &contract.Row{Prefer: prefer}
	return c
}

func TestHollow(t *testing.T) {
	for shape, want := range map[string]string{
		"": "", "{a:text}": "{a:text}", "{a:[{b:number}]}": "{a:[]}", "{a:[]}": "{a:[]}", "[[number]|text]": "[]",
	} {
		if got := hollow(shape); got != want {
			t.Errorf("%s: %s, want %s", shape, got, want)
		}
	}
}

func TestMergingOnEqualityOnly(t *testing.T) {
	const frames = `{"level":"error","stack":"TypeError: x is null\n    at get (/app/node_modules/pg/a.js:1:2)\n    at load (/app/src/%s.ts:%d:7)"}`
	for name, c := range map[string]struct {
		a, b Result
		want int
	}{
		"one frame, other answers":      {failing("a", "status", "db", fmt.Sprintf(frames, "store", 19), 500), failing("b", "status", "cache", fmt.Sprintf(frames, "store", 88), 500), 1},
		"other frames, one answer":      {failing("a", "status", "db", fmt.Sprintf(frames, "store", 19), 500), failing("aa", "status", "db", fmt.Sprintf(frames, "cart", 19), 500), 2},
		"one frame, other checks":       {failing("a", "status", "db", fmt.Sprintf(frames, "store", 19), 500), failing("b", "blame", "db", fmt.Sprintf(frames, "store", 19), 404), 2},
		"one cause of one dependency":   {failing("a", "status", "db", `{"cause":"dial 1.2.3.4:5"}`, 500), failing("b", "status", "db", `{"cause":"dial 1.2.3.9:77"}`, 500), 1},
		"one cause of two dependencies": {failing("a", "status", "db", `{"cause":"connection refused"}`, 500), failing("b", "status", "cache", `{"cause":"connection refused"}`, 500), 2},
		"two hangs":                     {failing("a", "within", "db", `{"cause":"context canceled"}`, 503), failing("b", "within", "cache", `{"cause":"context canceled"}`, 503), 2},
		"two leaks at one place":        {failing("a", "leak", "db", "", 503, "what", "SQL", "at", "json /detail"), failing("b", "leak", "cache", "", 502, "what", "a host", "at", "json /detail"), 1},
		"two leaks at two places":       {failing("a", "leak", "db", "", 503, "what", "SQL", "at", "json /detail"), failing("b", "leak", "db", "", 503, "what", "SQL", "at", "header X-Debug"), 2},
		"two waits for others":          {failing("a", "unaffected waits", "db", "", 503), failing("b", "unaffected waits", "cache", "", 503), 1},
		"liveness that asks two":        {failing("a", "liveness", "db", "", 503, "gave", "503 in 2ms"), failing("b", "liveness", "cache", "", 503, "gave", "503 in 7ms"), 1},
		"a 500 of two dependencies":     {owing(failing("a", "status", "db", "", 500), "503+RA"), owing(failing("aa", "status", "cache", "", 500), "recovered", "504"), 1},
		"a 500 for 4xx of two kinds":    {owing(failing("a", "status", "db", "", 500), "409"), owing(failing("aa", "status", "cache", "", 500), "405"), 2},
		"a 500 for 4xx and for 5xx":     {owing(failing("a", "status", "db", "", 500), "409"), owing(failing("aa", "status", "db", "", 500), "503"), 2},
		"wrong success, two words":      {failing("a", "success", "db", "", 200), failing("aa", "success other-content", "db", "", 200), 1},
		"wrong success, two answers":    {failing("a", "success", "db", "", 200), failing("b", "success", "db", "", 200), 2},
	} {
		r := Run{Results: []Result{c.a, c.b}}
		if r.Finish(); len(r.Groups) != c.want {
			t.Errorf("%s: %d groups, want %d: %v", name, len(r.Groups), c.want, keyed(r))
		}
	}
}

func TestLogs(t *testing.T) {
	for line, want := range map[string]string{
		`{"msg":"x","cause":"store: ERROR at 10.0.0.1:5432 (7ms)"}`: "store: ERROR at #.#.#.#:# (#)",
		`{"err":{"type":"PrismaClientInitializationError","message":"m","stack":"PrismaClientInitializationError: m\n    at a (/app/node_modules/x.js:1:1)\n    at b (/app/src/http/errors.ts:12:3)"}}`: "PrismaClientInitializationError in b (/app/src/http/errors.ts:#:#)",
		`java.lang.IllegalStateException: no`:                        "java.lang.IllegalStateException",
		"panic: runtime error: index out of range [3] with length 1": "panic: runtime error: index out of range [#] with length #",
		"GET /orders 500": "",
		`{"msg":"fine"}`:  "",
		`{`:               "",
	} {
		if got := logged(&check.Subject{Logs: []exchange.Line{{Text: line}}}).String(); got != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

func TestExit(t *testing.T) {
	pass := Result{ID: "p", Outcome: check.Pass}
	major := failing("m", "leak", "db", "", 500, "what", "SQL", "at", "body")
	minor := failing("n", "status", "db", "", 500)
	minor.Verdicts[0].Impact = contract.Minor
	unclear := Result{ID: "i", Outcome: check.Inconclusive}
	unavailable := Result{ID: "u", Outcome: check.Skipped, Unavailable: true}
	for name, c := range map[string]struct {
		results []Result
		noSkips bool
		want    int
	}{
		"nothing":               {nil, false, Undecided},
		"held":                  {[]Result{pass}, true, Held},
		"only skipped":          {[]Result{{ID: "s", Outcome: check.Skipped}}, true, Undecided},
		"skipped":               {[]Result{pass, unavailable}, false, Held},
		"unavailable, no skips": {[]Result{major, unavailable}, true, Broke},
		"broken wins":           {[]Result{major, {ID: "b", Outcome: check.Broken}}, false, Broke},
		"no outcome is broken":  {[]Result{pass, {ID: "b"}}, false, Broke},
		"failed":                {[]Result{pass, unclear, major}, false, Failed},
		"below the gate":        {[]Result{pass, minor}, false, Held},
		"unclear":               {[]Result{pass, minor, unclear}, false, Undecided},
		"failed without words":  {[]Result{pass, {ID: "f", Outcome: check.Fail}}, false, Failed},
	} {
		r := Run{Profile: contract.Floor, Results: slices.Clone(c.results)}
		r.Finish()
		if got := r.Exit(c.noSkips); got != c.want {
			t.Errorf("%s: exit %d, want %d", name, got, c.want)
		}
	}
	r := Run{Profile: contract.Strict, Gate: contract.Minor, Results: []Result{pass, minor}, Interrupted: true}
	if r.Finish(); r.Exit(false) != Failed {
		t.Error("the gate of the run was not asked")
	}
	r.Groups[0].State = Knew
	if r.Exit(false) != Undecided {
		t.Error("a run that was stopped has not held")
	}
	if got := time.Duration(r.Summary.LongestMS); got != 0 {
		t.Error(got)
	}
}
