package leak

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func TestMintIsDeterministicAndWellFormed(t *testing.T) {
	a, b := Mint("run", "db"), Mint("run", "db")
	if a != b || a == Mint("rund", "b") {
		t.Fatalf("Mint: %s %s %s", a, b, Mint("rund", "b"))
	}
	for _, parts := range [][]string{{}, {""}, {"x"}, {"seed", "1"}, {"seed", "2"}} {
		token := Mint(parts...)
		if len(token) != 12 || token[0] < 'a' || token[0] > 'z' || strings.Trim(token, "abcdefghijklmnopqrstuvwxyz234567") != "" {
			t.Errorf("Mint(%q) = %q", parts, token)
		}
	}
}

// shapesOf are the ways in which a token has been seen to travel.
func shapesOf(token string) map[string]string {
	quoted, _ := json.Marshal("relation " + token)
	inner, _ := json.Marshal(`{"inner":` + string(quoted) + `}`)
	escaped, percented := "", ""
	for _, c := range []byte(token) {
		escaped += `\u00` + hex.EncodeToString([]byte{c})
		percented += "%" + strings.ToUpper(hex.EncodeToString([]byte{c}))
	}
	return map[string]string{
		"plain":       `{"detail":"relation ` + token + ` is gone"}`,
		"upper":       `{"detail":"` + strings.ToUpper(token) + `"}`,
		"cut":         `{"detail":"host ` + token[:9] + `..."}`,
		"split":       token[:4] + "-" + token[4:8] + "_" + token[8:],
		"base64+0":    base64.StdEncoding.EncodeToString([]byte("xxx" + token + " yyy")),
		"base64+1":    base64.StdEncoding.EncodeToString([]byte("xxxx" + token + " yyy")),
		"base64+2":    base64.URLEncoding.EncodeToString([]byte("xxxxx" + token + " yyy")),
		"hex":         hex.EncodeToString([]byte("x" + token)),
		"percent":     "error=" + percented,
		"query":       url.QueryEscape("a b/" + token),
		"json u":      `{"detail":"` + escaped + `"}`,
		"json string": `{"detail":` + string(inner) + `}`,
		"html":        `<a href="http://` + token + `.db">x</a>`,
		"key":         `{"` + token + `":1}`,
		"gzip":        string(zipped(`{"detail":"` + token + `"}`)),
		"base64 gzip": base64.StdEncoding.EncodeToString(zipped("a long text with " + token + " inside of it, and more")),
		"utf-16":      strings.Join(strings.Split("name "+token, ""), "\x00"),
	}
}

func zipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.Bytes()
}

func TestCanaryIsFoundInEveryShape(t *testing.T) {
	d := New()
	for i := range 50 {
		token := Mint("canary", strconv.Itoa(i))
		c := Canary{Token: token, Kind: KindInternal, Where: "db error detail"}
		other := Canary{Token: Mint("other"), Kind: KindInternal}
		for name, body := range shapesOf(token) {
			got := d.Scan(Input{Status: 200, Body: []byte(body), Canaries: []Canary{other, c}})
			if len(got) != 1 || got[0].Canary == nil || *got[0].Canary != c || got[0].Certainty != Certain {
				t.Errorf("%s: %s: got %+v", name, body, got)
			}
			if echo := d.Scan(Input{Status: 200, Body: []byte(body), Canaries: []Canary{c}, Request: []string{"/x?q=" + token}}); len(echo) != 0 {
				t.Errorf("%s: an echo is no leak, got %+v", name, echo)
			}
		}
	}
}

func TestSecretCanaryIsMasked(t *testing.T) {
	token := Mint("password")
	c := Canary{Token: token, Kind: KindSecret, Where: "DATABASE_URL password"}
	body := []byte(`cannot connect to postgres://app:` + token + `@db:5432/orders: dial tcp 10.0.0.3:5432: connect: connection refused`)
	for _, got := range New().Scan(Input{Status: 500, Canaries: []Canary{c}, Body: body}) {
		if strings.Contains(got.Text, token) || len([]rune(got.Text)) > 80 {
			t.Errorf("%s", got.Text)
		}
	}
	if got := New().ScanText("level=info msg=start dsn=postgres://app:"+token+"@db/x", []Canary{c}); len(got) == 0 || got[0].Canary == nil {
		t.Errorf("log line: %+v", got)
	}
	c.Kind = KindInternal
	if got := New().ScanText("level=info host="+token, []Canary{c}); len(got) != 0 {
		t.Errorf("internal names are fine in logs: %+v", got)
	}
}
