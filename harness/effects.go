package harness

import (
	"context"
	"fmt"
	"strconv"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/scenario"
)

// effects counts how often a request took effect, -1 when the backend keeps no state to count.
func (l *Lab) effects(ctx context.Context, x scenario.Effect, n names) (int, error) {
	backend, ok := l.backends[x.On].(fakes.Scripted)
	if !ok {
		return -1, nil
	}
	query, err := decode.Expand(x.SQL, n.value)
	if err != nil {
		return -1, err
	}
	text, err := backend.Query(ctx, query)
	if err != nil {
		if !l.backends[x.On].Stateful() {
			return -1, nil // a stub that does not know the question
		}
		return -1, err
	}
	count, err := strconv.Atoi(text)
	if err != nil {
		return -1, fmt.Errorf("%q is no count", text)
	}
	return count, nil
}
