package lab

import (
	"slices"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/scenario"
)

// The shape of errors is learnt from what the service says itself; what an HTTP library may have said of an unknown route is marked.
func TestErrorShape(t *testing.T) {
	said := func(status int, media, body string) exchange.Exchange {
		return exchange.Exchange{Request: exchange.Request{Protocol: exchange.HTTP}, Response: &exchange.Response{Status: status, Body: body, Header: exchange.Header{{Name: "Content-Type", Value: media}}}}
	}
	for name, c := range map[string]struct {
		answers  []exchange.Exchange
		media    string
		members  []string
		unrouted bool
	}{
		"nothing":                    {nil, "", nil, false},
		"only success":               {[]exchange.Exchange{said(200, "application/json", "{}")}, "", nil, false},
		"its own":                    {[]exchange.Exchange{said(404, "application/json", `{"error":1}`)}, "application/json", []string{"error"}, false},
		"a library's":                {[]exchange.Exchange{said(404, "text/plain; charset=utf-8", "404 page not found")}, "text/plain", nil, true},
		"a library's and its own":    {[]exchange.Exchange{said(404, "text/html", "no"), said(405, "text/html", "no"), said(422, "application/json", `{"error":1}`)}, "application/json", []string{"error"}, false},
		"its own, in text":           {[]exchange.Exchange{said(404, "text/plain", "no"), said(400, "text/plain", "bad")}, "text/plain", nil, false},
		"two of its own, as often":   {[]exchange.Exchange{said(409, "text/plain", "no"), said(400, "application/json", "{}")}, "application/json", []string{}, false},
		"two of its own, by number":  {[]exchange.Exchange{said(409, "text/plain", "no"), said(400, "application/json", "{}"), said(400, "text/plain", "bad")}, "text/plain", []string{}, false},
		"what its errors all have":   {[]exchange.Exchange{said(400, "application/json", `{"a":1,"b":1}`), said(404, "application/json", `{"b":1,"c":1}`)}, "application/json", []string{"b"}, false},
		"a library's without a type": {[]exchange.Exchange{said(405, "", "")}, "", nil, true},
	} {
		l := &Lab{lore: newLore()}
		for i, e := range c.answers {
			r := scenario.Request{Name: string(rune('a' + i))}
			l.Config.Requests = append(l.Config.Requests, r)
			l.lore.keep(r.Name, Learnt{Last: e})
		}
		l.errorShape()
		if got := l.shape; got.ErrorType != c.media || !slices.Equal(got.ErrorMembers, c.members) || got.Unrouted != c.unrouted {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
