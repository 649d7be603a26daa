package spec_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/spec"
)

// The tree is looked at before it runs: names, and where each spec is said to stand.
func TestSpec(t *testing.T) {
	RegisterFailHandler(Fail)
	at := map[string]string{}
	for _, s := range PreviewSpecs("spec").SpecReports {
		at[s.LeafNodeText] = s.LeafNodeLocation.String()
	}
	for name, place := range map[string]string{
		"known-trouble":                "scenarios/known-trouble.yaml:1:1",
		"any-upstream":                 "scenarios/any-upstream.yaml:2:1",
		"list x refused catalogue":     "spec_test.go:",
		"GET /alone x hang catalogue":  "spec_test.go:",
		"list x unavailable catalogue": "spec_test.go:",
	} {
		if !strings.Contains(at[name], place) {
			t.Errorf("%s stands at %q, want %s; specs: %v", name, at[name], place, at)
		}
	}
	RunSpecs(t, "spec")
}

// library is a system with one route that calls the catalogue and one that does not.
func library(_ context.Context, s harness.Setup) (http.Handler, error) {
	client := &http.Client{Timeout: 200 * time.Millisecond}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /alone", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /list", func(w http.ResponseWriter, r *http.Request) {
		body, err := fetch(r.Context(), client, s.URL("catalogue"))
		if err != nil {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write(body)
	})
	return mux, nil
}

func fetch(ctx context.Context, c *http.Client, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/books", nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = errors.New(resp.Status)
	}
	return body, err
}

var (
	list  = harness.Request{Name: "list", Method: "GET", Target: "/list"}
	alone = harness.Request{Method: "GET", Target: "/alone"}
	lab   *spec.SuiteLab
)

var _ = BeforeSuite(func(ctx SpecContext) {
	books := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "books") })
	lab = spec.Lab(ctx, harness.Config{
		Fakes:    harness.Fakes{"catalogue": harness.HTTP(books)},
		System:   harness.Func(library),
		Roles:    map[string]harness.Role{"catalogue": harness.Essential},
		Requests: []harness.Request{list},
		IdleFor:  20 * time.Millisecond,
	})
})

var few = []harness.Fault{
	harness.Refuse{On: "catalogue"},
	harness.Hangs{Scope: harness.On("catalogue")},
	harness.Replies{Scope: harness.On("catalogue"), Saying: harness.Named("unavailable")},
}

var _ = DescribeTable("Cross", func(ctx SpecContext, r harness.Request, f harness.Fault) {
	s, err := lab.Try(ctx, r, f)
	Expect(r.Target).To(Equal("/list"), "what has nothing to strike is skipped before")
	Expect(s, err).To(And(match.FailWell(), match.HaveStruck(), match.HaveStatus(503), match.Recover()))
}, spec.Cross([]harness.Request{list, alone}, few))

var _ = spec.Scenarios(func() *spec.SuiteLab { return lab }, os.DirFS("testdata/scenarios"), "scenarios")

var _ = Describe("Inject", func() {
	It("adds, and lifts when the spec ends", func(ctx SpecContext) {
		Expect(lab.Do(ctx, list)).To(match.HaveStatus(200))
		DeferCleanup(func(ctx SpecContext) { Expect(lab.Do(ctx, list)).To(match.HaveStatus(200)) })
		spec.Inject(ctx, lab, harness.Refuse{On: "catalogue"})
		spec.Inject(ctx, lab, harness.Hangs{Scope: harness.On("catalogue")})
		Expect(lab.Do(ctx, list)).To(match.HaveStatus(503))
		_, err := lab.Try(ctx, list, few[0])
		Expect(err).To(MatchError(ContainSubstring("Try begins in calm")))
	})
})

var _ = Describe("Try", func() {
	It("does not skip what a person asked for", func(ctx SpecContext) {
		s, err := lab.Try(ctx, alone, few[0])
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Unstruck).To(Equal("in calm GET /alone makes no call that refused catalogue could strike; it calls nobody"))
		ok, err := match.FailWell().Match(s)
		Expect(ok).To(BeFalse())
		Expect(err).To(MatchError(ContainSubstring("makes no call")))
	})

	It("does not take one request for another", func(ctx SpecContext) {
		other := alone
		other.Body = "{}"
		Expect(lab.Try(ctx, alone, few[0])).NotTo(BeNil())
		_, err := lab.Try(ctx, other, few[0])
		Expect(err).To(MatchError(`two different requests are called "GET /alone": give each a name of its own`))
	})
})
