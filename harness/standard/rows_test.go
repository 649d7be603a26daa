package standard_test

import (
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// row is one saved subject. Its name begins with the outcome.
type row struct {
	check, name string
	impact      contract.Impact
	reason      string
	subject     check.Subject
	params      string
}

func rows() []row {
	var all []row
	for _, some := range [][]row{controls(), answers(), successes(), statuses(), forms(), surroundings(), traces(), effects(), starts(), startsWithout(), hops(), certificates(), graphqls(), policies()} {
		all = append(all, some...)
	}
	return all
}

const (
	critical = contract.Critical
	major    = contract.Major
	minor    = contract.Minor
	note     = contract.Note
	none     = contract.Impact("")
)

func controls() []row {
	return []row{
		{"calm", "pass-200", none, "200 in 20ms", of(), ""},
		{"calm", "pass-expected-404", none, "404 in 20ms", of(set(func(s *check.Subject) {
			s.Expect.Status = []int{404}
			s.Exchanges[0] = answer(exchange.Calm, 404, problem("404"))
		})), ""},
		{"calm", "pass-long-number", none, "200 in 20ms", of(set(func(s *check.Subject) { s.Expect.At = map[string]string{"/total": "9007199254740993"} })), ""},
		{"calm", "inconclusive-500", none, "without the fault the request does not succeed: 500 in 20ms, want [200]", of(set(func(s *check.Subject) { s.Exchanges[0].Response.Status = 500 })), ""},
		{"calm", "inconclusive-value", none, "without the fault the request does not succeed: at /id the body has 1001, want 1002", of(set(func(s *check.Subject) { s.Expect.At = map[string]string{"/id": "1002", "/total": "1"} })), ""},
		{"calm", "inconclusive-no-value", none, "without the fault the request does not succeed: the body has no /nothing, want 1 there", of(set(func(s *check.Subject) { s.Expect.At = map[string]string{"/nothing": "1"} })), ""},
		{"calm", "inconclusive-none", none, "no calm answer to compare with", of(set(func(s *check.Subject) { s.Exchanges = s.Exchanges[1:] })), ""},
		{"struck", "pass-link", none, "db was refused", of(), ""},
		{"struck", "pass-rule", none, "reply on db query", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken))), ""},
		{"struck", "pass-changed", none, `raw-body {"cut":`, of(changed("input/malformed"), gave(400, problem("400"))), ""},
		{"struck", "pass-setting", none, "jwt-key was missing", of(setting("secret/missing", stopped(1, "jwt-key is missing"))), ""},
		{"struck", "pass-stale", none, "close on db link", of(cause("store/stale"), set(func(s *check.Subject) {
			s.Injection.Links[0].State = fault.Open
			s.Exchanges[1].Hits = []fault.Hit{struck(2, "db", "link", "", fault.Effect{Verb: fault.Close})}
		})), ""},
		{"struck", "inconclusive-no-call", none, "the fault did not strike: no matching call came from this request", of(rule("store/schema", broken, passed(3, "db", "query", selects))), ""},
		{"struck", "inconclusive-impossible", none, "the fault did not strike: it met a call that it could not be carried out on", of(rule("store/schema", broken, set1(func(h *fault.Hit) { h.Done = fault.Impossible }))), ""},
		{"struck", "inconclusive-client-left", none, "the fault did not strike: the system had left before it could show", of(rule("store/schema", broken, set1(func(h *fault.Hit) { h.Done = fault.ClientLeft }))), ""},
		{"struck", "inconclusive-background", none, "the fault did not strike: no matching call came from this request", of(rule("store/schema", broken, set1(func(h *fault.Hit) { h.Background = true }))), ""},
		{"struck", "inconclusive-bare-pass", none, "the fault did not strike: no matching call came from this request", of(rule("store/schema", broken, set1(func(h *fault.Hit) { h.Effect = fault.Effect{Verb: fault.Pass} }))), ""},
		{"struck", "inconclusive-old-connection", none, "the fault did not strike: query db still passed over an old connection", of(hits(passed(3, "db", "query", selects))), ""},
		{"struck", "inconclusive-calm-elsewhere", none, "the fault did not strike: calm of this case did not reach db: a cache?", of(set(func(s *check.Subject) { s.Exchanges[0].Hits = nil })), ""},
		{"struck", "inconclusive-not-armed", none, "the fault did not strike: system cannot pause here", of(set(func(s *check.Subject) { s.Unstruck = "system cannot pause here" })), ""},
		{"struck", "inconclusive-nothing-open", none, "the fault did not strike: no connection to db was open that could be cut", of(set(func(s *check.Subject) { s.Injection.Links[0].State = fault.Open })), ""},
		{"struck", "inconclusive-not-sent", none, "the fault did not strike: the changed request could not be sent: broken pipe", of(changed("input/malformed"), failed(exchange.NotSent, "broken pipe", time.Second)), ""},
		{"healed", "pass-told-to-wait", none, "200 in 20ms, after 10.02s", of(set(func(s *check.Subject) {
			limited := answer(exchange.Healed, 429, problem("429"))
			limited.Response.Header = limited.Response.Header.With("Retry-After", "10")
			last := s.Exchanges[2]
			last.At += 10 * time.Second
			s.Exchanges = append(s.Exchanges[:2:2], limited, last)
		})), ""},
		{"healed", "pass-again", none, "200 in 20ms, after 20ms", of(), ""},
		{"healed", "fail-never", critical, "still failing 6.02s after the fault was lifted: 503 in 20ms, want [200]", of(set(func(s *check.Subject) {
			s.Exchanges[2] = answer(exchange.Healed, 503, sorry)
			s.Exchanges = append(s.Exchanges, s.Exchanges[2])
			s.Exchanges[3].At += 6 * time.Second
		})), ""},
		{"healed", "fail-later", critical, "afterwards get-order fails without any fault: 500 in 20ms, want [200]; on a fresh launch it succeeds", of(set(func(s *check.Subject) {
			asked := answer(exchange.Calm, 500, problem("500"))
			asked.Request.Name = "get-order"
			s.Later = []check.Later{{Asked: asked, Missed: "500 in 20ms, want [200]"}}
		})), ""},
		{"healed", "fail-late", major, "healed only after 3.02s, owed within 2s", of(set(func(s *check.Subject) {
			good := s.Exchanges[2]
			s.Exchanges[2] = answer(exchange.Healed, 503, sorry)
			good.At += 3 * time.Second
			s.Exchanges = append(s.Exchanges, good)
		})), "within: 2s"},
		{"healed", "inconclusive-not-reached", none, "it succeeds again, but without calling db", of(set(func(s *check.Subject) { s.Exchanges[2].Hits = nil })), ""},
		{"healed", "inconclusive-not-asked", none, "nothing was asked after the fault", of(set(func(s *check.Subject) { s.Exchanges = s.Exchanges[:2] })), ""},
		{"healed", "skipped-dead", none, "the system had ended", of(set(func(s *check.Subject) { s.Exchanges, s.Died = s.Exchanges[:2], &exchange.Exit{Code: 2} })), ""},
		{"alive", "pass-throughout", none, "the same process throughout", of(), ""},
		{"alive", "skipped-attached", none, "whether its process ended is not seen: failwell does not run it", of(set(func(s *check.Subject) { s.Declared.Attached = true })), ""},
		{"alive", "fail-died", critical, "the system died: it ended with code 2", of(log("started", "panic: runtime error: invalid memory address"), set(func(s *check.Subject) { s.Died = &exchange.Exit{Code: 2} })), ""},
		{"alive", "fail-killed", critical, "the system died: signal KILL ended it", of(set(func(s *check.Subject) { s.Died = &exchange.Exit{Code: -1, Signal: "KILL"} })), ""},
		{"alive", "fail-race", major, `the log has "WARNING: DATA RACE"`, of(log("WARNING: DATA RACE")), ""},
		{"alive", "skipped-ended-by-case", none, "the case itself ended the system", of(set(func(s *check.Subject) { s.Ended, s.Died = true, &exchange.Exit{Code: -1, Signal: "KILL"} })), ""},
	}
}

// set1 is a struck call that something else became of.
func set1(f func(*fault.Hit)) fault.Hit {
	h := struck(3, "db", "query", selects, broken)
	f(&h)
	return h
}

