package leak

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func manyCanaries() []Canary {
	var all []Canary
	for i := range 60 {
		all = append(all, Canary{Token: Mint("bench", fmt.Sprint(i)), Kind: KindInternal, Where: "bench"})
	}
	return all
}

func typicalError() []byte {
	var b bytes.Buffer
	b.WriteString(`{"type":"about:blank","title":"Unprocessable Content","status":422,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","errors":[`)
	for i := 0; b.Len() < 4<<10; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"pointer":"/lines/%d/quantity","detail":"The quantity must be between 1 and 99.","code":"out_of_range"}`, i)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

const prose = "The order was placed on Sunday, and the shop will send it as soon as the payment of 17.40 has arrived.\n" +
	"Questions? Call us between 9:00 and 17:00, or write to help@example.com; see https://shop.example.com/help for more.\n"

func BenchmarkScanErrorJSON4k(b *testing.B) {
	d := New()
	in := Input{Status: 422, Header: [][2]string{{"Content-Type", "application/problem+json"}, {"Date", "Sun, 01 Feb 2026 10:00:00 GMT"}, {"X-Request-Id", "4bf92f35"}}, Body: typicalError(), Canaries: manyCanaries(), Request: []string{"/orders", "application/json", `{"lines":[]}`}}
	b.SetBytes(int64(len(in.Body)))
	for b.Loop() {
		if got := d.Scan(in); len(got) != 0 {
			b.Fatal(got)
		}
	}
}

func BenchmarkScanSmallProblem(b *testing.B) {
	d := New()
	in := Input{Status: 503, Header: [][2]string{{"Content-Type", "application/problem+json"}, {"Retry-After", "5"}}, Canaries: manyCanaries(),
		Body: []byte(`{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The order store is temporarily unavailable. Try again soon.","code":"store_unavailable","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}`)}
	b.SetBytes(int64(len(in.Body)))
	for b.Loop() {
		d.Scan(in)
	}
}

func BenchmarkScanText1M(b *testing.B) {
	d := New()
	body := []byte(strings.Repeat(prose, 1<<20/len(prose)))
	for _, status := range []int{200, 500} {
		in := Input{Status: status, Header: [][2]string{{"Content-Type", "text/plain"}}, Body: body, Canaries: manyCanaries()}
		b.Run(fmt.Sprint(status), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if got := d.Scan(in); len(got) != 0 {
					b.Fatal(got)
				}
			}
		})
	}
}

func BenchmarkScanJSON1M(b *testing.B) {
	d := New()
	var body bytes.Buffer
	body.WriteString("[")
	for i := 0; body.Len() < 1<<20; i++ {
		fmt.Fprintf(&body, `{"id":%d,"sku":"A-%d","title":"A fine thing of wood and steel","price":{"amount":%d,"currency":"EUR"}},`, i, i, i)
	}
	body.WriteString("{}]")
	in := Input{Status: 200, Body: body.Bytes(), Canaries: manyCanaries()}
	b.SetBytes(int64(body.Len()))
	for b.Loop() {
		d.Scan(in)
	}
}

func BenchmarkScanTrace(b *testing.B) {
	d := New()
	in := Input{Status: 500, Body: []byte("boom\n" + strings.Repeat("\tat com.acme.orders.OrderService.find(OrderService.java:42)\n", 60))}
	b.SetBytes(int64(len(in.Body)))
	for b.Loop() {
		d.Scan(in)
	}
}

// The worst texts are full of triggers that no rule matches.
func TestHostileTextTakesBoundedTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	d := New()
	var all strings.Builder
	for _, r := range d.rules {
		for _, trigger := range r.triggers {
			all.WriteString(trigger + "~")
		}
	}
	for name, unit := range map[string]string{
		"triggers": all.String(), "lines": strings.ReplaceAll(all.String(), "~", "\n"), "frames": "at .js:~", "open": `{"a":[`, "percent": "%25", "escapes": `\\u005c`,
		"base64": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB ", "brace": `{"x`, "tag": "<!--", "amp": "&amp;", "select": "select a,",
	} {
		body := []byte(strings.Repeat(unit, 1+(1<<20)/len(unit)))
		start := time.Now()
		d.Scan(Input{Status: 500, Body: body, Request: []string{"/orders/~~~~~~"}})
		took := time.Since(start)
		t.Logf("%-9s %v for %d kB", name, took.Round(time.Millisecond), len(body)>>10)
		if took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func FuzzScan(f *testing.F) {
	d := New()
	for _, a := range corpus(f) {
		f.Add(a.in.Status, "X-Debug", "x", a.in.Body)
	}
	c := Canary{Token: Mint("fuzz"), Kind: KindSecret, Where: "fuzz"}
	for _, body := range shapesOf(c.Token) {
		f.Add(200, "Content-Encoding", "gzip", []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, name, value string, body []byte) {
		start := time.Now()
		in := Input{Status: status, Header: [][2]string{{name, value}, {"Content-Type", value}}, Body: body, Canaries: []Canary{c}, Words: []string{"orders_v2"}, Request: []string{value}, Calm: body[:len(body)/2]}
		for _, got := range d.Scan(in) {
			if got.Rule == "" || got.Family == "" || got.Where == "" || got.Certainty.rank() == 0 || len([]rune(got.Text)) > 80 {
				t.Errorf("%+v", got)
			}
			if strings.Contains(strings.ToLower(got.Text), c.Token) {
				t.Errorf("secret shown: %+v", got)
			}
		}
		d.ScanText(string(body), in.Canaries)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %v for %d bytes", took, len(body))
		}
	})
}
