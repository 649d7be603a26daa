package leak

import (
	"strings"
	"testing"
)

const goTrace = `goroutine 1 [running]:\nmain.total(0x1)\n\t/srv/app/orders.go:41 +0x1d\nmain.main()\n\t/srv/app/main.go:12 +0x2b`

func TestParts(t *testing.T) {
	d := New()
	for name, c := range map[string]struct {
		status int
		part   Part
		want   string // the place, "" for no finding
	}{
		"an error member":       {200, Part{At: 9, JSON: true, Text: `"id":1},{"id":2}],"error":"` + goTrace + `"}`}, "body from byte 9 /error"},
		"within one":            {200, Part{At: 9, JSON: true, Errors: true, Text: `"id":1,"said":"` + goTrace}, "body from byte 9 /said"},
		"a string of a list":    {500, Part{At: 9, JSON: true, Text: `"` + goTrace + `","b"]`}, "body from byte 9"},
		"an object of a driver": {200, Part{JSON: true, Text: `1},{"error":{"severity":"ERROR","code":"42P01","routine":"x"}}`}, "body from byte 0 /error"},
		"product data":          {200, Part{JSON: true, Text: `"title":"` + goTrace + `"}`}, ""},
		"text":                  {500, Part{At: 7, Text: strings.ReplaceAll(goTrace, `\n`, "\n")}, "body from byte 7"},
		"text of a success":     {200, Part{Text: strings.ReplaceAll(goTrace, `\n`, "\n")}, ""},
		"not JSON at all":       {500, Part{JSON: true, Text: "\x00}]{{[[\"\\:,:,\"a\":"}, ""},
	} {
		found, unseen := d.ExaminePart(c.status, "application/json", nil, c.part)
		where := ""
		if len(found) > 0 {
			where = found[0].Where
		}
		if where != c.want || unseen != "" {
			t.Errorf("%s: at %q, want %q: %+v %s", name, where, c.want, found, unseen)
		}
	}
}

// What calm says behind its body too is forgiven, what it does not is not.
func TestPartsOfCalm(t *testing.T) {
	part := Part{Text: "at /srv/app/orders.go:41 +0x1d"}
	in := Input{Status: 500, Body: []byte("x"), Rest: []Part{part}}
	if found := New().Scan(in); len(found) == 0 {
		t.Fatal("nothing was found")
	}
	in.CalmRest = []Part{part}
	if found := New().Scan(in); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func TestABoundThatIsReachedIsSaid(t *testing.T) {
	d := New()
	for name, c := range map[string]struct {
		text string
		said bool
	}{
		"plain":          {strings.Repeat(prose, 8000), false},
		"near-matches":   {strings.Repeat("at handler.js: see main.go: and Order.java: none\n", 20000), false},
		"every escaping": {strings.Repeat(`100%25 &amp; \u0041 {"a":"b"} `+"\x1b[1m\n", 10000), false},
		"one rule's":     {strings.Repeat("redis://a:b@c ://@x", 20000), true},
	} {
		_, unseen := d.Examine(Input{Status: 500, Body: []byte(c.text)})
		if (unseen != "") != c.said {
			t.Errorf("%s: %q", name, unseen)
		}
	}
	// One rule that has had its share does not take that of the others.
	found := d.Scan(Input{Status: 500, Body: []byte(strings.Repeat("redis://a:b@c ://@x", 20000) + "\n" + strings.ReplaceAll(goTrace, `\n`, "\n"))})
	if len(found) == 0 || found[len(found)-1].Family != "trace" {
		t.Errorf("%+v", found)
	}
}