func answers() []row {
	halved := rule("store/cut", cutBody, struck(3, "db", "query", selects, cutBody))
	return []row{
		{"answered", "pass-503", none, "503 in 20ms", of(), ""},
		{"answered", "pass-cut-is-owed", none, "disconnected EOF", of(cause("process/crash"), failed(exchange.Disconnect, "EOF", time.Millisecond)), ""},
		{"answered", "pass-standing-still", none, "no answer in 10s", of(cause("process/paused"), failed(exchange.NoAnswer, "", 10*time.Second)), ""},
		{"answered", "fail-hang", critical, "no answer in 10s", of(failed(exchange.NoAnswer, "", 10*time.Second), hits(fault.Hit{Seq: 3, Call: fault.Call{On: "db", Op: "query", Text: selects}})), ""},
		{"answered", "fail-hang-after-its-calls", critical, "no answer in 10s", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), failed(exchange.NoAnswer, "", 10*time.Second)), ""},
		{"answered", "fail-hang-without-a-dependency", critical, "no answer in 10s", of(changed("input/malformed"), failed(exchange.NoAnswer, "", 10*time.Second)), ""},
		{"answered", "fail-cut-at-its-end", critical, "the connection ended without an answer", of(cause("process/stopping"), failed(exchange.Disconnect, "EOF", time.Millisecond), set(func(s *check.Subject) { s.Ended = true })), ""},
		{"answered", "fail-disconnected", critical, "the connection ended without an answer", of(failed(exchange.Disconnect, "EOF", time.Millisecond)), ""},
		{"answered", "fail-refused", critical, "the connection ended without an answer", of(failed(exchange.Refused, "connection refused", time.Millisecond)), ""},
		{"answered", "pass-something-came", none, "malformed malformed HTTP status code", of(failed(exchange.Malformed, "malformed HTTP status code", time.Millisecond)), ""},
		{"answered", "fail-while-settling", critical, "the connection ended without an answer", of(set(func(s *check.Subject) {
			e := answer(exchange.Settling, 200, "")
			e.Response, e.Failure, e.Detail = nil, exchange.Disconnect, "EOF"
			s.Exchanges = append(s.Exchanges, e)
		})), ""},
		{"answered", "inconclusive-not-sent", none, "nothing to judge: not-sent broken pipe", of(failed(exchange.NotSent, "broken pipe", time.Millisecond)), ""},
		{"answered", "inconclusive-stopped", none, "nothing to judge: interrupted", of(failed(exchange.NotAnswered, "", time.Millisecond)), ""},
		{"answered", "inconclusive-not-asked", none, "nothing was asked under the fault", of(set(func(s *check.Subject) { s.Exchanges = s.Exchanges[:1] })), ""},
		{"answered", "skipped-not-started", none, "the system was not ready, so nothing was asked", of(setting("secret/missing", stopped(1))), ""},
		{"within", "pass-in-time", none, "20ms of 1s", of(), ""},
		{"within", "pass-slack", none, "1.25s of 1s", of(set(func(s *check.Subject) { s.Exchanges[1].Took = 1249 * time.Millisecond })), ""},
		{"within", "fail-late", minor, "503 in 1.25s, promised within 1s", of(set(func(s *check.Subject) { s.Exchanges[1].Took = 1251 * time.Millisecond })), ""},
		{"within", "fail-late-after-its-calls", minor, "503 in 3s, promised within 1s", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), set(func(s *check.Subject) { s.Exchanges[1].Took = 3 * time.Second })), ""},
		{"within", "fail-late-without-a-dependency", minor, "400 in 3s, promised within 1s", of(changed("input/malformed"), gave(400, problem("400")), set(func(s *check.Subject) { s.Exchanges[1].Took = 3 * time.Second })), ""},
		{"within", "fail-scenario", minor, "503 in 900ms, promised within 500ms", of(set(func(s *check.Subject) { s.Exchanges[1].Took = 900 * time.Millisecond })), "500ms"},
		{"within", "fail-unlimited", critical, "200 in 3.02s, promised within 1s: no limit seen within 3.01s, for which a call to db was held up", of(rule("store/slow", slow3, waited), gave(200, order), took(3020*time.Millisecond)), ""},
		{"within", "fail-limited", minor, "503 in 2.1s, promised within 1s", of(rule("store/slow", slow3, givenUp), took(2100*time.Millisecond)), ""},
		{"within", "fail-hang", minor, "no answer in 10s, promised within 1s", of(failed(exchange.NoAnswer, "", 10*time.Second)), ""},
		{"within", "skipped-nothing-promised", none, "no deadline is declared", of(set(func(s *check.Subject) { s.Declared.Deadline = 0 })), ""},
		{"within", "skipped-no-answer", none, "there was no answer", of(failed(exchange.Disconnect, "EOF", time.Millisecond)), ""},
		{"within", "skipped-slow-client", none, "the client itself was slow", of(changed("input/slow-client"), gave(408, problem("408")), set(func(s *check.Subject) { s.Exchanges[1].Took, s.Exchanges[1].Request.Pace = 5*time.Second, 1 })), ""},
		{"complete", "fail-no-http", major, "what came is no HTTP response", of(failed(exchange.Malformed, "malformed HTTP status code", time.Millisecond)), ""},
		{"complete", "pass-broke-off-with-its-source", none, "1 bodies whole", of(halved, gave(200, `{"id":1}`), set(func(s *check.Subject) { s.Exchanges[1].Response.BodyErr = "unexpected EOF" })), ""},
		{"complete", "fail-broke-off-by-itself", major, "the body of the 200 broke off: unexpected EOF", of(rule("store/cut", broken, struck(3, "db", "query", selects, broken)), gave(200, `{"id":1}`),
			set(func(s *check.Subject) { s.Exchanges[1].Response.BodyErr = "unexpected EOF" })), ""},
		{"complete", "pass-whole", none, "1 bodies whole", of(), ""},
		{"complete", "pass-head", none, "1 bodies whole", of(gave(503, ""), set(func(s *check.Subject) { s.Exchanges[1].Request.Method = "HEAD" })), ""},
		{"complete", "pass-cut-is-owed", none, "1 bodies whole", of(cause("process/panic-midway"), gave(200, `{"id":`), set(func(s *check.Subject) { s.Exchanges[1].Response.BodyErr = "unexpected EOF" })), ""},
		{"complete", "fail-broken-off", major, "the body of the 503 broke off: unexpected EOF", of(set(func(s *check.Subject) { s.Exchanges[1].Response.BodyErr = "unexpected EOF" })), ""},
		{"complete", "fail-no-json", major, "the body of the 503 is called application/problem+json and is no JSON", of(gave(503, "<html>Service Unavailable</html>")), ""},
		{"complete", "fail-does-not-decode", major, "the body of the 503 is broken: it does not decode as gzip: unexpected EOF", of(set(func(s *check.Subject) {
			s.Exchanges[1].Response.Coding, s.Exchanges[1].Response.BodyErr = "gzip", "it does not decode as gzip: unexpected EOF"
		})), ""},
		{"complete", "fail-no-json-at-its-end", major, "the body of the 503 is called application/problem+json and is no JSON", of(far(func(r *exchange.Response) { r.Invalid = "'<' at byte 5000000" })), ""},
		{"complete", "pass-long", none, "1 bodies whole", of(far(func(*exchange.Response) {})), ""},
		{"complete", "inconclusive-no-body", none, "it is not known whether the body of the 503 is whole: the archive has no body for it", of(far(func(r *exchange.Response) {
			r.Body, r.Sum, r.Unseen = "", 0, "the archive has no body for it"
		})), ""},
		{"complete", "inconclusive-beginning-of-old", none, "it is not known whether the body of the 503 is whole: only its beginning was kept", of(far(func(r *exchange.Response) { r.Sum = 0 })), ""},
		{"complete", "skipped-no-answer", none, "there was no answer", of(failed(exchange.NoAnswer, "", 10*time.Second)), ""},
	}
}

