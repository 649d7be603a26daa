package drivers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/harness/fault"
)

// inject arms the fault with the names of the lab in place of canaries, and returns how it is lifted.
func (l *lab) inject(x trouble) func() {
	l.Helper()
	in, err := x.fault.Injection()
	l.must(err)
	for i, r := range in.Rules {
		in.Rules[i], _ = postgres.Fake{}.Describe().Resolve(r, func(where string) string {
			name := where[strings.LastIndex(where, " ")+1:]
			return cmp.Or(x.names[name], usual[name], "1")
		})
	}
	hits, err := l.rig.Hits(l.Context(), 0)
	l.must(err)
	l.seen = len(hits)
	l.must(l.rig.Arm(l.Context(), in, "seed"))
	return func() { l.must(l.rig.Arm(l.Context(), fault.Injection{}, "")) }
}

// carried tells whether something was carried out since the last inject.
func (l *lab) carried() bool {
	hits, err := l.rig.Hits(l.Context(), 0)
	l.must(err)
	return slices.ContainsFunc(hits[l.seen:], fault.Hit.Struck)
}
