//go:build !race

package tcp_test

import (
	"io"
	"strings"
	"testing"
)

// Under the race detector sync.Pool forgets at random.
func TestAnExchangeCostsNoAllocation(t *testing.T) {
	r := serve(t, echoing)
	c := dial(t, r)
	text := []byte(strings.Repeat("x", 128))
	exchange := func() {
		_, _ = c.Write(text)
		_, _ = io.ReadFull(c, text)
	}
	if allocs := testing.AllocsPerRun(2000, exchange); allocs > 0 {
		t.Errorf("%.0f allocations an exchange", allocs)
	}
}