func successes() []row {
	emptied := fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: []fault.Patch{{At: "?", Op: "null"}}}
	retried := rule("store/conflict", deadlock, struck(3, "db", "query", selects, deadlock), passed(4, "db", "query", "SELECT 2 FROM orders"))
	dropped := rule("store/schema", broken, struck(3, "db", "exec", "INSERT INTO orders", broken), passed(4, "db", "commit", "COMMIT"))
	return []row{
		{"success", "pass-error-answer", none, "no success that cannot be true", of(), ""},
		{"success", "pass-recovered", none, "no success that cannot be true", of(retried, gave(200, order)), ""},
		{"success", "pass-optional", none, "no success that cannot be true", of(role(contract.Optional), gave(200, `{"id":1001}`)), ""},
		{"success", "pass-late", none, "no success that cannot be true", of(rule("store/slow", late, struck(3, "db", "query", selects, late)), gave(200, order)), ""},
		{"success", "pass-new-connection", none, "no success that cannot be true", of(cause("store/stale"), gave(200, order), set(func(s *check.Subject) {
			s.Injection.Links[0].State = fault.Open
			s.Exchanges[1].Hits = []fault.Hit{struck(2, "db", "link", "", fault.Effect{Verb: fault.Close}), passed(3, "db", "query", selects)}
		})), ""},
		{"success", "pass-ping-not-repeated", none, "no success that cannot be true", of(rule("store/stale", fault.Effect{Verb: fault.Reset, At: fault.Request},
			struck(3, "db", "query", selects, fault.Effect{Verb: fault.Reset, At: fault.Request}), struck(4, "db", "query", "-- ping", fault.Effect{Verb: fault.Reset, At: fault.Request}),
			passed(5, "db", "query", selects)), gave(200, order)), ""},
		{"success", "pass-counted", none, "no success that cannot be true", of(dropped, write, gave(200, order), counted(1, 1)), ""},
		{"success", "pass-null-passed-on", none, "no success that cannot be true", of(rule("data/missing", emptied, struck(3, "db", "query", selects, emptied)), gave(200, `{"id":1001,"total":null}`)), ""},
		{"success", "pass-null-left-out", none, "no success that cannot be true", of(rule("data/missing", emptied, struck(3, "db", "query", selects, emptied)), gave(200, `{"id":1001}`)), ""},
		{"success", "fail-null-made-zero", critical, "200 although rewrite on db query", of(rule("data/missing", emptied, struck(3, "db", "query", selects, emptied)), gave(200, `{"id":1001,"total":0}`)), ""},
		{"success", "fail-null-and-other-value", critical, "200 although rewrite on db query", of(rule("data/missing", emptied, struck(3, "db", "query", selects, emptied)), gave(200, `{"id":0,"total":null}`)), ""},
		{"success", "pass-paused", none, "no success that cannot be true", of(cause("process/paused"), gave(200, order), set(inWant)), ""},
		{"success", "pass-other-number-of-a-paused-process", none, "no success that cannot be true", of(cause("process/paused"), gave(200, `{"id":1001,"total":7}`), set(inWant)), ""},
		{"success", "fail-other-text-of-a-paused-process", critical, "200 with another body than in calm", of(cause("process/paused"), gave(200, `{"id":1001,"total":"seven"}`), set(inWant)), ""},
		{"success", "pass-broken-off", none, "no success that cannot be true", of(cause("store/cut"), gave(200, `{"id":`), set(func(s *check.Subject) { s.Exchanges[1].Response.BodyErr = "unexpected EOF" })), ""},
		{"success", "pass-default-setting", none, "no success that cannot be true", of(setting("setting/missing", exchange.Launch{Ready: true}), gave(200, order)), ""},
		{"success", "pass-optional-secret", none, "no success that cannot be true", of(setting("secret/missing", exchange.Launch{Ready: true}), gave(200, order), role(contract.Optional)), ""},
		{"success", "pass-secret-that-guards-nothing", none, "no success that cannot be true", of(setting("secret/missing", exchange.Launch{Ready: true}), gave(200, order), set(func(s *check.Subject) { s.Unguarded = true })), ""},
		{"success", "pass-error-event", none, "no success that cannot be true", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), gave(200, "event: row\ndata: 1\n\nevent: error\ndata: no more\n\n"), header("Content-Type", "text/event-stream")), ""},
		{"success", "fail-event-stream-as-if-whole", critical, "200 although reply on db query", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), gave(200, "event: error\ndata: no\n\nevent: row\ndata: 1\n\n"), header("Content-Type", "text/event-stream")), ""},
		{"success", "pass-error-record", none, "no success that cannot be true", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), gave(200, "{\"id\":1}\n{\"error\":\"no more\"}\n"), header("Content-Type", "application/x-ndjson")), ""},
		{"success", "fail-records-as-if-whole", critical, "200 although reply on db query", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), gave(200, "{\"id\":1}\n"), header("Content-Type", "application/x-ndjson")), ""},
		{"success", "pass-trailer", none, "no success that cannot be true", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), gave(200, `{"id":1001}`), trailer("X-Status", "complete", "incomplete")), ""},
		{"success", "fail-same-trailer", critical, "200 although reply on db query", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), gave(200, `{"id":1001}`), trailer("X-Status", "complete", "complete")), ""},
		{"success", "pass-volatile", none, "no success that cannot be true", of(rule("store/slow", late, struck(3, "db", "query", selects, late)), gave(200, `{"id":1001,"total":3}`), set(func(s *check.Subject) {
			s.Exchanges[2].Response = answer(exchange.Healed, 200, `{"id":1001,"total":2}`).Response
		})), ""},
		{"success", "fail-zero-values", critical, "200 although reply on db query", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), gave(200, `{"id":0,"total":0}`)), ""},
		{"success", "fail-cut-list", critical, "200 although cut on db query", of(rule("store/cut", fault.Effect{Verb: fault.Cut, At: fault.Body, Past: 1}, struck(3, "db", "query", selects, fault.Effect{Verb: fault.Cut, At: fault.Body, Past: 1})),
			gave(200, `[{"id":1}]`), set(func(s *check.Subject) {
				s.Exchanges[0].Response = answer(exchange.Calm, 200, `[{"id":1},{"id":2}]`).Response
				s.Exchanges[2].Response = answer(exchange.Healed, 200, `[{"id":1},{"id":2}]`).Response
			})), ""},
		{"success", "fail-fails-open", critical, "200 although jwt-key was missing: it fails open", of(setting("secret/missing", exchange.Launch{Ready: true}), gave(200, order)), ""},
		{"success", "fail-other-content", critical, "200 with another body than in calm", of(rule("store/slow", late, struck(3, "db", "query", selects, late)), gave(200, `{"id":1001}`)), ""},
		{"success", "fail-other-copy", critical, "200 although reply on db query", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), gave(200, order), copies(2), set(func(s *check.Subject) {
			s.Exchanges[3].Response = answer(exchange.Faulty, 200, `{"id":0,"total":0}`).Response
			s.Exchanges[3].Hits = []fault.Hit{struck(4, "db", "query", selects, broken)}
		})), ""},
		{"success", "pass-write-beside", none, "no success that cannot be true", of(rule("store/unavailable", broken, passed(2, "db", "query", selects), struck(3, "db", "update", "update users set seen = now() where id = $1", broken)), gave(200, order)), ""},
		{"success", "inconclusive-cache", none, "it stayed 200 without db, the same as in calm: answered from a cache? If it may be, write at the request: uses: {db: {when-away: open}}; else let each call miss it, as with query: {n: $uuid}", of(gave(200, order)), ""},
		{"success", "inconclusive-dropped-insert", none, "200, the same as in calm, without [db]: kept for later, or dropped? declare `effect:` to have it counted", of(dropped, write, gave(200, order)), ""},
		{"success", "inconclusive-question", none, "it stayed 200 without db, and lacks `total`. Is that right? then write at the request: uses: {db: {when-away: degraded}}", of(role(contract.Unknown), gave(200, `{"id":1001}`)), ""},
		{"success", "inconclusive-question-of-act", none, "it stayed 200 without db, and has another body than in calm. Is that right? then write at the request: uses: {db: {when-away: degraded}}", of(role(contract.Unknown), set(func(s *check.Subject) { s.On = []string{"db", "system"} }), gave(200, `{"id":1001,"total":1,"late":true}`)), ""},
		{"success", "inconclusive-housekeeping", none, "200 with another body than in calm, though only a driver's housekeeping on [db] was struck", of(role(contract.Unknown), rule("store/unavailable", broken, housekeeping, passed(4, "db", "query", selects)), gave(200, `{"id":1001}`)), ""},
		{"success", "pass-housekeeping", none, "no success that cannot be true", of(role(contract.Unknown), rule("store/unavailable", broken, housekeeping, passed(4, "db", "query", selects)), set(func(s *check.Subject) {
			s.Exchanges[0].Hits = append(s.Exchanges[0].Hits, passed(2, "db", "query", sets))
		}), gave(200, order)), ""},
		{"success", "pass-few-descriptors", none, "no success that cannot be true", of(role(contract.Unknown), cause("process/no-descriptors"), set(func(s *check.Subject) {
			s.On, s.Declared.Optional, s.Learnt.Reaches = []string{"system"}, []string{"tips"}, []string{"db", "tips"}
			s.Injection = fault.Injection{Acts: []fault.Act{{On: "system", Do: "starve"}}}
			s.Deeds = []check.Deed{{On: "system", Do: "starve", Until: time.Hour, Felt: "few descriptors"}}
		}), gave(200, `{"id":1001}`)), ""},
		{"success", "inconclusive-question-never", none, "it stayed 200 without payments, and lacks `total`. Is that right? then write at the request: uses: {payments: {when-away: degraded}}", of(role(contract.Unknown), upstream("upstream/credential", "401", nil, true), gave(200, `{"id":1001}`)), ""},
		{"success", "inconclusive-question-late", none, "it stayed 200 without db, and lacks `total`. Is that right? then write at the request: uses: {db: {when-away: degraded}}", of(role(contract.Unknown), rule("store/slow", late, struck(3, "db", "query", selects, late)), gave(200, `{"id":1001}`)), ""},
		{"success", "inconclusive-not-struck", none, "200, but no matching call came from this request", of(rule("store/schema", broken, passed(3, "db", "query", selects)), gave(200, order)), ""},
		{"success", "inconclusive-expected-404", none, "it stayed 404 without db, the same as in calm: answered from a cache? If it may be, write at the request: uses: {db: {when-away: open}}; else let each call miss it, as with query: {n: $uuid}", of(gave(404, problem("404")), set(func(s *check.Subject) {
			s.Expect.Status = []int{404}
			s.Exchanges[0].Response = answer(exchange.Calm, 404, problem("404")).Response
		})), ""},
		{"success", "fail-turned-down", critical, "200 although reply on payments POST", of(upstream("upstream/error", "500", nil, true), write, gave(200, order)), ""},
		{"success", "inconclusive-turned-down-optional", none, "200, the same as in calm, without [payments]: kept for later, or dropped? declare `effect:` to have it counted",
			of(upstream("upstream/error", "500", nil, true), write, gave(200, order), role(contract.Unknown)), ""},
		{"success", "inconclusive-turned-down-in-part", none, "200, the same as in calm, without [payments]: kept for later, or dropped? declare `effect:` to have it counted",
			of(upstream("upstream/error", "500", nil, true), write, gave(200, order), set(func(s *check.Subject) { s.Injection.Rules[0].From = 2 })), ""},
		{"success", "skipped-changed", none, "the request itself was wrong; its status is judged", of(changed("input/malformed"), gave(200, order)), ""},
	}
}

