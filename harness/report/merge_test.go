package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// aimed gives a case what its fault aims at, and what settings of it hold.
func aimed(c Result, scenario string, held map[string]string, on ...string) Result {
	c.Scenario, c.On, c.Subject.On, c.Subject.Carries = scenario, on, on, held
	return c
}

// gave gives a case a call of its dependency that was answered with a status.
func gave(c Result, status int) Result {
	c.Subject.On = c.On
	c.Subject.Exchanges[0].Hits = []fault.Hit{{Call: fault.Call{On: c.On[0], Op: "POST"}, Effect: fault.Effect{Verb: fault.Answer}, Said: &fault.Said{Status: status}}}
	return c
}

// passing is a case that passed after its dependency had answered one status, and the caller got another.
func passing(id, on string, said, got int) Result {
	c := gave(failing(id, "status", on, "", got), said)
	c.Outcome, c.Verdicts[0].Outcome = check.Pass, check.Pass
	return c
}

// waiting is a case of another route that waited, or answered, while a fault held.
func beside(id, what, scenario string, status int, on ...string) Result {
	c := aimed(failing(id, what, on[0], "", status, "answer", "503", "gave", "503 in 1ms"), scenario, nil, on...)
	c.Subject.Exchanges[0].Response.Body = `{"error":"busy"}`
	return c
}

func TestOneCauseOneGroup(t *testing.T) {
	key := map[string]string{"env.JWT_KEY_FILE": "jwt-key"}
	for name, c := range map[string]struct {
		cases []Result
		want  int
	}{
		"a dependency, and the same while the system is in want": {[]Result{
			aimed(failing("a", "blame", "db", "", 401), "d/refused", nil, "db"), aimed(failing("aa", "blame", "db", "", 401), "p/few", nil, "db", "system")}, 1},
		"another dependency while the system is in want": {[]Result{
			aimed(failing("a", "blame", "db", "", 401), "d/refused", nil, "db"), aimed(failing("aa", "blame", "db", "", 401), "p/few", nil, "cache", "system")}, 2},
		"the system in want beside two dependencies": {[]Result{
			aimed(failing("a", "answered cut", "db", "", 500), "p/stop", nil, "db", "system"), aimed(failing("aa", "answered cut", "db", "", 500), "p/stop", nil, "cache", "system")}, 1},
		"a secret, and the setting that holds it": {[]Result{
			aimed(failing("a", "success fails-open", "", "", 200), "s/missing", nil, "jwt-key"), aimed(failing("aa", "success fails-open", "", "", 200), "t/missing", key, "env.JWT_KEY_FILE")}, 1},
		"a secret, and a setting that holds another": {[]Result{
			aimed(failing("a", "success fails-open", "", "", 200), "s/missing", nil, "api-key"), aimed(failing("aa", "success fails-open", "", "", 200), "t/missing", key, "env.JWT_KEY_FILE")}, 2},
		"statuses that are passed on": {[]Result{
			gave(failing("a", "blame blames-passed", "p", "", 429, "passed", "p"), 429), gave(failing("b", "blame blames-passed", "p", "", 401, "passed", "p"), 401)}, 1},
		"statuses of which another is mapped": {[]Result{passing("c", "p", 500, 502),
			gave(failing("a", "blame blames-passed", "p", "", 429, "passed", "p"), 429), gave(failing("b", "blame blames-passed", "p", "", 401, "passed", "p"), 401)}, 2},
		"statuses of two dependencies": {[]Result{
			gave(failing("a", "blame blames-passed", "p", "", 429, "passed", "p"), 429), gave(failing("b", "blame blames-passed", "q", "", 401, "passed", "q"), 401)}, 2},
		"a process that dies, and those whose connection ends with it": {[]Result{
			aimed(failing("a", "alive", "db", "", 0), "d/refused", nil, "db"), beside("b", "unaffected answers", "d/refused", 0, "db")}, 1},
		"a process that dies, and others that suffer by another fault": {[]Result{
			aimed(failing("a", "alive", "db", "", 0), "d/refused", nil, "db"), beside("b", "unaffected answers", "d/silent", 0, "db")}, 2},
		"a breaker for all, which readiness meets too": {[]Result{
			beside("a", "unaffected answers", "d/refused", 503, "db"), beside("b", "readiness not-ready", "d/silent", 503, "db")}, 1},
		"a breaker for all, and a readiness that says something else": {[]Result{
			beside("a", "unaffected answers", "d/refused", 503, "db"), owing(func() Result {
				c := beside("b", "readiness not-ready", "d/refused", 503, "db")
				c.Subject.Exchanges[0].Response.Body = `{"ready":false}`
				return c
			}(), "200")}, 2},
		"bad input that is taken, with two answers": {[]Result{
			failing("a", "status accepted", "", "", 200, "cause", "input/framing"), failing("b", "status accepted", "", "", 201, "cause", "input/framing")}, 1},
		"two sorts of bad input that are taken": {[]Result{
			failing("a", "status accepted", "", "", 200, "cause", "input/framing"), failing("b", "status accepted", "", "", 200, "cause", "input/invalid")}, 2},
		"a header field, with two sorts of body": {[]Result{
			failing("a", "leak", "db", "", 503, "what", "SQL", "at", "header X-Debug", "within", ""), failing("b", "leak", "db", "", 503, "what", "SQL", "at", "header X-Debug", "within", "")}, 1},
	} {
		r := Run{Results: slices.Clone(c.cases)}
		if r.Finish(); len(r.Groups) != c.want {
			t.Errorf("%s: %d groups, want %d: %q", name, len(r.Groups), c.want, keyed(r))
		}
	}
}

