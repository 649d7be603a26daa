package match_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/match"
)

// In a spec this is Expect(lab.Try(ctx, quote, fault)).To(match.FailWell()).
func ExampleFailWell() {
	rates := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "1.1") })
	blamer := func(_ context.Context, s harness.Setup) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			resp, err := http.Get(s.URL("rates"))
			if err != nil || resp.StatusCode != http.StatusOK {
				http.Error(w, "no such quote", http.StatusNotFound)
				return
			}
			_, _ = io.Copy(w, resp.Body)
			_ = resp.Body.Close()
		}), nil
	}
	ctx := context.Background()
	quote := harness.Request{Name: "quote", Method: "GET", Target: "/"}
	lab, err := harness.Start(ctx, harness.Config{
		Fakes: harness.Fakes{"rates": harness.HTTP(rates)}, System: harness.Func(blamer), IdleFor: 10 * time.Millisecond,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = lab.Close() }()

	subject, err := lab.Try(ctx, quote, harness.Replies{Scope: harness.On("rates"), Saying: harness.Named("unavailable")})
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range []*match.Matcher{
		match.FailWell(), match.HaveStatus("5XX"), match.BeLeakFree(), match.RespondWithin(time.Second), match.Recover(),
	} {
		ok, err := m.Match(subject)
		fmt.Println(ok, err)
	}
	// Output:
	// false <nil>
	// false <nil>
	// true <nil>
	// true <nil>
	// true <nil>
}

// A single answer can be matched as well.
func ExampleHaveStatus() {
	lab, err := harness.Start(context.Background(), harness.Config{
		System:  harness.Func(func(context.Context, harness.Setup) (http.Handler, error) { return http.NotFoundHandler(), nil }),
		IdleFor: 10 * time.Millisecond,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = lab.Close() }()

	e, err := lab.Do(context.Background(), harness.Request{Method: "GET", Target: "/orders/1"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(match.HaveStatus(404, 410).Match(e))
	fmt.Println(match.HaveStatus("2XX").Match(e))
	// Output:
	// true <nil>
	// false <nil>
}