func statuses() []row {
	answered := struck(3, "db", "query", selects, broken)
	return []row{
		{"status", "pass-broke-off-with-its-source", none, "200 that broke off with the body that it handed on", of(rule("store/cut", cutBody, struck(3, "db", "query", selects, cutBody)), gave(200, `{"id":1}`), set(func(s *check.Subject) { s.Exchanges[1].Response.BodyErr = "unexpected EOF" })), ""},
		{"status", "pass-503", none, "503, as owed", of(), ""},
		{"status", "pass-constraint-409", none, "409, as owed", of(write, rule("data/invalid", broken, answered), gave(409, problem("409"))), ""},
		{"status", "pass-floor-504", none, "504, as good as 503+RA", of(gave(504, problem("504"))), ""},
		{"status", "pass-recovered", none, "200, as in calm", of(rule("store/conflict", deadlock, struck(3, "db", "query", selects, deadlock), passed(4, "db", "query", selects)), gave(200, order)), ""},
		{"status", "pass-optional", none, "200, as in calm", of(role(contract.Optional), gave(200, `{"id":1001}`)), ""},
		{"status", "pass-scenario", none, "504, as owed", of(gave(504, problem("504"))), "[504, 502]"},
		{"status", "pass-broken-stream", none, "200 that broke off, as owed", of(cause("process/panic-midway"), gave(200, `{"id":`), set(func(s *check.Subject) { s.Exchanges[1].Response.BodyErr = "unexpected EOF" })), ""},
		{"status", "pass-unauthenticated", none, "401, as owed", of(changed("input/unauthenticated"), gave(401, problem("401")), header("WWW-Authenticate", "Bearer")), ""},
		{"status", "pass-wrong-method-is-404", none, "404, as owed", of(changed("input/method"), gave(404, problem("404"))), ""},
		{"status", "pass-by-server", none, "431, as owed", of(changed("input/header-too-big"), gave(431, "too big")), ""},
		{"status", "fail-302-passed-on", major, "302, owed 502 or 500 or 503+RA", of(upstream("upstream/redirect", "302", nil, true), gave(302, ""), said(302)), ""},
		{"status", "fail-500", minor, "500, owed 503+RA or recovered", of(gave(500, problem("500"))), ""},
		{"status", "fail-strict-504", note, "504, owed 503+RA or recovered", of(profile(contract.Strict), gave(504, problem("504"))), ""},
		{"status", "fail-404", major, "404, which is never right here (4XX); owed 503+RA or recovered", of(gave(404, problem("404"))), ""},
		{"status", "fail-optional-503", major, "503, though [db] is declared optional; owed calm or 2XX", of(role(contract.Optional)), ""},
		{"status", "fail-constraint-500", note, "500, owed 409 or 422 or recovered", of(write, rule("data/duplicate", broken, answered), gave(500, problem("500"))), ""},
		{"status", "pass-constraint-in-a-read", none, "503, as owed", of(rule("data/duplicate", broken, answered), gave(503, problem("503"))), ""},
		{"status", "fail-constraint-500-strict", minor, "500, owed 409 or 422 or recovered", of(write, profile(contract.Strict), rule("data/duplicate", broken, answered), gave(500, problem("500"))), ""},
		{"status", "fail-input-500", minor, "500, which is never right here (5XX); owed 400 or 422", of(changed("input/malformed"), gave(500, problem("500"))), ""},
		{"status", "pass-long-header-taken", none, "200: that it is taken is a policy, which strict judges", of(changed("input/header-too-big"), gave(200, order)), ""},
		{"status", "fail-long-header-taken", minor, "200, owed 431 or 400 or 413 or broken-stream", of(profile(contract.Strict), changed("input/header-too-big"), gave(200, order)), ""},
		{"status", "fail-input-taken", major, "200, which is never right here (2XX); owed 400 or 422", of(changed("input/malformed"), gave(200, order)), ""},
		{"status", "fail-no-challenge", note, "401 without WWW-Authenticate", of(changed("input/unauthenticated"), gave(401, problem("401"))), ""},
		{"status", "fail-no-allow", note, "405 without Allow", of(changed("input/method"), gave(405, problem("405"))), ""},
		{"status", "fail-scenario", major, "503, owed 504", of(), "one-of: [504]"},
		{"status", "fail-own-credential", major, "401, which is never right here (4XX); owed 502 or 503+RA or 500", of(upstream("upstream/credential", "401", nil, true), gave(401, problem("401"))), ""},
		{"status", "fail-open-secret", major, "200, which is never right here (2XX); owed exit or not-ready or 503+RA", of(setting("secret/missing", exchange.Launch{Ready: true}), gave(200, order)), ""},
		{"status", "fail-worst-copy", major, "404, which is never right here (4XX); owed 503+RA or recovered", of(copies(2), set(func(s *check.Subject) {
			s.Exchanges[3].Response = answer(exchange.Faulty, 404, problem("404")).Response
		})), ""},
		{"status", "skipped-success", none, "200 is a success; whether it can be true is judged by itself", of(rule("store/schema", broken, answered), gave(200, order)), ""},
		{"status", "skipped-less-patient", none, "504: it waits for payments no longer than 120ms, which is its own to say", of(impatient(120*time.Millisecond), gave(504, problem("504"))), ""},
		{"status", "fail-less-patient-strict", major, "504, which is never right here (5XX); owed calm", of(profile(contract.Strict), impatient(120*time.Millisecond), gave(504, problem("504"))), ""},
		{"status", "fail-less-patient-500", minor, "500, which is never right here (5XX); owed calm", of(impatient(120*time.Millisecond), gave(500, problem("500"))), ""},
		{"status", "fail-though-it-waited", major, "504, which is never right here (5XX); owed calm", of(impatient(310*time.Millisecond), gave(504, problem("504"))), ""},
		{"status", "skipped-no-answer", none, "there was no answer to judge", of(failed(exchange.NoAnswer, "", 10*time.Second)), ""},
		{"status", "skipped-whose-credential", none, "401: whose credential it is was not declared (`credential: own`)", of(upstream("upstream/credential", "401", nil, false), gave(401, problem("401"))), ""},
		{"status", "skipped-whose-quota", none, "429: whose credential it is was not declared (`credential: own`)", of(upstream("upstream/rate-limited", "429", nil, false), gave(429, problem("429"))), ""},
		{"status", "skipped-mapped", none, "409: what an upstream's refusal means is declared by each operation", of(upstream("upstream/rejects-us", "409", nil, true), gave(409, problem("409"))), ""},
		{"status", "inconclusive-not-struck", none, "nothing to judge: no matching call came from this request", of(rule("store/schema", broken)), ""},
		{"status", "broken-no-row", none, "the contract has no row for store/nothing", of(cause("store/nothing")), ""},
		{"blame", "pass-503", none, "the caller is not blamed", of(), ""},
		{"blame", "pass-expected-404", none, "the caller is not blamed", of(gave(404, problem("404")), set(func(s *check.Subject) { s.Expect.Status = []int{404} })), ""},
		{"blame", "pass-conflict", none, "the caller is not blamed", of(rule("store/conflict", deadlock, struck(3, "db", "query", selects, deadlock)), gave(409, problem("409"))), ""},
		{"blame", "pass-quota", none, "the caller is not blamed", of(cause("process/overload"), gave(429, problem("429"))), ""},
		{"blame", "fail-404", major, "404 blames the caller, though db was refused", of(gave(404, problem("404"))), ""},
		{"blame", "fail-401", major, "401 blames the caller, though reply on payments POST", of(upstream("upstream/credential", "401", nil, true), gave(401, problem("401"))), ""},
		{"blame", "fail-429", major, "429 blames the caller, though reply on payments POST", of(upstream("upstream/rate-limited", "429", nil, true), gave(429, problem("429"))), ""},
		{"blame", "fail-429-passed-on", major, "429 blames the caller, though reply on payments POST", of(upstream("upstream/rate-limited", "429", nil, true), gave(429, problem("429")), said(429)), ""},
		{"blame", "skipped-data", none, "a 4xx may be right for data/duplicate", of(write, rule("data/duplicate", broken, answered), gave(409, problem("409"))), ""},
		{"blame", "skipped-input", none, "a 4xx may be right for input/malformed", of(changed("input/malformed"), gave(400, problem("400"))), ""},
		{"blame", "skipped-whose-credential", none, "whose credential it is was not declared (`credential: own`)", of(upstream("upstream/credential", "403", nil, false), gave(403, problem("403"))), ""},
		{"blame", "skipped-whose-quota", none, "whose credential it is was not declared (`credential: own`)", of(upstream("upstream/rate-limited", "429", nil, false), gave(429, problem("429"))), ""},
		{"blame", "skipped-mapped", none, "what an upstream's refusal means is declared by each operation", of(upstream("upstream/not-found", "404", nil, true), gave(404, problem("404"))), ""},
		{"blame", "inconclusive-not-struck", none, "nothing to judge: no matching call came from this request", of(rule("store/schema", broken), gave(404, problem("404"))), ""},
		{"retry-after", "pass-seconds", none, "1 answers say when to come back", of(), ""},
		{"retry-after", "pass-date", none, "1 answers say when to come back", of(header("Retry-After", "Fri, 31 Dec 2027 23:59:59 GMT")), ""},
		{"retry-after", "pass-as-asked", none, "1 answers say when to come back", of(upstream("upstream/busy", "503", map[string]string{"retry-after": "7200"}, false), header("Retry-After", "7200")), ""},
		{"retry-after", "fail-none", note, "503 without Retry-After", of(header("Retry-After", "")), ""},
		{"retry-after", "pass-zero", none, "1 answers say when to come back", of(header("Retry-After", "0")), ""},
		{"retry-after", "fail-words", minor, `Retry-After is "soon", owed a number of seconds or a date`, of(header("Retry-After", "soon")), ""},
		{"retry-after", "fail-long", note, `Retry-After is "86400", owed at most 3600 seconds, or a date`, of(header("Retry-After", "86400")), ""},
		{"retry-after", "pass-too-soon", none, "1 answers say when to come back", of(upstream("upstream/busy", "503", map[string]string{"Retry-After": "30"}, false)), ""},
		{"retry-after", "fail-too-soon", note, "Retry-After is 2, sooner than the upstream asked for (30s)", of(profile(contract.Strict), upstream("upstream/busy", "503", map[string]string{"Retry-After": "30"}, false)), ""},
		{"retry-after", "skipped-504", none, "there was neither 503 nor 429", of(gave(504, problem("504"))), ""},
	}
}

