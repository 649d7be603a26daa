package harness_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/gotest"
	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/scenario"
)

// order is charged once.
var order = harness.Request{
	Name: "order", Method: "POST", Target: "/orders", Body: "{}",
	Effect: &harness.Effect{On: "payments", SQL: "POST /charges"},
}

// shop charges for each order; the careless one takes every answer for a charge.
func shop(t *testing.T, careless bool) *harness.Lab {
	t.Helper()
	charge := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	return gotest.Lab(t, harness.Config{
		Fakes: harness.Fakes{"payments": harness.HTTP(charge)},
		System: harness.Func(func(_ context.Context, s harness.Setup) (http.Handler, error) {
			client := &http.Client{Timeout: 5 * time.Second}
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				resp, err := client.Post(s.URL("payments")+"/charges", "application/json", r.Body)
				status := http.StatusBadGateway
				if err == nil {
					if careless || resp.StatusCode == http.StatusCreated {
						status = http.StatusCreated
					}
					_ = resp.Body.Close()
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, "{}")
			}), nil
		}),
		Roles:    map[string]harness.Role{"payments": harness.Essential},
		Requests: []harness.Request{order},
		IdleFor:  20 * time.Millisecond,
	})
}

// written makes the case of a scenario as a file says it.
func written(t *testing.T, lab *harness.Lab, given string) (harness.Case, error) {
	t.Helper()
	s, err := scenario.Read("one.yaml", "one", []byte("why: x\ngiven: ["+given+"]\nwhen: {request: order}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := lab.Known().Check(s); err != nil {
		return harness.Case{}, err
	}
	cases, err := lab.Known().Expand([]scenario.Scenario{s}, lab.Facts(), scenario.Full)
	if err != nil || len(cases) != 1 {
		t.Fatal(cases, err)
	}
	return cases[0], nil
}

// A request that ignores what its upstream says fails in Go as in a file, with the same verdict; one that does not is well in both.
func TestAnIgnoredErrorFailsInGoAsInAFile(t *testing.T) {
	for name, careless := range map[string]bool{"careless": true, "careful": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := shop(t, careless)
			for given, f := range map[string]harness.Fault{
				"{reply: {on: payments, name: error}}": harness.Replies{Scope: harness.On("payments"), Saying: harness.Named("error")},
				"{reply: {on: payments, status: 500}}": harness.Replies{Scope: harness.On("payments"), Saying: harness.Saying{Status: "500"}},
			} {
				c, err := written(t, lab, given)
				if err != nil {
					t.Fatal(err)
				}
				file, err := lab.Run(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				subject, err := lab.Try(t.Context(), order, f)
				if err != nil {
					t.Fatal(err)
				}
				m := match.FailWell()
				ok, err := m.Match(subject)
				if err != nil {
					t.Fatalf("%s: %v", given, err)
				}
				if want := check.Fail; careless && (ok || file.Outcome != want) {
					t.Errorf("%s: the file's outcome is %s, Go's match is %v; want failures", given, file.Outcome, ok)
				}
				if !careless && (!ok || file.Outcome != check.Pass) {
					t.Errorf("%s: the file's outcome is %s, Go's match is %v: %s", given, file.Outcome, ok, m.FailureMessage(nil))
				}
				if said := m.FailureMessage(nil); careless && !strings.Contains(said, "nothing took effect (payments: POST /charges)") {
					t.Errorf("what took no effect is not said:\n%s", said)
				}
				if subject.Cause != file.Subject.Cause || subject.Cause != "upstream/error" {
					t.Errorf("%s: the cause is %q in Go and %q in the file", given, subject.Cause, file.Subject.Cause)
				}
			}
		})
	}
}

// A mistake in a fault is said in the words in which it is said of a file.
func TestAMistakeInAFaultIsSaidAsOfAFile(t *testing.T) {
	lab := shop(t, false)
	for given, c := range map[string]struct {
		fault harness.Fault
		want  string
	}{
		"{refused: {on: payment}}": {harness.Refuse{On: "payment"}, `unknown dependency "payment"; did you mean "payments"?`},
		"{reply: {on: payments, name: unavailabel}}": {harness.Replies{Scope: harness.On("payments"), Saying: harness.Named("unavailabel")},
			`http has no reply "unavailabel"; did you mean "unavailable"?`},
		"{hang: {on: payments, op: PSOT}}": {harness.Hangs{Scope: harness.On("payments", "PSOT")}, `http has no op "PSOT"; did you mean "POST"?`},
	} {
		_, file := written(t, lab, given)
		_, try := lab.Try(t.Context(), order, c.fault)
		for where, err := range map[string]error{"file": file, "Try": try, "Set": lab.Set(t.Context(), c.fault)} {
			if err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("%s of %s says %v, want %s", where, given, err, c.want)
			}
		}
	}
	_, err := lab.Try(t.Context(), order, harness.Replies{Scope: harness.On("payments"), Saying: harness.Saying{Status: "404"}})
	if err == nil || !strings.Contains(err.Error(), "it cannot be told from the faults") || !strings.Contains(err.Error(), "harness.Named") {
		t.Errorf("a 404 that may mean several causes gives %v", err)
	}
	if e, err := lab.Do(t.Context(), order); err != nil || e.Status() != http.StatusCreated {
		t.Errorf("after mistakes the lab is not as new: %d, %v", e.Status(), err)
	}
}

// What the contract of the lab waives is waived in Try too.
func TestTryKeepsToTheContract(t *testing.T) {
	lab := shop(t, true)
	lab.Config.Contract.Waive = []harness.Waiver{{Check: "effect", Because: "charges are made up for by hand"}}
	s, err := lab.Try(t.Context(), order, harness.Replies{Scope: harness.On("payments"), Saying: harness.Named("error")})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(s.Waived, func(w check.Waived) bool { return w.Check == "effect" }) {
		t.Errorf("waived is %v, want effect", s.Waived)
	}
}
