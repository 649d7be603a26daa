package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// broke is a case that broke something, or nothing when it did not strike.
func broke(request, on string, strikes bool, o check.Outcome) Result {
	s := check.Subject{On: []string{on}, Learnt: check.Learnt{Reaches: []string{on}}}
	s.Injection.Links = []fault.Link{{On: on, State: fault.Refused}}
	calm := exchange.Exchange{Phase: exchange.Calm, Response: &exchange.Response{Status: 200}}
	if strikes {
		calm.Hits = []fault.Hit{{Call: fault.Call{On: on, Op: "GET"}}}
	}
	s.Exchanges = []exchange.Exchange{calm, {Phase: exchange.Faulty, Response: &exchange.Response{Status: 503}}}
	return Result{ID: fmt.Sprintf("refused@%s:%s", on, request), Request: request, On: s.On, Outcome: o, Subject: &s}
}

// besides makes the result one about readiness, which was asked beside the case.
func besides(r Result) Result {
	r.Subject.Side = check.Ready
	return r
}

// edited is a case for which a setting or a secret was changed.
func edited(request, setting string) Result {
	s := check.Subject{On: []string{setting}, Injection: fault.Injection{Edits: []fault.Edit{{Setting: setting, Op: "missing"}}},
		Launches: []exchange.Launch{{Phase: exchange.Faulty}}}
	return Result{ID: "missing@" + setting, Request: request, On: s.On, Outcome: check.Pass, Subject: &s}
}

// done is a case in which something was done to a part of the system, on the tap that stands before it.
func done(request, tap, part string) Result {
	s := check.Subject{On: []string{tap}, Injection: fault.Injection{Acts: []fault.Act{{On: part, Do: "kill"}}}}
	return Result{ID: "killed@" + tap, Request: request, On: s.On, Outcome: check.Fail, Subject: &s}
}

func skipped(request, on string) Result {
	return Result{ID: "name-gone@" + on + ":" + request, Request: request, On: []string{on}, Outcome: check.Skipped, Reason: "only a container can lose it"}
}

// declared finishes a run of a lab that declares these, and gives the last of them.
func declared(t *testing.T, r Run, all ...Coverage) Coverage {
	t.Helper()
	r.Coverage = all
	r.Finish()
	return r.Coverage[len(r.Coverage)-1]
}