func forms() []row {
	learn := set(func(s *check.Subject) { s.Declared.Errors, s.Learnt.ErrorType = "", "application/json" })
	page := set(func(s *check.Subject) {
		gave(502, "<html>Bad Gateway</html>")(s)
		header("Content-Type", "text/html")(s)
		s.Exchanges[1].Hits = []fault.Hit{lost("t-faulty", "GET")}
	})
	return []row{
		{"agrees", "pass-problem", none, "1 bodies agree with their status", of(), ""},
		{"agrees", "pass-same", none, "1 bodies agree with their status", of(learn, gave(502, `{"error":{"code":"upstream","statusCode":502}}`)), ""},
		{"agrees", "pass-own-code", none, "1 bodies agree with their status", of(learn, gave(502, `{"code":422,"message":"no"}`)), ""},
		{"agrees", "pass-own-status", none, "1 bodies agree with their status", of(learn, gave(502, `{"status":"500"}`), set(func(s *check.Subject) { s.Learnt.OtherStatus = []string{"/status"} })), ""},
		{"agrees", "pass-success-inside", none, "1 bodies agree with their status", of(learn, gave(502, `{"status":200,"statusCode":null}`)), ""},
		{"agrees", "fail-empty", minor, "500 without a body", of(gave(500, "")), ""},
		{"agrees", "fail-another-status", minor, "502, but /statusCode in its body is 500", of(learn, gave(502, `{"statusCode":500}`)), ""},
		{"agrees", "fail-another-code", minor, "502, but /error/code in its body is 500", of(learn, gave(502, `{"error":{"code":500}}`), set(func(s *check.Subject) { s.Learnt.SameStatus = []string{"/error/code"} })), ""},
		{"agrees", "skipped-no-error", none, "there was no error answer", of(gave(200, order)), ""},
		{"agrees", "skipped-by-server", none, "there was no error answer", of(changed("input/uri-too-long"), gave(414, "")), ""},
		{"shape", "pass-problem", none, "1 error answers of one shape", of(), ""},
		{"shape", "pass-learnt", none, "1 error answers of one shape", of(learn, header("Content-Type", "application/json; charset=utf-8")), ""},
		{"shape", "fail-html", major, "Content-Type is text/html, promised application/problem+json", of(gave(502, "<html>Bad Gateway</html>"), header("Content-Type", "text/html")), ""},
		{"shape", "fail-no-problem", minor, "the problem is no JSON object", of(gave(503, "[]")), ""},
		{"shape", "fail-no-object", minor, "the error is no JSON object", of(learn, gave(500, "oops"), header("Content-Type", "application/json")), ""},
		{"shape", "fail-status-member", minor, "member status is 503, the real status is 502", of(gave(502, sorry)), ""},
		{"shape", "fail-member-type", minor, "member title is no string", of(gave(503, `{"title":7}`)), ""},
		{"shape", "fail-empty", minor, "the problem has neither type nor title nor status", of(profile(contract.Strict), gave(503, "{}")), ""},
		{"shape", "pass-defaults", none, "1 error answers of one shape", of(gave(503, `{"detail":null,"instance":null}`)), ""},
		{"shape", "fail-learnt-type", major, "an error of type text/plain, the service's own are application/json", of(learn, gave(500, "oops"), header("Content-Type", "text/plain")), ""},
		{"shape", "fail-learnt-member", minor, "the error has no member trace_id, which the service's other errors have", of(learn, gave(500, `{"title":"x"}`), header("Content-Type", "application/json")), ""},
		{"shape", "skipped-learnt-where-no-route-was", none, "no calm error answer taught a shape; declare `errors:`", of(learn, library("text/plain"), gave(502, `{"error":"no"}`), header("Content-Type", "application/json")), ""},
		{"shape", "fail-page-beside-text", minor, "an error of type text/html, the service's own are text/plain", of(learn, library("text/plain"), gave(500, "<html>Oops</html>"), header("Content-Type", "text/html")), ""},
		{"shape", "inconclusive-long", none, "the shape of an error is not known: only its beginning is kept", of(far(func(*exchange.Response) {})), ""},
		{"shape", "skipped-nothing-learnt", none, "no calm error answer taught a shape; declare `errors:`", of(learn, set(func(s *check.Subject) { s.Learnt.Samples = 0 })), ""},
		{"shape", "skipped-learnt-of-head", none, "no calm error answer taught a shape; declare `errors:`", of(learn, set(func(s *check.Subject) { s.Learnt.ErrorType, s.Learnt.ErrorMembers = "", nil })), ""},
		{"shape", "skipped-by-server", none, "there was no error answer", of(changed("input/header-too-big"), gave(431, "too big"), header("Content-Type", "text/plain")), ""},
		{"shape", "skipped-by-router", none, "there was no error answer", of(learn, changed("input/not-found"), gave(404, "404 page not found"), header("Content-Type", "text/plain")), ""},
		{"shape", "fail-by-router-strict", major, "an error of type text/plain, the service's own are application/json", of(profile(contract.Strict), learn, changed("input/not-found"), gave(404, "404 page not found"), header("Content-Type", "text/plain")), ""},
		{"shape", "fail-by-router-declared", major, "Content-Type is text/plain, promised application/problem+json", of(changed("input/not-found"), gave(404, "404 page not found"), header("Content-Type", "text/plain")), ""},
		{"shape", "skipped-by-gateway", none, "there was no error answer", behind("GET", learn, page, set(func(s *check.Subject) { s.Exchanges[1].Hop = "gw" })), ""},
		{"shape", "fail-behind-gateway", major, "an error of type text/html, the service's own are application/json", behind("GET", learn, page), ""},
		{"shape", "fail-by-entry", major, "an error of type text/html, the service's own are application/json", behind("GET", learn, page, set(func(s *check.Subject) {
			for i := range s.Exchanges {
				s.Exchanges[i].Hop = "gw" // no gateway: it answers in calm, too
			}
		})), ""},
		{"shape", "skipped-no-error", none, "there was no error answer", of(role(contract.Optional), gave(200, order)), ""},
		{"leak", "pass-clean", none, "2 answers looked through", of(), ""},
		{"leak", "pass-route-beside-says-it-in-calm", none, "2 answers looked through", of(beside(exchange.Calm, "unaffected", "docs", 200, time.Millisecond), beside(exchange.Faulty, "unaffected", "docs", 200, time.Millisecond), set(func(s *check.Subject) {
			for i := range s.Exchanges[3:] {
				s.Exchanges[3+i].Response.Body = `{"token":"glpat-abcdefghij0123456789"}`
			}
		})), ""},
		{"leak", "fail-canary", major, "db message table in the answer, at body /detail", of(gave(503, `{"title":"x","status":503,"detail":"relation \"`+token+`\" does not exist"}`)), ""},
		{"leak", "fail-secret", critical, "db password in the answer, at header X-Debug", of(header("X-Debug", "password="+secret)), ""},
		{"leak", "fail-healed", major, "db message table in the answer, at body /last_error", of(set(func(s *check.Subject) { s.Exchanges[2].Response.Body = `{"last_error":"` + token + `"}` })), ""},
		{"leak", "fail-trailer", major, "db message table in the answer, at header X-Cause", of(set(func(s *check.Subject) {
			s.Exchanges[1].Response.Trailer = exchange.Header{{Name: "X-Cause", Value: token}}
		})), ""},
		{"leak", "pass-long", none, "2 answers looked through", of(far(func(*exchange.Response) {})), ""},
		{"leak", "fail-behind-what-is-kept", major, "db message table in the answer, at body behind its first MiB /detail", of(far(func(r *exchange.Response) {
			r.Rest = []exchange.Piece{{At: 4999000, JSON: true, Text: `1},"detail":"relation \"` + token + `\" does not exist"}`}}
		})), ""},
		{"leak", "inconclusive-not-seen", none, "not all of the 503 was looked through: what lies behind its first 64 MiB", of(far(func(r *exchange.Response) { r.Unseen = "what lies behind its first 64 MiB" })), ""},
		{"leak", "fail-although-not-all-was-seen", major, "db message table in the answer, at header X-Debug", of(header("X-Debug", token), far(func(r *exchange.Response) {
			r.Body, r.Unseen = "", "the archive has no body for it"
		})), ""},
		{"leak", "skipped-no-answer", none, "there was no answer to look through", of(set(func(s *check.Subject) { s.Exchanges = s.Exchanges[:1] })), ""},
		{"log-secret", "pass-clean", none, "1 log lines looked through", of(), ""},
		{"log-secret", "pass-internal", none, "1 log lines looked through", of(log("table " + token)), ""},
		{"log-secret", "fail-password", critical, "a secret in the log: db password", of(log("dial postgres://app:" + secret + "@db/orders")), ""},
		{"log-secret", "fail-at-start", critical, "a secret in the log: db password", of(setting("secret/malformed", stopped(1, "bad key "+secret))), ""},
		{"log-secret", "skipped-silent", none, "there were no log lines", of(log()), ""},
	}
}

