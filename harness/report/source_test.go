package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

func TestGroupsAreShownAtLinesOfTheRepository(t *testing.T) {
	for name, c := range map[string]struct {
		frame string
		want  spot
	}{
		"node":                 {"    at handle (/srv/shop/src/orders.ts:19:3)", spot{"src/orders.ts", 19}},
		"java and none of it":  {"    at com.shop.Orders.get(Orders.java:19)", spot{"lab/failwell.yaml", 7}},
		"another directory":    {"    at handle (/srv/shopping/orders.ts:19:3)", spot{"lab/failwell.yaml", 7}},
		"of a library":         {"    at query (/srv/shop/node_modules/pg/client.js:1:2)", spot{"lab/failwell.yaml", 7}},
		"up and out of it":     {"    at handle (/srv/shop/../etc/orders.ts:19:3)", spot{"lab/failwell.yaml", 7}},
		"no frame in the log":  {"listening", spot{"lab/failwell.yaml", 7}},
		"a name that misleads": {"    at handle (/srv/shop/..ts/a.ts:2:3)", spot{"..ts/a.ts", 2}},
	} {
		r := Run{Source: &Source{File: "lab/failwell.yaml", Root: "/srv/shop", Lines: map[string]int{"db": 7}}}
		r.Results = []Result{{ID: "x", Outcome: check.Fail, Subject: &check.Subject{Logs: []exchange.Line{{Text: "QueryError: no"}, {Text: c.frame}}}}}
		g := Group{Example: "x", Dependencies: []string{"db"}}
		if got := r.spots(g)[0]; got != c.want {
			t.Errorf("%s: it is shown at %v, want %v", name, got, c.want)
		}
	}
	if got := (Run{Lab: "shop"}).spots(Group{})[0]; got != (spot{"shop", 1}) {
		t.Errorf("without a source it is shown at %v", got)
	}
}

func TestAnnotationsAreALineEach(t *testing.T) {
	var out bytes.Buffer
	if err := GitHub(&out, hostile(sample{seed: "41", hour: 9})); err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(out.String()) {
		if !strings.HasPrefix(l, "::error file=") && !strings.HasPrefix(l, "::warning ") && !strings.HasPrefix(l, "::notice ") {
			t.Errorf("a text from outside gives a line of its own: %q", l)
		}
	}
	if got := property("a:b,c%\n"); got != "a%3Ab%2Cc%25" {
		t.Errorf("a property is escaped as %q", got)
	}
}
