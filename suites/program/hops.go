package program

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/report"
)

// makers says for the cases of the sample behind its gateway who makes the answer under the fault.
var makers = map[string]string{
	"gateway/down": "gw", "gateway/silent": "gw", "gateway/slow": "gw", "gateway/reset": "gw", "gateway/closed": "gw", "gateway/reply-lost": "gw",
	"gateway/malformed": "gw", "gateway/header-too-big": "gw", "gateway/system-killed": "gw", "gateway/system-paused": "gw",
	"gateway/cut": "app", "gateway/stalled-body": "app", "gateway/slow-within-limit": "app", "gateway/stale": "app", "gateway/passes-errors-on": "app",
	"gateway/too-big:3000000": "gw", "gateway/too-big:200000": "app",
}

// Hops checks the hop of every answer of a run of the sample behind its gateway, and prints how many of each there were.
func Hops(t testing.TB, run report.Run) {
	t.Helper()
	count := map[string]int{}
	for _, c := range run.Results {
		if c.Subject == nil {
			continue
		}
		scenario, rest, _ := strings.Cut(c.ID, "@")
		want, ok := makers[scenario]
		if last := strings.LastIndexByte(rest, ':'); !ok && last >= 0 {
			want, ok = makers[scenario+rest[last:]]
		}
		if area, _, _ := strings.Cut(scenario, "/"); !ok && (area == "database" || area == "upstream") {
			want, ok = "app", true // whatever fails behind it
		}
		if !ok {
			continue // a gateway that is told to stop, or that refuses a request itself, may be first
		}
		for _, e := range c.Subject.Judged(exchange.Faulty) {
			count[scenario+" "+e.Hop]++
			if e.Hop != want {
				t.Errorf("%s: %d %s made by %q, want %s", c.ID, e.Status(), e.Failure, e.Hop, want)
			}
		}
	}
	for name := range makers {
		name, _, _ = strings.Cut(name, ":")
		if count[name+" gw"]+count[name+" app"] == 0 {
			t.Errorf("%s was not tried", name)
		}
	}
	t.Logf("answers by scenario and hop: %v", count)
}