func surroundings() []row {
	other := beside(exchange.Calm, "unaffected", "version", 200, 10*time.Millisecond)
	crowded := func(took time.Duration) edit {
		return func(s *check.Subject) {
			beside(exchange.Faulty, "liveness", "livez", 200, took)(s)
			s.Exchanges[len(s.Exchanges)-1].Request.Copy = 1
		}
	}
	live := beside(exchange.Faulty, "liveness", "livez", 200, time.Millisecond)
	dead := beside(exchange.Faulty, "liveness", "livez", 503, time.Millisecond)
	ready := beside(exchange.Faulty, "readiness", "readyz", 200, time.Millisecond)
	unready := beside(exchange.Faulty, "readiness", "readyz", 503, time.Millisecond)
	both := set(func(s *check.Subject) {
		s.Injection.Links = append(s.Injection.Links, fault.Link{On: "payments", State: fault.Refused})
	})
	return []row{
		{"unaffected", "pass-as-in-calm", none, "1 answers as in calm", of(other, beside(exchange.Faulty, "unaffected", "version", 200, 100*time.Millisecond)), ""},
		{"unaffected", "fail-503", major, "version, which does not use [db], gave 503 in 1ms instead of 200", of(other, beside(exchange.Faulty, "unaffected", "version", 503, time.Millisecond)), ""},
		{"unaffected", "fail-slow", major, "version, which does not use [db], took 900ms instead of 10ms", of(other, beside(exchange.Faulty, "unaffected", "version", 200, 900*time.Millisecond)), ""},
		{"unaffected", "pass-slower-in-time-beside-a-crowd", none, "1 answers as in calm", of(other, beside(exchange.Faulty, "unaffected", "version", 200, 900*time.Millisecond), copies(3)), ""},
		{"unaffected", "fail-late-beside-a-crowd", major, "version, which does not use [db], took 1.5s instead of 10ms", of(other, beside(exchange.Faulty, "unaffected", "version", 200, 1500*time.Millisecond), copies(3)), ""},
		{"unaffected", "fail-cut", major, "version, which does not use [db], gave 200 in 1ms that broke off instead of 200", of(other, beside(exchange.Faulty, "unaffected", "version", 200, time.Millisecond), set(func(s *check.Subject) { s.Exchanges[4].Response.BodyErr = "unexpected EOF" })), ""},
		{"unaffected", "inconclusive-no-calm", none, "no calm answer of another route to compare with", of(beside(exchange.Faulty, "unaffected", "version", 503, time.Millisecond)), ""},
		{"unaffected", "skipped-none", none, "no other route is known not to use it", of(), ""},
		{"liveness", "pass-steady", none, "liveness stays 2xx", of(live), ""},
		{"liveness", "pass-in-flight", none, "liveness stays 2xx", of(copies(12), crowded(time.Second)), ""},
		{"liveness", "fail-dark", major, "200 in 2.4s for liveness while 12 requests waited for [db]", of(copies(12), crowded(2400*time.Millisecond)), ""},
		{"liveness", "fail-follows", major, "liveness gave 503 in 1ms, though only [db] failed", of(dead), ""},
		{"liveness", "skipped-setting", none, "the fault is not one of a dependency alone, or the system had ended", of(setting("secret/missing", exchange.Launch{Readying: 503}), dead), ""},
		{"liveness", "skipped-paused", none, "the fault is not one of a dependency alone, or the system had ended", of(dead, set(func(s *check.Subject) {
			s.Injection = fault.Injection{Acts: []fault.Act{{On: "system", Do: "pause"}}}
		})), ""},
		{"liveness", "skipped-dead", none, "the fault is not one of a dependency alone, or the system had ended", of(dead, set(func(s *check.Subject) { s.Died = &exchange.Exit{Code: 2} })), ""},
		{"liveness", "skipped-not-asked", none, "no liveness was asked (`live:`)", of(), ""},
		{"readiness", "pass-follows", none, "readiness gave 503 in 1ms", of(follow("db"), unready), ""},
		{"readiness", "pass-does-not-follow", none, "readiness gave 200 in 1ms", of(follow(), ready), ""},
		{"readiness", "pass-follows-one-of-two", none, "readiness gave 503 in 1ms", of(follow("db"), both, unready), ""},
		{"readiness", "fail-ready", minor, "ready although db is away", of(follow("db"), ready), ""},
		{"readiness", "fail-not-ready", minor, "not ready because db is away", of(follow("cache"), unready), ""},
		{"readiness", "skipped-undeclared", none, "what readiness follows is not declared (`ready: {follows: ...}`)", of(unready), ""},
		{"readiness", "skipped-rule", none, "no dependency was away as a whole", of(follow("db"), rule("store/schema", broken, struck(3, "db", "query", selects, broken)), ready), ""},
		{"readiness", "skipped-flapping", none, "no dependency was away as a whole", of(follow("db"), ready, set(func(s *check.Subject) { s.Injection.Links[0].For = time.Second })), ""},
		{"settled", "pass-quiet", none, "nothing went on after the answer", of(), ""},
		{"settled", "fail-restless", minor, "work goes on after the answer: 1 calls, the last payments POST", of(set(func(s *check.Subject) { s.Restless = []fault.Hit{passed(8, "payments", "POST", "/charges")} })), ""},
		{"settled", "inconclusive-not-asked", none, "nothing was asked under the fault", of(set(func(s *check.Subject) { s.Exchanges = s.Exchanges[:1] })), ""},
	}
}

func traces() []row {
	const w3c = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	said := rule("store/schema", broken, struck(3, "db", "query", selects, broken))
	body := func(trace string) edit {
		return gave(503, `{"type":"about:blank","title":"x","status":503,"trace_id":"`+trace+`"}`)
	}
	return []row{
		{"trace", "fail-extensions-of-rest", minor, "503 without the trace id at /trace_id", of(gave(503, `{"title":"Sorry","extensions":{"traceId":"t-faulty"}}`)), ""},
		{"trace", "pass-graphql", none, "1 error answers carry an id", operation(data(`{"first":null,"version":"1.2","rates":1.5}`, `{"message":"no","path":["first"],"extensions":{"traceId":"t-faulty"}}`), header("X-Request-Id", "t-faulty")), ""},
		{"trace", "pass-both", none, "1 error answers carry an id", of(), ""},
		{"trace", "pass-traceparent", none, "1 error answers carry an id", of(body(id), header("X-Request-Id", w3c)), ""},
		{"trace", "pass-uuid", none, "1 error answers carry an id", of(body(id), header("X-Request-Id", "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736")), ""},
		{"trace", "fail-two-ids", minor, "two trace ids in one answer: t-other and t-faulty", of(header("X-Request-Id", "t-other")), ""},
		{"trace", "fail-no-header", minor, "503 without the trace id in X-Request-Id", of(header("X-Request-Id", "")), ""},
		{"trace", "fail-no-member", minor, "503 without the trace id at /trace_id", of(gave(503, `{"title":"x"}`)), ""},
		{"trace", "skipped-undeclared", none, "no trace id is declared (`trace:`)", of(set(func(s *check.Subject) { s.Declared.Trace = check.Trace{} })), ""},
		{"trace", "skipped-by-server", none, "there was no error answer", of(changed("input/uri-too-long"), gave(414, "")), ""},
		{"logged", "pass-id", none, "1 failures logged", of(), ""},
		{"logged", "pass-cause", none, "1 failures logged", of(said, log(`level=error trace=t-faulty err="ERROR: relation \"`+token+`\" does not exist (SQLSTATE 42P01)"`)), ""},
		{"logged", "pass-cause-in-json", none, "1 failures logged", of(said, log(`{"trace":"t-faulty","err":"{\"message\":\"relation \\\"`+token+`\\\" does not exist\"}"}`)), ""},
		{"logged", "pass-cause-as-code-points", none, "1 failures logged", of(said, log(`{"trace":"t-faulty","err":"relation \u0022`+token+`\u0022 does\nnot exist"}`)), ""},
		{"logged", "pass-traceparent", none, "1 failures logged", of(body(id), header("X-Request-Id", w3c), log("error "+id+" refused")), ""},
		{"logged", "fail-nothing", minor, "no log line for this 503", of(log("GET /orders/1001 503")), ""},
		{"logged", "fail-elsewhere", minor, "the id of this 503 is in no log line; its lines have another, the one that was sent", of(body("t-other"), header("X-Request-Id", "t-other")), ""},
		{"logged", "fail-no-cause", minor, "the log line of this 503 does not say the cause", of(said, log("trace=t-faulty something went wrong")), ""},
		{"logged", "pass-words-lost", none, "1 failures logged", of(rule("store/unavailable", ended, struck(3, "db", "query", selects, ended)), log("trace=t-faulty server closed the connection unexpectedly")), ""},
		{"logged", "fail-other-cause", minor, "the log line of this 503 does not say the cause", of(said, log(`trace=t-faulty relation "orders" does not exist`)), ""},
		{"logged", "pass-followed-by-another", none, "1 failures logged", of(said, log("trace=t-faulty acquire connection: context deadline exceeded"), set(func(s *check.Subject) {
			for i := range s.Exchanges {
				e := &s.Exchanges[i]
				e.Hits = slices.Clone(e.Hits)
				for j := range e.Hits {
					e.Hits[j].At, e.Hits[j].Took = e.At+time.Millisecond, time.Millisecond
				}
				if e.Phase == exchange.Faulty {
					e.Took = 450 * time.Millisecond
				}
			}
		})), ""},
		{"logged", "inconclusive-no-id", none, "the answer says no trace id, so its log lines cannot be told", of(gave(503, "{}"), header("X-Request-Id", ""), log("oops")), ""},
		{"logged", "inconclusive-lines-left-out", none, "there were more lines than failwell keeps, so one for this 503 may have been among them", of(log("GET /orders/1001 503"), set(func(s *check.Subject) {
			s.Logs = append(s.Logs, exchange.Line{N: 7, Stream: check.Ours, Text: "failwell: 900 lines are left out here"})
		})), ""},
		{"logged", "skipped-undeclared", none, "logs are not declared (`trace: {logs: true}`)", of(set(func(s *check.Subject) { s.Declared.Trace.Logs = false })), ""},
		{"logged", "skipped-no-failure", none, "there was no failure to log", of(gave(404, problem("404"))), ""},
	}
}

