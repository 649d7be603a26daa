package harness_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/failwell/failwell/harness"
)

// rates is an API that the system calls.
var rates = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "1.1") })

// newQuotes is the system under test: its one route asks rates, for at most 200 ms.
func newQuotes(_ context.Context, s harness.Setup) (http.Handler, error) {
	client := &http.Client{Timeout: 200 * time.Millisecond}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		resp, err := client.Get(s.URL("rates"))
		if err != nil {
			http.Error(w, "no rates", http.StatusGatewayTimeout)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		_, _ = io.Copy(w, resp.Body)
	}), nil
}

// A request is sent without the fault, with it, and after it is lifted.
func ExampleLab_Try() {
	ctx := context.Background()
	quote := harness.Request{Name: "quote", Method: "GET", Target: "/"}
	lab, err := harness.Start(ctx, harness.Config{
		Fakes:    harness.Fakes{"rates": harness.HTTP(rates)},
		System:   harness.Func(newQuotes),
		Requests: []harness.Request{quote},
		IdleFor:  10 * time.Millisecond,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = lab.Close() }()

	subject, err := lab.Try(ctx, quote, harness.Hangs{Scope: harness.On("rates")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(subject.Cause)
	for _, e := range subject.Exchanges {
		fmt.Println(e.Phase, e.Status())
	}
	// Output:
	// upstream/timeout
	// calm 200
	// faulty 504
	// healed 200
}

// Faults that hold until they are replaced, and requests as things are.
func ExampleLab_Set() {
	ctx := context.Background()
	lab, err := harness.Start(ctx, harness.Config{
		Fakes:   harness.Fakes{"rates": harness.HTTP(rates)},
		System:  harness.Func(newQuotes),
		IdleFor: 10 * time.Millisecond,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = lab.Close() }()

	quote := harness.Request{Method: "GET", Target: "/"}
	for _, faults := range [][]harness.Fault{{harness.Refuse{On: "rates"}}, {}} {
		if err := lab.Set(ctx, faults...); err != nil {
			log.Fatal(err)
		}
		e, err := lab.Do(ctx, quote)
		fmt.Println(e.Status(), err)
	}
	fmt.Println(lab.Set(ctx, harness.Refuse{On: "rate"}))
	// Output:
	// 504 <nil>
	// 200 <nil>
	// unknown dependency "rate"; did you mean "rates"?
}

// The calls that a fault means are those of a dependency, or fewer.
func ExampleOn() {
	for _, f := range []harness.Fault{
		harness.Slow{Scope: harness.On("payments", "POST", "/charges"), By: harness.For(10 * time.Second)},
		harness.Slow{Scope: harness.On("db"), By: harness.Deadlines(3)},
		harness.Replies{Scope: harness.On("db", "commit"), Saying: harness.Named("deadlock")},
	} {
		in, err := f.Injection()
		fmt.Println(in.Words(), err)
	}
	// Output:
	// delay 10s payments POST /charges <nil>
	// delay 3x-deadline db <nil>
	// deadlock db commit <nil>
}
