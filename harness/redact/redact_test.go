package redact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/redact"
)

const value = `pl"a+i/n s&cr€t\pass%word<99>`

// every is %XX, \uXX or the like for every byte.
func every(format, text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

func quoted(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// encodings are the ways in which a secret may be written so that it is read back at sight.
func encodings(v string) map[string]string {
	var x bytes.Buffer
	_ = xml.EscapeText(&x, []byte(v))
	ascii := strings.ReplaceAll(quoted(v), "€", `\u20ac`)
	all := map[string]string{
		"as it is": v, "query": url.QueryEscape(v), "path": url.PathEscape(v), "lower query": lowerHex(url.QueryEscape(v)),
		"spaces as %20": strings.ReplaceAll(url.QueryEscape(v), "+", "%20"), "every byte": every("%%%02X", v), "every byte, lower": every("%%%02x", v),
		"last byte": v[:len(v)-1] + every("%%%02x", v[len(v)-1:]), "query twice": url.QueryEscape(url.QueryEscape(v)), "json": quoted(v), "json, ASCII": ascii, "json in json": quoted(quoted(v)),
		"go": fmt.Sprintf("%q", v), "html": html.EscapeString(v), "xml": x.String(), "html twice": html.EscapeString(html.EscapeString(v)), "html in json": quoted(html.EscapeString(v)),
		"hex": hex.EncodeToString([]byte(v)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(v))),
		"base64 in a query": url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(v))), "json of base64": strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(v)), "/", `\/`),
	}
	for name, e := range map[string]*base64.Encoding{"std": base64.StdEncoding, "raw": base64.RawStdEncoding, "url": base64.URLEncoding, "rawurl": base64.RawURLEncoding} {
		all["base64 "+name] = e.EncodeToString([]byte(v))
		for _, before := range []string{"u", "us", "use", "user:"} {
			all["base64 "+name+" after "+before] = e.EncodeToString([]byte(before + v + ":and more"))
		}
	}
	return all
}

func lowerHex(text string) string {
	b := []byte(text)
	for i := range b {
		if b[i] == '%' {
			copy(b[i:], bytes.ToLower(b[i:i+3]))
		}
	}
	return string(b)
}

func TestEverySpellingIsReplaced(t *testing.T) {
	for _, v := range []string{value, "plainsecretPASSword99", "aaaaaa", "ünïcödé-geheim"} {
		r := redact.New("1", map[string]string{"api-key": v, "other": "something else"})
		token := r.Canaries()[0].Token
		if r.Canaries()[0].Where != "the secret api-key" {
			token = r.Canaries()[1].Token
		}
		for name, text := range encodings(v) {
			got := r.Text("before " + text + " after")
			if !strings.Contains(got, token) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") || strings.Contains(got, v) {
				t.Errorf("%s of %q: %q gives %q", name, v, text, got)
			}
			if strings.HasPrefix(name, "base64") && strings.Contains(name, "after") {
				continue // its neighbours stay
			}
			if rest := strings.Trim(strings.Replace(got, token, "", 1), `befor at"\=`); rest != "" {
				t.Errorf("%s of %q: %q is left of %q", name, v, rest, text)
			}
			if end := r.Text(text); strings.TrimSuffix(r.Text("before "+text+" after"), " after") != "before "+end {
				t.Errorf("%s of %q: alone it gives %q", name, v, end)
			}
			if again := r.Text(got); again != got {
				t.Errorf("%s: not the same when it is done again: %q, %q", name, got, again)
			}
		}
	}
}