func effects() []row {
	reset := fault.Effect{Verb: fault.Reset, At: fault.Request}
	try := func(n int) edit {
		return func(s *check.Subject) {
			upstream("upstream/reset", "", nil, false)(s)
			s.Exchanges[1].Hits = many(n, reset)
		}
	}
	traced := set(func(s *check.Subject) {
		for i := range s.Exchanges[1].Hits {
			s.Exchanges[1].Hits[i].Call.Trace = s.Exchanges[1].Trace
		}
	})
	keyed := set(func(s *check.Subject) {
		for i := range s.Effects {
			s.Effects[i].What = "db: select count(*) where key = '$case.key'"
		}
	})
	braced := set(func(s *check.Subject) {
		for i := range s.Effects {
			s.Effects[i].What, s.Effects[i].Keyed = "db: select count(*) where key = '${case.key}'", true
		}
	})
	shared := set(func(s *check.Subject) {
		for i := range s.Effects {
			s.Effects[i].What, s.Effects[i].Shared = "db: select count(*) where id = $order and cancelled", true
		}
	})
	healed := func(n int) edit { // how often it was counted after the fault
		return func(s *check.Subject) {
			s.Effects = append(s.Effects, check.Effect{Phase: exchange.Healed, What: "db: select count(*)", Count: n})
		}
	}
	late := func(n int) edit {
		return func(s *check.Subject) { s.Effects[1].Late, s.Effects[1].After = n, 1234*time.Millisecond }
	}
	unknown := func(i int) edit {
		return func(s *check.Subject) { s.Effects[i].Count, s.Effects[i].Unknown = 0, "db did not answer within 2s" }
	}
	promised := set(func(s *check.Subject) { s.Keyed = true })
	oneKey := set(func(s *check.Subject) {
		for i := range s.Exchanges {
			s.Exchanges[i].Request.Header = s.Exchanges[i].Request.Header.With("Idempotency-Key", "k-"+string(s.Exchanges[i].Phase))
		}
	})
	again := set(func(s *check.Subject) { // the same request once more in the faulty phase, with the same key
		s.Exchanges = append(s.Exchanges, s.Exchanges[1])
	})
	drained := set(func(s *check.Subject) { // no safe request reaches db, so the request itself drained the pool
		e := s.Exchanges[1]
		e.Phase = exchange.Settling
		s.Exchanges = append(s.Exchanges, e)
	})
	said := func(status int) edit { // what the fake answered in the place of db, which was not asked
		return func(s *check.Subject) {
			h := struck(2, "db", "query", "INSERT", fault.Effect{Verb: fault.Answer, At: fault.Request})
			h.Said = &fault.Said{Status: status}
			s.Exchanges[1].Hits = append(s.Exchanges[1].Hits, h)
		}
	}
	unanswered := set(func(s *check.Subject) { s.Exchanges[1].Response, s.Exchanges[1].Failure = nil, exchange.NoAnswer })
	return []row{
		{"effect", "pass-once", none, "never more than once", of(write, gave(200, order), counted(1, 1)), ""},
		{"effect", "pass-not-at-all", none, "never more than once", of(write, counted(1, 0)), ""},
		{"effect", "fail-unclaimed", minor, "503, but it took effect (db: select count(*))", of(write, counted(1, 1)), ""},
		{"effect", "pass-reply-lost", none, "503, and it took effect all the same, since the reply to the call was lost: without an Idempotency-Key nobody can ask again safely",
			of(write, rule("store/commit-unknown", swallowed, struck(3, "db", "commit", "COMMIT", swallowed)), counted(1, 1)), ""},
		{"effect", "fail-unclaimed-elsewhere", minor, "502, but it took effect (db: select count(*))", of(upstream("upstream/error", "500", nil, true), write, gave(502, problem("502")), counted(1, 1)), ""},
		{"effect", "pass-unclaimed-by-key", none, "503, and it took effect all the same: the caller may ask again with its key", of(write, promised, counted(1, 1)), ""},
		{"effect", "pass-killed-midway", none, "503, and it took effect all the same, since the reply to the call was lost: without an Idempotency-Key nobody can ask again safely",
			of(cause("process/paused"), set(inWant), write, counted(1, 1)), ""},
		{"effect", "pass-unclaimed-when-drained", none, "never more than once", of(write, drained, counted(1, 1)), ""},
		{"effect", "pass-copies", none, "never more than once", of(write, gave(200, order), copies(3), counted(1, 3)), ""},
		{"effect", "fail-twice", critical, "it took effect 2 times (db: select count(*))", of(write, gave(200, order), counted(1, 2)), ""},
		{"effect", "fail-one-copy-twice", critical, "it took effect 2 times (db: select count(*) where key = '$case.key')", of(write, gave(200, order), copies(3), counted(1, 2), keyed), ""},
		{"effect", "fail-nothing", critical, "200, but nothing took effect (db: select count(*))", of(write, gave(200, order), counted(1, 0)), ""},
		{"effect", "fail-denied", critical, "409, which says that nothing was done, but it took effect (db: select count(*))", of(write, gave(409, problem("409")), counted(1, 1)), ""},
		{"effect", "inconclusive-blind-count", none, "calm succeeded, but by this count it took no effect (db: select count(*))", of(write, gave(200, order), counted(0, 0)), ""},
		{"effect", "fail-ghost", minor, "503, but it took effect (db: select count(*))", of(write, counted(1, 1), late(1)), ""},
		{"effect", "pass-late-without-an-answer", none, "no answer, and it took effect all the same, since the reply to the call was lost: without an Idempotency-Key nobody can ask again safely", of(write, unanswered, counted(1, 1), late(1)), ""},
		{"effect", "pass-late-copies", none, "2 of 3 effects came late, the last 1.2 s after the last of 3 answers", of(write, gave(200, order), copies(3), counted(1, 3), late(2)), ""},
		{"effect", "pass-late-in-the-next-phase", none, "never more than once", of(write, counted(1, 0), healed(2)), ""},
		{"effect", "pass-accepted-and-done-in-the-next-phase", none, "never more than once", of(write, gave(202, order), counted(1, 0), healed(2)), ""},
		{"effect", "pass-one-key-sent-twice", none, "503, and it took effect all the same: the caller may ask again with its key", of(write, promised, counted(1, 1), braced, again), ""},
		{"effect", "pass-other-key-sent-twice", none, "never more than once", of(write, gave(200, order), counted(1, 2), braced, again), ""},
		{"effect", "pass-drained-by-itself", none, "never more than once", of(write, gave(200, order), drained, counted(1, 2)), ""},
		{"effect", "pass-copies-that-ask-for-one-thing", none, "never more than once", of(write, gave(200, order), copies(3), counted(1, 1), shared), ""},
		{"effect", "fail-copies-that-ask-for-one-thing", critical, "3 of 3 answers, but nothing took effect (db: select count(*) where id = $order and cancelled)", of(write, gave(200, order), copies(3), counted(1, 0), shared), ""},
		{"effect", "fail-twice-with-a-name-of-its-own", critical, "it took effect 2 times (db: select count(*) where id = $order and cancelled)", of(write, counted(1, 0), healed(2), shared), ""},
		{"effect", "pass-told-so", none, "never more than once", of(write, gave(200, order), said(200), counted(1, 0)), ""},
		{"effect", "fail-told-otherwise", critical, "200, but nothing took effect (db: select count(*))", of(write, gave(200, order), said(500), counted(1, 0)), ""},
		{"effect", "fail-late-twice", critical, "it took effect 2 times (db: select count(*))", of(write, counted(1, 2), late(1)), ""},
		{"effect", "fail-late-denied", critical, "409, which says that nothing was done, but it took effect (db: select count(*))", of(write, gave(409, problem("409")), counted(1, 1), late(1)), ""},
		{"effect", "fail-one-key-sent-twice", critical, "it took effect 2 times (db: select count(*) where key = '${case.key}')", of(write, promised, counted(1, 2), braced, again), ""},
		{"effect", "fail-one-braced-copy-twice", critical, "it took effect 2 times (db: select count(*) where key = '${case.key}')", of(write, gave(200, order), copies(3), counted(1, 2), braced), ""},
		{"effect", "fail-too-many-together", critical, "it took effect 3 times (db: select count(*))", of(write, counted(1, 0), healed(3)), ""},
		{"effect", "fail-twice-after-one-that-was-done", critical, "it took effect 2 times (db: select count(*))", of(write, gave(200, order), counted(1, 1), healed(2)), ""},
		{"effect", "fail-twice-after-one-that-was-denied", critical, "it took effect 2 times (db: select count(*))", of(write, gave(409, problem("409")), counted(1, 0), healed(2)), ""},
		{"effect", "pass-one-key-in-the-header-twice", none, "never more than once", of(write, gave(201, order), promised, oneKey, again, counted(1, 1)), ""},
		{"effect", "pass-one-key-that-is-kept-unsaid", none, "never more than once", of(write, gave(201, order), oneKey, again, counted(1, 1)), ""},
		{"effect", "pass-one-key-that-is-not-kept", none, "never more than once", of(write, gave(201, order), oneKey, again, counted(1, 2)), ""},
		{"effect", "fail-one-key-takes-effect-twice", critical, "it took effect 2 times (db: select count(*))", of(write, gave(201, order), promised, oneKey, again, counted(1, 2)), ""},
		{"effect", "fail-twice-with-a-key-of-its-own", critical, "it took effect 2 times (db: select count(*) where key = '$case.key')", of(write, counted(1, 0), healed(2), keyed), ""},
		{"effect", "fail-though-one-is-unknown", critical, "it took effect 3 times (db: select count(*))", of(write, counted(1, 0), healed(3), unknown(1)), ""},
		{"effect", "inconclusive-unknown", none, "how often it took effect is not known (faulty): db did not answer within 2s", of(write, gave(200, order), counted(1, 0), healed(1), unknown(1)), ""},
		{"effect", "inconclusive-unknown-in-calm", none, "how often it took effect is not known (calm): db did not answer within 2s", of(write, gave(200, order), counted(0, 1), unknown(0)), ""},
		{"effect", "skipped-undeclared", none, "how to count effects is not declared (`effect:`)", of(write), ""},
		{"body", "pass-as-asked", none, "1 answers as asked for", of(), "{/status: 503, /stack: null}"},
		{"body", "fail-other", major, "/status is 503, want 504", of(), "{/status: 504}"},
		{"header", "pass-as-asked", none, "1 answers as asked for", of(), "{Retry-After: '*', X-Powered-By: null}"},
		{"header", "fail-missing", major, "there is no Location, want /orders/*", of(), "{Location: /orders/*}"},
		{"attempts", "pass-four", none, "at most 4 calls of payments", of(try(4)), ""},
		{"attempts", "pass-copies", none, "at most 6 calls of payments", of(try(6), copies(3)), "{on: payments, at-most: 2}"},
		{"attempts", "pass-background", none, "at most 4 calls of payments", of(try(5), set(func(s *check.Subject) { s.Exchanges[1].Hits[4].Background = true })), ""},
		{"attempts", "pass-redirects-followed", none, "at most 1 calls of payments", of(redirected(12)), ""},
		{"attempts", "fail-redirects-without-end", major, "41 times payments GET /rates for one request, at most 4 are owed", of(redirected(40)), ""},
		{"attempts", "fail-redirects-of-a-scenario", major, "13 calls of payments for one request, at most 2 are owed", of(redirected(12)), "{on: payments, at-most: 2}"},
		{"attempts", "skipped-a-pollers-too", none, "no call was made", of(try(5), set(func(s *check.Subject) {
			for i := range s.Exchanges[1].Hits {
				s.Exchanges[1].Hits[i].Untold = true
			}
		})), ""},
		{"attempts", "pass-pooled-connections", none, "at most 2 calls of payments", of(cutOff("GET")), ""},
		{"attempts", "pass-six-that-a-client-sends-twice", none, "at most 6 calls of payments", of(try(6), set(func(s *check.Subject) {
			for i := range s.Exchanges[1].Hits {
				s.Exchanges[1].Hits[i].Call.Op = "GET"
			}
		})), ""},
		{"attempts", "fail-nine-that-a-client-sends-twice", major, "9 times payments GET /charges for one request, at most 8 are owed", of(try(9), set(func(s *check.Subject) {
			for i := range s.Exchanges[1].Hits {
				s.Exchanges[1].Hits[i].Call.Op = "GET"
			}
		})), ""},
		{"attempts", "fail-pooled-connections-of-a-write", major, "7 times payments POST /rates for one request, at most 4 are owed", of(cutOff("POST")), ""},
		{"attempts", "fail-pooled-connections-of-a-scenario", major, "7 calls of payments for one request, at most 2 are owed", of(cutOff("GET")), "{on: payments, at-most: 2}"},
		{"attempts", "fail-five", major, "5 times payments POST /charges for one request, at most 4 are owed", of(try(5)), ""},
		{"attempts", "fail-scenario", major, "3 calls of payments for one request, at most 2 are owed", of(try(3)), "2"},
		{"attempts", "fail-copies", major, "7 calls of payments for 3 requests, at most 6 are owed", of(try(7), copies(3)), "{on: payments, at-most: 2}"},
		{"attempts", "fail-one-copy", major, "3 calls of payments for one request, at most 2 are owed", of(try(3), traced, copies(3)), "{on: payments, at-most: 2}"},
		{"attempts", "skipped-no-call", none, "no call was made", of(), ""},
		{"attempts", "inconclusive-not-asked", none, "nothing was asked under the fault", of(set(func(s *check.Subject) { s.Exchanges = s.Exchanges[:1] })), ""},
	}
}