// Everything that is declared is broken by so many cases, or never, because ...; with what to write.
func TestCoverage(t *testing.T) {
	results := func(rs ...Result) Run { return Run{Results: rs} }
	dep := func(callers ...string) Coverage {
		return Coverage{Sort: OfDependency, Name: "payments", Callers: callers}
	}
	request := Coverage{Sort: OfRequest, Name: "pay"}
	key := Coverage{Sort: OfSecret, Name: "key", Settings: []string{"env.KEY", "key"}}
	put := func(c Coverage, by By) Coverage { c.Deferred = []Deferral{{By: by, Cases: 3}}; return c }
	put1 := func(r Run, by By) Run { r.Deferred = []Deferral{{By: by, Cases: 9}}; return r }
	notCalm := Run{Uncalm: []Uncalm{{Request: "pay", Why: "404 in 3ms, want [200]"}}}
	for name, c := range map[string]struct {
		run    Run
		what   Coverage
		broken int
		never  Never
		line   string
	}{
		"dependency broken":      {results(broke("pay", "payments", true, check.Pass), broke("get", "payments", true, check.Fail), broke("get", "db", true, check.Pass)), dep("pay"), 2, "", "dependency payments: broken by 2 cases"},
		"what is beside it":      {results(besides(broke("pay", "payments", true, check.Fail))), dep("pay"), 0, NotTried, "no case is about it"},
		"inconclusive, broken":   {results(broke("pay", "payments", true, check.Inconclusive)), dep("pay"), 1, "", "broken by 1 case"},
		"address edited":         {results(edited("pay", "env.PAYMENTS_URL")), dep(), 0, NotCalled, "no request calls it (calm saw no call); add a request that reaches payments, or accept it: `payments: {..., unbroken: \"only a nightly job uses it\"}`"},
		"only polled":            {results(), Coverage{Sort: OfDependency, Name: "payments", Polled: true}, 0, NotCalled, "no request calls it (calm saw only calls in the background); add a request that reaches payments"},
		"tap broken":             {results(done("pay", "hop", "app")), Coverage{Sort: OfDependency, Name: "hop", Part: "app", Callers: []string{"pay"}}, 1, "", "dependency hop: broken by 1 case"},
		"only uncalm call it":    {notCalm, dep("pay"), 0, NotCalm, "only pay calls it, which is not calm; mend pay, or add a request that reaches payments"},
		"one calm one calls it":  {notCalm, dep("pay", "get"), 0, NotTried, "no case is about it; add a scenario that breaks it, or accept it"},
		"not struck":             {results(broke("pay", "payments", false, check.Inconclusive)), dep("pay"), 0, NotStruck, "1 case was run, but nothing struck: calm of this case did not reach payments: a cache?; add a scenario"},
		"skipped":                {results(skipped("pay", "payments")), dep("pay"), 0, NotHere, "1 case was skipped: only a container can lose it"},
		"calls nothing":          {results(skipped("pay", "system")), request, 0, NeedsNothing, "it calls nothing, and only a container can lose it"},
		"deferred":               {put1(results(skipped("pay", "payments")), ByOnly), put(dep("pay"), ByOnly), 0, PutOff, "never broken, because 3 cases were deferred by --only"},
		"left out by the plan":   {put1(results(), ByPlan), put(dep("pay"), ByPlan), 0, PutOff, "3 cases were deferred by the plan"},
		"tried beside the plan":  {put1(results(broke("pay", "payments", false, check.Inconclusive)), ByPlan), put(dep("pay"), ByPlan), 0, NotStruck, "nothing struck"},
		"accepted":               {results(), Coverage{Sort: OfDependency, Name: "mail", Unbroken: "nightly"}, 0, NotCalled, "never broken, because no request calls it (calm saw no call); accepted: nightly"},
		"request broken":         {results(broke("pay", "payments", true, check.Pass)), request, 1, "", "request pay: broken by 1 case"},
		"request not calm":       {notCalm, request, 0, NotCalm, "request pay: never broken, because it is not calm; mend the lab, or what `expect:` of pay says"},
		"request calls nothing":  {results(), request, 0, NotTried, "it calls nothing, and no case is about it; if nothing can break it, accept it: `pay: {..., unbroken: \"it needs nothing\"}`"},
		"secret by its name":     {results(edited("pay", "key")), key, 1, "", "secret key: broken by 1 case"},
		"secret by its setting":  {results(edited("pay", "env.KEY"), edited("pay", "env.OTHER")), key, 1, "", "secret key: broken by 1 case"},
		"secret that nobody has": {results(), Coverage{Sort: OfSecret, Name: "key"}, 0, NotGiven, "no setting of the system carries it; give it to the system, as in `env: {KEY: $key.value}`"},
	} {
		t.Run(name, func(t *testing.T) {
			got := declared(t, c.run, c.what)
			if got.Broken != c.broken || got.Never != c.never || !strings.Contains(got.line(), c.line) {
				t.Errorf("got %d %q %s, want %d %q %s", got.Broken, got.Never, got.line(), c.broken, c.never, c.line)
			}
		})
	}
}

// A request that calls nothing is no gap: whether it misses what is taken from the process may be chance.
func TestWhatNeedsNothingIsNoGap(t *testing.T) {
	r := Run{Results: []Result{broke("get", "db", true, check.Pass), skipped("ping", "system")}, Coverage: []Coverage{{Sort: OfRequest, Name: "ping"}}}
	r.Finish()
	if open := r.Uncovered(); len(open) != 0 || r.Exit(false) != Held {
		t.Errorf("%+v, exit %d", open, r.Exit(false))
	}
	if got := covered(r); got != "coverage: broke 0 of 1 request; 1 calls nothing that could be broken" {
		t.Error(got)
	}
}