// What another finding explains neither names the group nor gives it its key.
func TestTheCauseSpeaks(t *testing.T) {
	r := Run{Results: []Result{beside("a", "unaffected waits", "d/silent", 200, "db"), beside("b", "graphql-partial spread", "d/silent", 200, "db")}}
	r.Finish()
	if len(r.Groups) != 1 || r.Groups[0].Check != "unaffected" || !strings.HasPrefix(r.Groups[0].Key, "unaffected/wait/") || r.Groups[0].Example != "a" {
		t.Errorf("%+v", r.Groups)
	}
}

func TestHeadlinesShowNoPlaceholder(t *testing.T) {
	const log = `{"level":"error","stack":"TypeError: x is null\n    at load (/app/src/store.ts:19:7)"}`
	r := Run{Results: []Result{failing("a", "leak", "db", log, 503, "what", "a path", "at", "body /errors/0/message", "within", "application/json")}}
	r.Finish()
	g := r.Groups[0]
	if text := g.Headline + g.Because + g.Look; strings.Contains(text, "#") || !strings.Contains(text, "store.ts:19:7") || !strings.Contains(text, "/errors/0/message") {
		t.Errorf("%q", text)
	}
	if strings.Contains(g.Key, "errors-0") {
		t.Errorf("the key %s has a number that differs between runs", g.Key)
	}
}

