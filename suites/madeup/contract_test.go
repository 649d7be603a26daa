package madeup_test

import (
	"context"
	"testing"

	"github.com/failwell/failwell/fakes/faketest"
	"github.com/failwell/failwell/harness/fault"
)

// A fake from elsewhere keeps the contract as ours do.
func TestContract(t *testing.T) {
	faketest.Run(t, func() faketest.Subject {
		return faketest.Subject{
			Fake: widget{},
			Backend: func(ctx context.Context) (string, func(), error) {
				b, err := machine{}.Start(ctx)
				if err != nil {
					return "", nil, err
				}
				return b.Addr(), func() { _ = b.Stop(context.Background()) }, nil
			},
			Ops: map[string]faketest.Do{
				"frobnicate": func(ctx context.Context, addr string) (string, error) { return say(ctx, addr, "FROBNICATE a") },
				"gronk":      func(ctx context.Context, addr string) (string, error) { return say(ctx, addr, "GRONK a") },
			},
			Adapt: func(_ string, e fault.Effect) fault.Effect {
				if e.Verb == fault.Answer {
					e.Say = fault.Saying{Status: "JAMMED"}
				}
				return e
			},
		}
	})
}