// A case that the budget put off is not one that was skipped.
func TestWhatTheBudgetPutOffIsNotTried(t *testing.T) {
	late := skipped("pay", "payments")
	late.Deferred = true
	r := Run{Results: []Result{late}, Deferred: []Deferral{{By: ByBudget, With: "1s", Cases: 1}}}
	got := declared(t, r, Coverage{Sort: OfDependency, Name: "payments", Callers: []string{"pay"}, Deferred: r.Deferred})
	if got.Never != PutOff || got.Why != "1 case was deferred by --budget 1s" {
		t.Errorf("got %s", got.line())
	}
}

// The exit line says what was never broken in a full run, and never that everything passed when it was not judged.
func TestExitLine(t *testing.T) {
	passed := broke("get", "db", true, check.Pass)
	mail := Coverage{Sort: OfDependency, Name: "mail"}
	for want, r := range map[string]Run{
		"exit 0: everything passed":                                               {Results: []Result{passed}},
		"exit 3 because dependency mail was never broken":                         {Results: []Result{passed}, Coverage: []Coverage{mail}},
		"exit 3 because request pay and dependency mail were never broken":        {Results: []Result{passed}, Coverage: []Coverage{{Sort: OfRequest, Name: "pay"}, mail}},
		"exit 3 because 1 case is inconclusive; dependency mail was never broken": {Results: []Result{passed, broke("get", "db", false, check.Inconclusive)}, Coverage: []Coverage{mail}},
		"exit 3 because request a, request b, request c, request d and 2 more were never broken": {Results: []Result{passed}, Coverage: []Coverage{{Sort: OfRequest, Name: "a"}, {Sort: OfRequest, Name: "b"},
			{Sort: OfRequest, Name: "c"}, {Sort: OfRequest, Name: "d"}, {Sort: OfRequest, Name: "e"}, {Sort: OfRequest, Name: "f"}}},
		"exit 0: what was judged passed; 435 of 471 deferred by --only":                  {Results: []Result{passed}, Coverage: []Coverage{mail}, Expanded: 471, Deferred: []Deferral{{By: ByOnly, Cases: 435}}},
		"exit 0: what was judged passed; 445 of 471 deferred by --only, --shard 2/6":     {Results: []Result{passed}, Coverage: []Coverage{mail}, Expanded: 471, Deferred: []Deferral{{By: ByOnly, Cases: 435}, {By: ByShard, With: "2/6", Cases: 10}}},
		"exit 0: what was judged passed; 40 of 511 deferred by the plan, 1 of 2 skipped": {Results: []Result{passed, skipped("get", "db")}, Expanded: 511, Deferred: []Deferral{{By: ByPlan, Cases: 40}}},
		"exit 0: shard 2/6 has none of the 4 cases":                                      {Coverage: []Coverage{mail}, Expanded: 4, Deferred: []Deferral{{By: ByShard, With: "2/6", Cases: 4}}},
		"exit 3 because nothing was judged":                                              {},
		"exit 3 because the run was stopped before its end":                              {Results: []Result{passed}, Interrupted: true, Coverage: []Coverage{mail}},
	} {
		r.Finish()
		if got := r.ExitLine(false); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// What the lab accepts makes no exit 3; that the plan left out cases about something else does not excuse it.
func TestExitOfWhatIsAccepted(t *testing.T) {
	passed, plan := broke("get", "db", true, check.Pass), []Deferral{{By: ByPlan, Cases: 1}}
	for code, c := range map[int]Coverage{
		Held:      {Sort: OfDependency, Name: "mail", Unbroken: "nightly"},
		Undecided: {Sort: OfDependency, Name: "mail"},
	} {
		r := Run{Results: []Result{passed}, Coverage: []Coverage{c}, Expanded: 2, Deferred: plan}
		if r.Finish(); r.Exit(false) != code {
			t.Errorf("%+v: %s", c, r.ExitLine(false))
		}
	}
	r := Run{Results: []Result{passed}, Coverage: []Coverage{{Sort: OfDependency, Name: "mail", Callers: []string{"get"}, Deferred: plan}}, Expanded: 2, Deferred: plan}
	if r.Finish(); r.Exit(false) != Held {
		t.Errorf("the plan left its cases out: %s", r.ExitLine(false))
	}
}

// A failure that counts comes before what was never broken, and what is broken before both.
func TestExitOrder(t *testing.T) {
	mail := []Coverage{{Sort: OfDependency, Name: "mail"}}
	r := shop(sample{seed: "41", hour: 9})
	r.Results = slices.DeleteFunc(r.Results, func(c Result) bool { return c.Outcome == check.Inconclusive })
	for code, outcome := range map[int]check.Outcome{Failed: check.Pass, Broke: check.Broken} {
		one := r
		one.Results, one.Coverage = append(slices.Clone(r.Results), Result{ID: "x", Outcome: outcome}), mail
		one.Finish()
		if got := one.Exit(false); got != code {
			t.Errorf("with %s: exit %d, want %d", outcome, got, code)
		}
	}
	r.Results = slices.DeleteFunc(r.Results, func(c Result) bool { return c.Outcome == check.Fail })
	r.Results, r.Coverage = append(r.Results, broke("get", "db", true, check.Pass)), mail
	if r.Finish(); r.Exit(false) != Undecided {
		t.Errorf("exit %d, want %d", r.Exit(false), Undecided)
	}
}

// uncovered is a run that never broke some of what its lab declares.
func uncovered(m sample) Run {
	r := m.run("shop/failwell.yaml",
		made{scenario: "database/refused", on: "db", request: "get-order", cause: "store/unavailable", status: 504, body: problem504, given: "{refuse: {on: db}}"})
	r.Results[0].Verdicts = append(r.Results[0].Verdicts, check.Verdict{Check: "effect", Outcome: check.Skipped, Wants: &check.Want{Key: "effect", Of: "request", What: "double effects"}, Reason: "not declared"},
		check.Verdict{Check: "blame", Outcome: check.Skipped, Wants: &check.Want{Key: "credential: own", Of: "dependency", What: "refusals"}, Reason: "not declared"})
	r.Uncalm = []Uncalm{{Request: "pay", Why: "404 in 3ms, want [200]"}, {Request: "get-order", Why: "503 in 1ms, want [200]", Good: 3, Of: 6, Unstable: true}}
	r.Coverage = []Coverage{
		{Sort: OfRequest, Name: "get-order"}, {Sort: OfRequest, Name: "pay"}, {Sort: OfRequest, Name: "version", Unbroken: "it needs nothing"},
		{Sort: OfDependency, Name: "db", Callers: []string{"get-order"}, Unbroken: "only at night"}, {Sort: OfDependency, Name: "payments"},
		{Sort: OfSecret, Name: "key", Settings: []string{"env.KEY"}, Deferred: []Deferral{{By: ByPlan, Cases: 4}}},
	}
	r.Expanded, r.Deferred = 5, []Deferral{{By: ByPlan, Cases: 4}}
	r.Finish()
	return r
}

// Every report names what was never broken, and those for people what is not calm, what could not be judged, and what is
// accepted although it was broken.
func TestEveryReportNamesWhatWasNeverBroken(t *testing.T) {
	r := uncovered(sample{seed: "41", hour: 9})
	people := []string{"pay is not calm: 404 in 3ms, want", "get-order is not calm: it is unstable, good 3 of 6 times without any fault, else 503", "double effects in 1 case (no", "refusals in 1 case (no", "dependency db was broken by 1 case",
		"coverage: broke 1 of 3 requests, 1 of 2 dependencies, 0 of 1 secret; 1 accepted as unbroken, 1 left to the cases that were deferred"}
	for format, write := range formats() {
		if format == "show.txt" || format == "agent.json" {
			continue // it is about one case, or about groups alone
		}
		var out bytes.Buffer
		if err := write(&out, r); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(out.String()), " ")
		wants := []string{"request pay", "dependency payments", "no request calls it"}
		switch format {
		case "json":
			wants = []string{`"never": "not-called"`, `"unbroken": "it needs nothing"`, `"key": "credential: own"`, `"request": "pay"`, `"expanded": 5`}
		case "terminal.txt", "narrow.txt", "html", "md":
			wants = append(wants, people...)
		}
		for _, want := range wants {
			if !strings.Contains(strings.ReplaceAll(text, `\`, ""), strings.ReplaceAll(want, `\`, "")) {
				t.Errorf("%s does not say %q:\n%s", format, want, out.String())
			}
		}
	}
}

// The terminal says of what was broken, accepted or put off only how much; with --all each.
func TestAllShowsEverythingDeclared(t *testing.T) {
	r := uncovered(sample{seed: "41", hour: 9})
	for _, line := range []string{"request get-order: broken by 1 case", "request version: never broken, because it calls nothing", "secret key: never broken, because 4 cases were deferred by the plan"} {
		for _, all := range []bool{false, true} {
			var out bytes.Buffer
			if err := Terminal(&out, r, Style{Width: 200, All: all}); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), line) != all {
				t.Errorf("--all %t: %q\n%s", all, line, out.String())
			}
		}
	}
}

// --no-skips names every case that was skipped, with the reason; what is not applicable is no mistake.
func TestNoSkipsNamesWhatWasSkipped(t *testing.T) {
	r := Run{Results: []Result{broke("get", "db", true, check.Pass)}}
	for i := range 30 {
		r.Results = append(r.Results, skipped(fmt.Sprint("request-number-", i), "db"))
	}
	r.Finish()
	var out bytes.Buffer
	if err := Terminal(&out, r, Style{NoSkips: true}); err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		if id := fmt.Sprint("name-gone@db:request-number-", i); !strings.Contains(out.String(), id) {
			t.Errorf("%s is not named", id)
		}
	}
	if !strings.Contains(out.String(), "only a container can lose it") || !strings.Contains(out.String(), "exit 0: what was judged passed; 30 of 31 skipped") {
		t.Error(out.String())
	}
}

// A request that is not calm is named in one line, with how it is not.
func TestUncalm(t *testing.T) {
	for want, u := range map[string]Uncalm{
		"pay is not calm: 404 in 3ms, want [200]":                                              {Request: "pay", Why: "404 in 3ms, want [200]"},
		"pay is not calm: 404":                                                                 {Request: "pay", Why: "404", Of: 3},
		"pay is not calm: good 2 of 5 times without any fault, then 404":                       {Request: "pay", Why: "404", Good: 2, Of: 5},
		"pay is not calm: it is unstable, good 3 of 4 times without any fault, else no answer": {Request: "pay", Why: "no answer", Good: 3, Of: 4, Unstable: true},
	} {
		if got := u.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// What could not be judged is counted by the key that the lab lacks, once a case.
func TestUnjudged(t *testing.T) {
	v := func(check1, wants string, o check.Outcome) check.Verdict {
		of := map[string]string{"credential: own": "dependency", "effect": "request"}[wants]
		verdict := check.Verdict{Check: check1, Outcome: o}
		if wants != "" {
			verdict.Wants = &check.Want{Key: wants, Of: of, What: "what " + check1 + " judges"}
		}
		return verdict
	}
	r := Run{Results: []Result{
		{ID: "a", Request: "pay", On: []string{"payments"}, Outcome: check.Pass, Verdicts: []check.Verdict{v("status", "credential: own", check.Skipped), v("blame", "credential: own", check.Skipped), v("within", "deadline", check.Skipped)}},
		{ID: "b", Request: "get", On: []string{"tax"}, Outcome: check.Pass, Verdicts: []check.Verdict{v("blame", "credential: own", check.Skipped), v("within", "", check.Skipped), v("made-up", "a-new-key", check.Skipped)}},
		{ID: "c", Request: "get", Outcome: check.Pass, Verdicts: []check.Verdict{v("within", "deadline", check.Pass), v("once", "effect", check.Skipped)}},
	}}
	r.Finish()
	var got []string
	for _, u := range r.Unjudged {
		got = append(got, u.String())
	}
	want := []string{"what made-up judges in 1 case (no `a-new-key:`)", "what status judges in 2 cases (no `credential: own` on payments, tax)",
		"what within judges in 1 case (no `deadline:`)", "what once judges in 1 case (no `effect:` on get)"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