func TestHeadlinesSayWhatHappens(t *testing.T) {
	event := func(c Result, text string) Result { c.Event = text; return c }
	for want, cases := range map[string][]Result{
		"process dies when db closes an idle connection":                        {event(failing("a", "alive", "db", "", 0), "db closes an idle connection")},
		"process dies when db is silent or refuses connections":                 {event(failing("a", "alive", "db", "", 0), "db refuses connections"), event(failing("b", "alive", "db", "", 0), "db is silent")},
		"process dies when db fails":                                            {failing("a", "alive", "db", "", 0), event(failing("b", "alive", "db", "", 0), "db is silent")},
		"401 (a client error) although db fails":                                {failing("a", "blame", "db", "", 401)},
		"request hangs when the request is wrong":                               {aimed(failing("a", "answered hang-alone", "", "", 0), "input/two-lengths", nil)},
		"routes that do not use db answer 503":                                  {failing("a", "unaffected answers", "db", "", 503, "gets", "answer 503")},
		"in-flight requests are cut off when the process is told to stop":       {event(aimed(failing("a", "answered cut", "db", "", 0), "p/stop", nil, "db", "system"), "the process is told to stop")},
		"429 from p passed on to the caller":                                    {gave(failing("a", "blame blames-passed", "p", "", 429, "passed", "p"), 429)},
		"success (200) with other content than without the fault when db fails": {failing("a", "success other-content", "db", "", 200)},
	} {
		r := Run{Results: cases}
		if r.Finish(); len(r.Groups) != 1 || r.Groups[0].Headline != want {
			t.Errorf("want %q: %q", want, keyed(r))
		}
	}
}

func TestNames(t *testing.T) {
	r := Run{Results: []Result{failing("a", "answered hang", "db", "", 0), failing("b", "blame", "db", "", 401),
		failing("c", "status", "db", "", 500), failing("d", "status", "db", "", 500)}}
	r.Finish()
	var names []string
	for _, g := range r.Groups {
		names = append(names, g.Name)
		for _, call := range []string{g.Name, g.Letter, g.Key} {
			if got, ok := r.Find(call); !ok || got.Key != g.Key {
				t.Errorf("%s gives %s, want %s", call, got.Key, g.Key)
			}
		}
	}
	if len(names) != 4 || !slices.Contains(names, "hang-db") || !slices.Contains(names, "401-when-db-fails") || slices.Contains(names, "status-500") {
		t.Errorf("%q", names)
	}
	if _, ok := r.Find("nothing"); ok {
		t.Error("a group was found that there is not")
	}
}

func TestAPartialRunIsMergedAndKeepsLetters(t *testing.T) {
	last := Run{Profile: "standard", Results: []Result{failing("a", "answered hang", "db", "", 0), failing("b", "blame", "db", "", 401), passing("c", "p", 500, 502)}}
	last.Finish()
	b, _ := last.Find("401-when-db-fails")
	part := Run{Profile: "standard", Deferred: []Deferral{{By: ByOnly, Cases: 2}}, Results: []Result{failing("b", "blame", "db", "", 401), failing("c", "alive", "p", "", 0)}}
	part.Finish()
	for range 2 { // twice in a row
		last = last.Merged(part)
		part.KeepLetters(last)
		if got, _ := part.Find("401-when-db-fails"); got.Letter != b.Letter {
			t.Errorf("the letter %s became %s", b.Letter, got.Letter)
		}
		if got, ok := part.Find("dies-when-p-fails"); !ok || got.Letter != "C" {
			t.Errorf("a new group is %s, want C, though it is the worst", got.Letter)
		}
	}
	if _, there := last.result("a"); !there || len(last.Results) != 3 || len(last.Groups) != 3 {
		t.Errorf("%d cases, groups %q", len(last.Results), keyed(last))
	}
	other := part
	other.Profile = "strict"
	if got := last.Merged(other); len(got.Results) != len(other.Results) {
		t.Error("a run under another profile was merged")
	}
}

func TestShowGroup(t *testing.T) {
	a, b := failing("a", "answered hang", "db", "", 0), failing("b", "answered hang", "db", "", 0)
	a.Scenario, b.Scenario = "database/silent", "database/slow"
	a.Subject.Exchanges[0].Failure, a.Subject.Exchanges[0].Response = exchange.NoAnswer, nil
	r := Run{Results: []Result{a, b}}
	r.Finish()
	var out bytes.Buffer
	if err := ShowGroup(&out, r, r.Groups[0], Style{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"request hangs: no time-out on calls to db", "@hang-db", "2 cases by request and fault", "a: db silent", "b: db slow", "key", "group A hang-db"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing:\n%s", want, out.String())
		}
	}
}
