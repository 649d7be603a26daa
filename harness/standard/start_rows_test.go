package standard_test

import (
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// without starts the system while db is refused; up is how it got well, where that is a launch of its own. What was not ready was not
// asked.
func without(l exchange.Launch, up ...exchange.Launch) edit {
	return func(s *check.Subject) {
		s.ID, s.Called = "database/refused-at-start@db:get-order", []string{"db", "DATABASE_URL", "pg", "5433"}
		s.Injection.Links[0].Start = true
		l.Phase = exchange.Faulty
		s.Launches = []exchange.Launch{l}
		for _, one := range up {
			one.Phase = exchange.Healed
			s.Launches = append(s.Launches, one)
		}
		switch {
		case len(up) > 0 && !up[0].Ready:
			s.Exchanges = s.Exchanges[:1]
		case !l.Ready:
			s.Exchanges = []exchange.Exchange{s.Exchanges[0], s.Exchanges[2]}
		}
	}
}

// wrongPassword lets db turn the system away in place of refusing it.
func wrongPassword(s *check.Subject) {
	s.Cause, s.Injection = "store/credential", fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "db"}, Which: fault.Which{Start: true},
		Effect: fault.Effect{Verb: fault.Answer, At: fault.Auth, Say: fault.Saying{Name: "bad-password", Status: "28P01"}}}}}
}

// plainly lets a plain setting have another value in place of a secret that is missing.
func plainly(s *check.Subject) {
	s.Plain, s.On, s.Injection.Edits[0] = true, []string{"env.WORKERS"}, fault.Edit{Setting: "env.WORKERS", Op: "wrong"}
}

func startsWithout() []row {
	back := exchange.Launch{Ready: true, Took: time.Second}
	waited := func(took time.Duration, last ...string) exchange.Launch {
		return exchange.Launch{Took: took, Last: last}
	}
	trace := []string{"Traceback (most recent call last):", `  File "/app/app.py", line 8, in <module>`, "psycopg2.OperationalError: port 5433 failed: Connection refused"}
	return []row{
		{"start", "pass-without-says-so", none, "it ended with code 1 after 300ms, and says why: connect to db: connection refused", of(without(stopped(1, "starting", "connect to db: connection refused"), back)), ""},
		{"start", "pass-without-short-word", none, "it ended with code 1 after 300ms, and says why: pg: cannot connect", of(without(stopped(1, "pg: cannot connect"), back)), ""},
		{"start", "pass-without-not-ready", none, "it runs and is not ready: readiness gives 503", of(without(exchange.Launch{Took: 2 * time.Second, Readying: 503}, back)), ""},
		{"start", "pass-without-waits", none, "it waits and says so: DATABASE_URL: connection refused, again in 1s", of(without(waited(2*time.Second, "starting", "DATABASE_URL: connection refused, again in 1s"), back)), ""},
		{"start", "pass-without-lazy", none, "it started without db; its answers are judged", of(without(back), follow("cache")), ""},
		{"start", "pass-without-schema", none, "it started without db; its answers are judged", of(without(back), wrongPassword, set(func(s *check.Subject) { s.Injection.Rules[0].Effect.At = fault.Request }), follow("db")), ""},
		{"start", "pass-without-own-line-and-trace", none, "it ended with code 3 after 300ms, and says why: psycopg2.OperationalError: port 5433 failed: Connection refused", of(without(stopped(3, append([]string{"ERROR:shop:the db is not reachable"}, trace...)...), back)), ""},
		{"start", "fail-without-ready", major, "it said that it was ready although db was never reached", of(without(back), follow("db")), ""},
		{"start", "fail-without-ready-though-turned-away", major, "it said that it was ready although db was never reached", of(without(back), wrongPassword, follow("db")), ""},
		{"start", "fail-without-code-0", major, "it ended with code 0, as if all were well, while db was away", of(without(stopped(0, "db is away"), back)), ""},
		{"start", "fail-without-signal", major, "it was ended by signal SEGV while db was away", of(without(exchange.Launch{Exit: &exchange.Exit{Code: -1, Signal: "SEGV"}}, back)), ""},
		{"start", "fail-without-bare-trace", minor, "it crashed with a bare stack trace while db was away: psycopg2.OperationalError: port 5433 failed: Connection refused", of(without(stopped(1, trace...), back)), ""},
		{"start", "fail-without-a-word", minor, "it ended with code 1 without a word while db was away", of(without(stopped(1), back)), ""},
		{"start", "fail-without-name", note, "it ended with code 1 while db was away, and its lines do not name it", of(without(stopped(1, "feedback: something is wrong"), back)), ""},
		{"start", "fail-without-silence", minor, "it waited 1m0s for db without a word", of(without(waited(time.Minute, "listening soon"), back)), ""},
		{"start", "fail-without-what-is-optional", minor, "it ended with code 1 without db, which is declared optional", of(without(stopped(1, "db is away"), back), role(contract.Optional)), ""},
		{"start", "fail-not-ready-without-what-is-optional", minor, "not ready in 1m0s without db, which is declared optional", of(without(waited(time.Minute, "db is away"), back), role(contract.Optional)), ""},
		{"start", "fail-never-rises", critical, "still not ready 12s after db was back", of(without(exchange.Launch{Took: 2 * time.Second, Readying: 503}, exchange.Launch{Took: 12 * time.Second})), ""},
		{"start", "fail-never-starts-again", critical, "started again when db was back, it ended with code 2", of(without(stopped(1, "db is away"), stopped(2, "lock file exists"))), ""},
		{"start", "fail-setting-traced", minor, "it crashed at start with a stack trace that does not name the setting: panic: runtime error: index out of range",
			of(setting("secret/missing", stopped(2, "panic: runtime error: index out of range", "", "goroutine 1 [running]:"))), ""},
		{"start", "pass-setting-traced-with-its-name", none, "ended with code 1 after 300ms, naming the setting",
			of(setting("secret/missing", stopped(1, "Traceback (most recent call last):", `  File "/app/app.py", line 2`, "KeyError: 'JWT_KEY'"))), ""},
		{"start", "pass-names-the-file", none, "ended with code 1 after 300ms, naming the setting", of(setting("setting/unreadable", stopped(1, "cannot read /run/app/app.yml: EACCES")), set(func(s *check.Subject) {
			s.Injection.Edits[0].Setting = "file.etc/app.yml"
		})), ""},
		{"start", "pass-other-value", none, "it ended with code 1: the other value cannot be used", of(setting("setting/wrong", stopped(1, "worker failed to boot")), plainly), ""},
		{"status", "pass-nothing-older-at-start", none, "503, as owed", of(without(back), role(contract.Optional), set(func(s *check.Subject) {
			s.Row = &contract.Row{Prefer: []string{"503+RA"}}
		})), ""},
		{"status", "fail-500-at-start", minor, "500, owed 503+RA", of(without(back), role(contract.Optional), gave(500, problem("500")), set(func(s *check.Subject) {
			s.Row = &contract.Row{Prefer: []string{"503+RA"}, Source: "a test"}
		})), ""},
		{"struck", "pass-at-start", none, "db was refused at start", of(without(exchange.Launch{Took: 2 * time.Second, Readying: 503}, back)), ""},
		{"struck", "pass-at-start-and-kept-away", none, "reply on db auth at start", of(without(back), wrongPassword), ""},
		{"struck", "inconclusive-at-start-but-served", none, "the fault did not strike: no matching call came from this request", of(without(back), wrongPassword,
			set(func(s *check.Subject) { s.Exchanges[1].Hits = []fault.Hit{passed(5, "db", "auth", "")} })), ""},
	}
}