func starts() []row {
	return []row{
		{"start", "pass-ends-with-its-name", none, "ended with code 1 after 300ms, naming the setting", of(setting("secret/missing", stopped(1, "config: JWT_KEY is missing"))), ""},
		{"start", "pass-names-the-member", none, "ended with code 1 after 300ms, naming the setting", of(setting("setting/malformed", stopped(1, "app.yml: pool.max-size: not a number")), set(func(s *check.Subject) {
			s.Injection.Edits[0].Setting = "file.etc/app.yml#/pool/max-size"
		})), ""},
		{"start", "pass-not-ready", none, "it runs and is not ready", of(setting("secret/missing", exchange.Launch{Took: 10 * time.Second, Readying: 503})), ""},
		{"start", "pass-runs", none, "it started; its answers are judged", of(setting("setting/missing", exchange.Launch{Ready: true}), gave(200, order)), ""},
		{"start", "pass-503", none, "it started; its answers are judged", of(setting("secret/missing", exchange.Launch{Ready: true})), ""},
		{"start", "pass-optional-secret", none, "it started; its answers are judged", of(setting("secret/missing", exchange.Launch{Ready: true}), gave(200, order), role(contract.Optional)), ""},
		{"start", "fail-code-0", major, "it ended with code 0, as if all were well, though jwt-key was missing", of(setting("secret/missing", stopped(0))), ""},
		{"start", "fail-crash", major, "it crashed at start: signal SEGV", of(setting("secret/missing", exchange.Launch{Exit: &exchange.Exit{Code: -1, Signal: "SEGV"}})), ""},
		{"start", "fail-no-name", note, "it ended with code 1, but its last lines do not name the setting", of(setting("secret/missing", stopped(1, "invalid configuration"))), ""},
		{"start", "fail-ends-without-need", major, "it ended with code 1; owed calm", of(setting("secret/store-down", stopped(1, "jwt-key"))), ""},
		{"start", "fail-hangs", major, "not ready after 10s, still running", of(setting("secret/store-down", exchange.Launch{Took: 10 * time.Second})), ""},
		{"start", "fail-serves", major, "it started as if all were well, though jwt-key was missing, and answers 500", of(setting("secret/missing", exchange.Launch{Ready: true}), gave(500, problem("500"))), ""},
		{"start", "fail-opens", major, "it started as if all were well, though jwt-key was missing, and answers 200", of(setting("secret/missing", exchange.Launch{Ready: true}), gave(200, order)), ""},
		{"start", "skipped-no-start", none, "the system was not started anew", of(), ""},
	}
}

// inWant lets the system stand still, and nothing that it depends on.
func inWant(s *check.Subject) {
	s.On, s.Injection = []string{"system"}, fault.Injection{Acts: []fault.Act{{On: "system", Do: "pause"}}}
}
