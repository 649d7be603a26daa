package sweep_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes/httpapi"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/sweep"
	"github.com/failwell/failwell/harness/system"
)

// habit is what a system does beside answering: it is told of each request, and whether its upstream failed, and may have the
// answer be another one.
type habit func(path string, failed bool) (status int)

// passing is a system that answers with what its upstream says, 502 when that fails, and has a habit that begins anew with
// each launch.
func passing(begin func() habit) system.System {
	return system.Func(func(_ context.Context, s system.Setup) (http.Handler, error) {
		do, mu := begin(), sync.Mutex{}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			failed, text := false, "fine"
			if r.URL.Path == "/get" {
				resp, err := http.Get(s.URL("up") + "/x")
				if failed = err != nil || resp.StatusCode != http.StatusOK; err == nil {
					_ = resp.Body.Close()
				}
			}
			mu.Lock()
			status := do(r.URL.Path, failed)
			mu.Unlock()
			switch {
			case status != 0:
				w.WriteHeader(status)
				text = "sorry"
			case failed:
				w.WriteHeader(http.StatusBadGateway)
				text = "upstream away"
			}
			_, _ = io.WriteString(w, text)
		}), nil
	})
}

// swept runs cases in which the upstream of GET /get answers 503, and last some on POST /other, which calls nobody and, as a
// write, is no bystander.
func swept(t *testing.T, begin func() habit) []report.Result {
	t.Helper()
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") })
	in, err := fault.Compile(fault.Replies{Scope: fault.Scope{On: "up"}, Saying: fault.Saying{Status: "503"}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := sweep.Sweep{
		Labs: 1,
		Make: func(context.Context, int) (lab.Config, error) {
			return lab.Config{
				System: passing(begin), Fakes: lab.Fakes{"up": httpapi.Handler(ok)}, Roles: map[string]contract.Role{"up": contract.Essential},
				Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/get"}, {Name: "other", Method: "POST", Target: "/other"}},
				Catalog:  standard.Catalog(), IdleFor: time.Millisecond, HealWithin: 200 * time.Millisecond,
			}, nil
		},
		Cases: func(*lab.Lab, []lab.Seen) ([]scenario.Case, error) {
			var all []scenario.Case
			for i := range 4 {
				all = append(all, scenario.Case{ID: fmt.Sprintf("away@up:get:%d", i), Scenario: "away", Cause: "upstream/busy", Request: "get", Faults: in, Copies: 1})
			}
			for i := range 2 {
				all = append(all, scenario.Case{ID: fmt.Sprintf("plain:other:%d", i), Scenario: "plain", Cause: "upstream/busy", Request: "other", Copies: 1})
			}
			return all, nil
		},
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out.Results
}

func found(results []report.Result) []string {
	var all []string
	for _, r := range results {
		for _, v := range r.Verdicts {
			if v.Outcome == check.Fail && v.Impact != contract.Note {
				all = append(all, v.Check+"@"+r.ID)
			}
		}
	}
	return all
}

// A steady system is judged as it is; nothing is found about one that fails well.
func TestSteady(t *testing.T) {
	results := swept(t, func() habit { return func(string, bool) int { return 0 } })
	if all := found(results); len(all) > 0 || len(results) != 6 {
		t.Errorf("%d results, %v", len(results), all)
	}
	for _, r := range results {
		if r.Outcome == check.Inconclusive {
			t.Errorf("%s: %s", r.ID, r.Reason)
		}
	}
}

// Of a request that fails now and then without any fault, nothing is found that three pairs do not agree on.
func TestUnstable(t *testing.T) {
	t.Parallel()
	results := swept(t, func() habit {
		n := 0
		return func(path string, _ bool) int {
			if path != "/get" {
				return 0
			}
			if n++; n%3 == 0 {
				return http.StatusInternalServerError
			}
			return 0
		}
	})
	if all := found(results); len(all) > 0 {
		t.Errorf("found %v", all)
	}
	if !slices.ContainsFunc(results, func(r report.Result) bool {
		return r.Request == "get" && r.Outcome == check.Inconclusive && strings.Contains(r.Reason, "unstable")
	}) {
		t.Errorf("nobody says that get is unstable: %v", reasons(results))
	}
}

// What is wrong every time is found about an unstable request too.
func TestUnstableAndWrong(t *testing.T) {
	t.Parallel()
	results := swept(t, func() habit {
		n := 0
		return func(path string, failed bool) int {
			n++
			switch {
			case failed:
				return http.StatusNotFound
			case path == "/get" && n%4 == 0:
				return http.StatusInternalServerError
			}
			return 0
		}
	})
	if all := found(results); !slices.ContainsFunc(all, func(f string) bool { return strings.HasPrefix(f, "blame@away@up:get") }) {
		t.Errorf("found %v; %v", all, reasons(results))
	}
}

// A request that does not succeed any more after a while, with or without a fault, has no calm: nothing is said against it.
func TestNotCalm(t *testing.T) {
	results := swept(t, func() habit {
		n := 0
		return func(path string, _ bool) int {
			if path != "/get" {
				return 0
			}
			if n++; n > 2 {
				return http.StatusGone
			}
			return 0
		}
	})
	if all := found(results); len(all) > 0 {
		t.Errorf("found %v", all)
	}
	for _, r := range results {
		if r.Request == "get" && (r.Outcome != check.Inconclusive || !strings.Contains(r.Reason, "get is not calm: after 2 good answers")) {
			t.Errorf("%s is %s: %s", r.ID, r.Outcome, r.Reason)
		}
	}
}

// A fault that leaves something behind on which other requests fail is not healed: alone, or only when it adds up.
func TestLeftBehind(t *testing.T) {
	t.Parallel()
	for what, most := range map[string]int{"alone": 1, "when it adds up": 3} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			results := swept(t, func() habit {
				leaked := 0
				return func(path string, failed bool) int {
					if failed {
						leaked++
					}
					if path == "/other" && leaked >= most {
						return http.StatusInternalServerError
					}
					return 0
				}
			})
			all := found(results)
			if len(all) == 0 || slices.ContainsFunc(all, func(f string) bool { return !strings.HasPrefix(f, "healed@away@up:get") }) {
				t.Errorf("found %v; %v", all, reasons(results))
			}
		})
	}
}

// What a request does by itself, without any fault, is no aftermath of one: here it takes away what another one shows.
func TestItsOwnDoing(t *testing.T) {
	results := swept(t, func() habit {
		taken := false
		return func(path string, _ bool) int {
			if path == "/get" {
				taken = true
			}
			if path == "/other" && taken {
				return http.StatusNotFound
			}
			return 0
		}
	})
	if all := found(results); len(all) > 0 {
		t.Errorf("found %v", all)
	}
}

func reasons(results []report.Result) []string {
	var all []string
	for _, r := range results {
		all = append(all, fmt.Sprintf("%s %s %s", r.ID, r.Outcome, r.Reason))
	}
	return all
}