func TestASecretOfEscapesTakesBoundedTime(t *testing.T) {
	r := redact.New("1", map[string]string{"odd": strings.Repeat("%", 24) + "x", "slashes": strings.Repeat(`\`, 24) + "x"})
	began := time.Now()
	for _, text := range []string{strings.Repeat("%25", 1000), strings.Repeat("25", 1000), strings.Repeat(`\`, 3000), "%" + strings.Repeat("25", 1000)} {
		if got := r.Text(text); got != text {
			t.Errorf("%.50q became %.50q", text, got)
		}
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestTheLongestSecretWins(t *testing.T) {
	r := redact.New("1", map[string]string{"short": "hunter2", "long": "hunter2real"})
	var long string
	for _, c := range r.Canaries() {
		if c.Where == "the secret long" {
			long = c.Token
		}
	}
	if got := r.Text("pg://a:hunter2real@db"); got != "pg://a:"+long+"@db" {
		t.Errorf("got %q", got)
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	r := redact.New("1", map[string]string{"api-key": value, "pin": "12345"})
	if len(r.Canaries()) != 1 {
		t.Errorf("a secret of five bytes is looked for: %v", r.Canaries())
	}
	for _, text := range []string{"", "12345", "100%", `a\`, "&", "%zz &amp \\u12 %2", "pl", strings.Repeat(`\\%25&amp;`, 100), `pl"a+i/n`} {
		if got := r.Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	var none *redact.Redactor
	if none.Text("x") != "x" || redact.New("1", nil).Text("x") != "x" || redact.Of(none, "x") != "x" {
		t.Error("without secrets a text changed")
	}
}

// A text that comes in pieces is the same as the whole, wherever it is cut.
func TestPieces(t *testing.T) {
	r := redact.New("1", map[string]string{"api-key": "plainsecretPASSword99"})
	text := "a " + url.QueryEscape("plainsecretPASSword99") + strings.Repeat(" b ", 200) + every("%%%02X", "plainsecretPASSword99") + strings.Repeat(" c ", 300) + "plainsecretPASSword99"
	want := r.Text(text)
	for size := 1; size < len(text); size += 7 {
		var got strings.Builder
		carry := ""
		for at := 0; at < len(text); at += size {
			carry += text[at:min(len(text), at+size)]
			out, n := r.Begin(carry)
			got.WriteString(out)
			carry = carry[n:]
		}
		got.WriteString(r.Text(carry))
		if got.String() != want {
			t.Fatalf("in pieces of %d: %q", size, got.String())
		}
	}
}

func TestASecretThatWasCutOff(t *testing.T) {
	r := redact.New("1", map[string]string{"api-key": "plainsecretPASSword99"})
	for _, end := range []string{"plai", "plainsecretPASSword9", "%70%6c%61%69%6", base64.StdEncoding.EncodeToString([]byte("plainsecretPASS"))} {
		if got := r.Cut("x=" + end); got != "x=" {
			t.Errorf("%q is left of %q", got, end)
		}
	}
	if got := r.Cut("x=pla"); got != "x=pla" {
		t.Errorf("%q", got)
	}
}

func TestOf(t *testing.T) {
	r := redact.New("1", map[string]string{"api-key": "plainsecretPASSword99"})
	hit := fault.Hit{Call: fault.Call{On: "up", Text: "/quote?key=plain%73ecretPASSword99"}, Effect: fault.Effect{Say: fault.Saying{Fields: map[string]string{"plainsecretPASSword99": "plainsecretPASSword99"}}}}
	s := check.Subject{
		Unstruck: "plainsecretPASSword99", Effects: []check.Effect{{What: "plainsecretPASSword99"}}, Restless: []fault.Hit{hit},
		Launches: []exchange.Launch{{Last: []string{"plainsecretPASSword99"}}}, Logs: []exchange.Line{{Text: hex.EncodeToString([]byte("plainsecretPASSword99"))}},
		Exchanges: []exchange.Exchange{{Detail: "plainsecretPASSword99", Hits: []fault.Hit{hit}, Response: &exchange.Response{
			Base64: true, Body: base64.StdEncoding.EncodeToString([]byte("\xffplainsecretPASSword99")), Size: 22, Trailer: exchange.Header{{Name: "X", Value: "plainsecretPASSword99"}}}}},
	}
	before, _ := json.Marshal(s)
	out := redact.Of(r, s)
	if after, _ := json.Marshal(s); !bytes.Equal(before, after) {
		t.Error("the original was changed")
	}
	text, _ := json.Marshal(out)
	for _, v := range []string{"plainsecret", "plain%73", hex.EncodeToString([]byte("plainsecret")), base64.StdEncoding.EncodeToString([]byte("\xffplainsecr"))} {
		if bytes.Contains(text, []byte(v)) {
			t.Errorf("%s is in %s", v, text)
		}
	}
	if n := bytes.Count(text, []byte(r.Canaries()[0].Token)); n != 12 {
		t.Errorf("%d stand-ins in %s", n, text)
	}
}

func TestCredentialsOfBothDirections(t *testing.T) {
	r := redact.New("1", map[string]string{"api-key": "plainsecretPASSword99"})
	token := r.Canaries()[0].Token
	header := exchange.Header{{Name: "Authorization", Value: "Bearer abcdefgh"}, {Name: "Cookie", Value: "sid=1234; theme=dark"}, {Name: "X-Auth-Token", Value: "visible-token-123456"},
		{Name: "api-key", Value: "k"}, {Name: "X-Vault-Token", Value: "v"}, {Name: "Accept", Value: "text/html"}, {Name: "WWW-Authenticate", Value: "Basic"}, {Name: "X-Access-Token", Value: "plainsecretPASSword99"}}
	e := r.Exchange(exchange.Exchange{Request: exchange.Request{Header: header}, Response: &exchange.Response{Header: header, Trailer: header}})
	for i, h := range []exchange.Header{e.Request.Header, e.Response.Header, e.Response.Trailer} {
		for _, private := range []string{"abcdefgh", "1234", "dark", "visible", "plainsecret"} {
			if text := fmt.Sprint(h); strings.Contains(text, private) {
				t.Errorf("%s is in %s", private, text)
			}
		}
		if h.Get("Accept") != "text/html" || h.Get("WWW-Authenticate") != "Basic" || !strings.HasPrefix(h.Get("Authorization"), "Bearer redacted-") {
			t.Errorf("%v", h)
		}
		if got := strings.Contains(h.Get("X-Access-Token"), token); got != (i > 0) {
			t.Errorf("the stand-in of the secret shows: %v in %v", got, h)
		}
	}
	if again := r.Exchange(e); fmt.Sprint(again.Request.Header) != fmt.Sprint(e.Request.Header) {
		t.Errorf("not the same when it is done again: %v", again.Request.Header)
	}
}

func BenchmarkExchange1k(b *testing.B) {
	r := redact.New("1", map[string]string{"api-key": "plainsecretPASSword99", "db": "hunter2real", "third": "0123456789abcdef"})
	e := exchange.Exchange{Response: &exchange.Response{Body: strings.Repeat(`{"name":"a fine thing","price":17.4}`+"\n", 28)}}
	for b.Loop() {
		r.Exchange(e)
	}
}

func BenchmarkText1M(b *testing.B) {
	r := redact.New("1", map[string]string{"api-key": "plainsecretPASSword99", "db": "hunter2real", "third": "0123456789abcdef"})
	text := strings.Repeat(`{"name":"a fine\nthing","price":17.4}`+"\n", 28000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Text(text)
	}
}

// Whatever a text is: a secret in it goes, doing it again changes nothing, and pieces give the same.
func FuzzText(f *testing.F) {
	for _, text := range encodings(value) {
		f.Add(text, 7)
	}
	r := redact.New("1", map[string]string{"api-key": value, "other": `%25\\u0026&amp;`})
	f.Fuzz(func(t *testing.T, text string, size int) {
		got := r.Text(text)
		if strings.Contains(got, value) {
			t.Errorf("%q gives %q", text, got)
		}
		r.Cut(text)
		text = "x" + value + text + strings.Repeat(".", 2000)
		var out strings.Builder
		carry := ""
		for rest := text; rest != ""; {
			n := min(len(rest), 1+size&0xfff)
			carry, rest = carry+rest[:n], rest[n:]
			clean, taken := r.Begin(carry)
			out.WriteString(clean)
			carry = carry[taken:]
		}
		out.WriteString(r.Text(carry))
		if whole := r.Text(text); out.String() != whole {
			t.Errorf("in pieces %q, whole %q", out.String(), whole)
		}
	})
}

// A lab that logs in for every case has many tokens that begin alike.
func BenchmarkManyTokens1M(b *testing.B) {
	r := redact.New("1", map[string]string{"api-key": "plainsecretPASSword99"})
	for i := range 128 {
		r = r.And(redact.Secret{Name: "token", Value: fmt.Sprintf("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwi%d.abc", i+1000), Sort: redact.Borrowed})
	}
	text := strings.Repeat(`{"name":"a fine\nthing","price":17.4}`+"\n", 28000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Text(text)
	}
}
