package report

import (
	"time"

	"github.com/failwell/failwell/harness/check"
)

const problem = `{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"try again later"}`

// shop has three causes, a pass, a question, a cache, and what was skipped.
func shop(m sample) Run {
	internal := `{"type":"about:blank","title":"Internal Server Error","status":500,"code":"internal","trace_id":"$trace"}`
	said := `{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"ERROR: deadlock detected $canary (SQLSTATE 40P01)"}`
	logged := `{"time":"$time","level":"ERROR","trace_id":"$trace","cause":"store_conflict: ERROR: deadlock detected $canary (SQLSTATE 40P01)"}`
	var cases []made
	for _, request := range []string{"get-order", "list-orders", "create-order"} {
		cases = append(cases,
			made{scenario: "database/silent", on: "db", request: request, cause: "store/unavailable", given: "{hang: {on: db, op: query}}", hang: true},
			made{scenario: "database/slow-query", on: "db", request: request, variant: "reply", cause: "store/slow", given: "{slow: {on: db, op: query, at: reply, by: 3x-deadline}}", late: 6 * time.Second, status: 503, body: problem},
			made{scenario: "database/refused", on: "db", request: request, cause: "store/unavailable", given: "{refuse: {on: db}}", status: 503, body: problem},
			made{scenario: "upstream/error", on: "payments", request: request, cause: "upstream/error", given: "{reply: {on: payments, name: error}}", status: 500, body: internal},
		)
	}
	cases = append(cases,
		made{scenario: "database/deadlock", on: "db", request: "create-order", cause: "store/conflict", given: "{reply: {on: db, op: query, name: deadlock}}", status: 503, body: said, log: logged},
		made{scenario: "database/deadlock", on: "db", request: "get-order", cause: "store/conflict", given: "{reply: {on: db, op: query, name: deadlock}}", status: 503, body: said, log: logged},
		made{scenario: "upstream/error", on: "tax", request: "get-order", cause: "upstream/error", given: "{reply: {on: tax, name: error}}", optional: true, status: 200, body: `{"id":1001,"tax":null}`, media: "application/json"},
		made{scenario: "database/silent", on: "db", request: "version", cause: "store/unavailable", unstruck: true, calm: true},
	)
	r := m.run("shop/failwell.yaml", cases...)
	r.Results = append(r.Results,
		Result{ID: "database/failover@db:get-order", Scenario: "database/failover", Request: "get-order", On: []string{"db"}, Outcome: check.Skipped, Reason: "no Docker engine", Unavailable: true},
		Result{ID: "database/disk-full@db:get-order", Scenario: "database/disk-full", Request: "get-order", On: []string{"db"}, Outcome: check.Skipped, Reason: "a stub database has no state"},
	)
	r.Finish()
	return r
}

func held(m sample) Run {
	return m.run("shop/failwell.yaml",
		made{scenario: "database/refused", on: "db", request: "get-order", cause: "store/unavailable", status: 504, body: problem504, given: "{refuse: {on: db}}"},
		made{scenario: "database/refused", on: "db", request: "list-orders", cause: "store/unavailable", status: 504, body: problem504, given: "{refuse: {on: db}}"})
}

const problem504 = `{"type":"about:blank","title":"Gateway Timeout","status":504,"detail":"try again later"}`

// stopped was interrupted, and a check of it is broken.
func stopped(m sample) Run {
	r := m.run("failwell.yaml",
		made{scenario: "database/refused", on: "db", request: "get-order", cause: "store/unavailable", status: 504, body: problem504})
	r.Results = append(r.Results, Result{ID: "database/reset@db:get-order", Scenario: "database/reset", Request: "get-order", On: []string{"db"}, Outcome: check.Broken, Reason: "reset db: use of closed network connection"})
	r.Interrupted = true
	r.Finish()
	return r
}

// evil is a text that does harm wherever it is shown unescaped.
const evil = "\x1b[31mred\x1b]0;title\x07 </script><script>alert(1)</script> <img src=x onerror=alert(2)> ]]> \u202egnp.exe\u202c \u200b\x00 " +
	"``` ![x](http://evil.example/a.png) @everyone #1 [a](javascript:alert(3)) | ${jndi} \u0085 \u2028 & \" ' `id` $(id)"

// hostile is a run of a system that attacks whoever reads its answers.
func hostile(m sample) Run {
	r := m.run("lab "+evil,
		made{scenario: "database/refused", on: "db", request: "get-order", cause: "store/unavailable", status: 500, body: evil, media: "text/html", log: evil},
		made{scenario: "database/hang", on: "db", request: "get-order", cause: "store/unavailable", status: 200, body: evil, media: "application/json"})
	r.Replay = "failwell run"
	for i := range r.Results {
		c := &r.Results[i]
		c.Why, c.Request, c.ID = evil, "get "+evil, c.ID+evil
		c.Waive = map[string]string{evil: evil}
		for j := range c.Subject.Exchanges {
			e := &c.Subject.Exchanges[j]
			e.Request.Target, e.Request.Body, e.Request.Header = "/"+evil, evil, e.Request.Header.With(evil, evil)
		}
		for j := range c.Verdicts {
			if c.Verdicts[j].Outcome == check.Fail {
				c.Verdicts[j].Evidence, c.Verdicts[j].Look, c.Verdicts[j].Cite = evil, evil, evil
			}
		}
	}
	r.Uncalm = []Uncalm{{Request: evil, Why: evil}}
	r.Coverage = []Coverage{{Sort: OfRequest, Name: evil}, {Sort: OfDependency, Name: evil}, {Sort: OfSecret, Name: evil, Unbroken: evil}}
	r.Deferred = []Deferral{{By: ByPlan, With: evil, Cases: 1}}
	r.Results = append(r.Results,
		Result{ID: evil, Scenario: evil, Request: evil, On: []string{evil}, Outcome: check.Skipped, Reason: evil},
		Result{ID: "x" + evil, Scenario: evil, Request: evil, On: []string{evil}, Outcome: check.Fail, Reason: evil, Verdicts: []check.Verdict{{Check: evil, Outcome: check.Fail, Reason: evil}}},
		Result{ID: "y" + evil, Scenario: evil, Request: evil, On: []string{evil}, Outcome: check.Inconclusive, Verdicts: []check.Verdict{{Check: "success", Outcome: check.Inconclusive, Reason: evil, Asks: true}}})
	r.Finish()
	return r
}

func samples() map[string]Run {
	m := sample{seed: "41", hour: 9}
	return map[string]Run{"shop": shop(m), "known": shop(m), "held": held(m), "stopped": stopped(m), "hostile": hostile(m), "uncovered": uncovered(m)}
}
