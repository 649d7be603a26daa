package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/fault"
)

// fidelity is what a net/http client makes of each named reply: the status, and a part of the error that it, or
// encoding/json, gives; "" for none.
var fidelity = map[string]struct {
	status int
	fails  string
}{
	"error": {500, ""}, "error-problem": {500, ""}, "error-text": {500, "invalid character"}, "bad-gateway": {502, ""},
	"unavailable": {503, ""}, "unavailable-bare": {503, ""}, "gateway-timeout": {504, ""}, "rate-limited": {429, ""},
	"unauthorized": {401, ""}, "forbidden": {403, ""}, "not-found": {404, ""}, "gone": {410, ""},
	"html-404": {404, "invalid character '<'"}, "method-not-allowed": {405, ""},
	"bad-request": {400, ""}, "conflict": {409, ""}, "unprocessable": {422, ""},
	"redirect": {0, "no such host"}, "redirect-loop": {0, "stopped after 10 redirects"},
	"html-200": {200, "invalid character '<'"}, "html-502": {502, "invalid character '<'"}, "html-503": {503, "invalid character '<'"},
	"bad-json": {200, "unexpected end of JSON"}, "wrong-type-json": {200, "cannot unmarshal array"},
	"scalar-json": {200, "cannot unmarshal string"}, "null-body": {200, ""}, "empty-object": {200, ""},
	"empty-body": {200, "unexpected end of JSON"}, "wrong-content-type": {200, ""}, "bad-utf8": {200, ""},
	"bad-gzip": {200, "flate: corrupt input"}, "cut-gzip": {200, "unexpected EOF"},
	"huge-body": {200, ""}, "huge-header": {0, "server response headers exceeded"},
	"malformed-status-line": {0, "malformed HTTP status code"}, "malformed-header": {0, "malformed MIME header"},
	"malformed-chunk": {200, "invalid byte in chunk length"}, "two-content-lengths": {0, "Content-Length"},
	"not-http": {0, "malformed HTTP response"},
}

func TestRepliesAreSeenAsMeant(t *testing.T) {
	kind := httpapi.Fake{}.Describe()
	for _, name := range kind.ReplyNames() {
		t.Run(name, func(t *testing.T) {
			want, ok := fidelity[name]
			if !ok {
				t.Fatal("the fidelity table has no row for this reply")
			}
			l := start(t, stub())
			l.client.Transport.(*http.Transport).MaxResponseHeaderBytes = 256 << 10
			canaries := l.arm(fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Name: name}})
			got := l.do("GET", "/charges/1", "")
			if got.err == nil {
				got.err = json.Unmarshal([]byte(got.body), &struct{ Message string }{})
			}
			if got.status != want.status || want.fails == "" != (got.err == nil) || !strings.Contains(fmt.Sprint(got.err), want.fails) && got.err != nil {
				t.Errorf("the client saw %d and %v, want %d and %q", got.status, got.err, want.status, want.fails)
			}
			for _, c := range canaries {
				text := fmt.Sprint(got.header, got.body, got.err)
				if got.status != 0 && name != "malformed-chunk" && !strings.Contains(text, c.Token) {
					t.Errorf("canary %s of %s was not sent", c.Token, c.Where)
				}
			}
			hits := l.last()
			if len(hits) == 0 || slices.ContainsFunc(hits, func(h fault.Hit) bool { return h.Done != fault.Carried }) {
				t.Errorf("hits are %+v, want them carried", hits)
			}
		})
	}
}

func TestRepliesHoldCanariesAndCauses(t *testing.T) {
	bare := []string{"null-body", "empty-object", "empty-body", "two-content-lengths"}
	for name, r := range (httpapi.Fake{}).Describe().Replies {
		if !strings.HasPrefix(r.Cause, "upstream/") || r.Source == "" {
			t.Errorf("%s: cause %q, source %q", name, r.Cause, r.Source)
		}
		if text := fmt.Sprint(r.Fields, r.Body, r.Raw); !strings.Contains(text, "{") && !slices.Contains(bare, name) {
			t.Errorf("%s has no hole for a canary", name)
		}
	}
}

func TestRepliesSayWhatTheyMust(t *testing.T) {
	for name, check := range map[string]func(seen) bool{
		"unavailable":        func(s seen) bool { return s.header.Get("Retry-After") == "2" && s.header.Get("Date") != "" },
		"unavailable-bare":   func(s seen) bool { return s.header.Get("Retry-After") == "" },
		"rate-limited":       func(s seen) bool { return s.header.Get("Retry-After") == "3" },
		"unauthorized":       func(s seen) bool { return strings.HasPrefix(s.header.Get("WWW-Authenticate"), "Bearer realm=") },
		"error":              func(s seen) bool { return s.header.Get("Content-Type") == "application/json" },
		"error-problem":      func(s seen) bool { return s.header.Get("Content-Type") == "application/problem+json" },
		"wrong-content-type": func(s seen) bool { return strings.HasPrefix(s.header.Get("Content-Type"), "text/plain") },
		"empty-body":         func(s seen) bool { return s.header.Get("Content-Length") == "0" && s.body == "" },
		"bad-utf8":           func(s seen) bool { return !utf8.ValidString(s.body) },
		"huge-body":          func(s seen) bool { return len(s.body) > 64<<20 && json.Valid([]byte(s.body)) },
	} {
		t.Run(name, func(t *testing.T) {
			l := start(t, stub())
			l.arm(fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Name: name}})
			if got := l.do("POST", "/charges", "{}"); got.err != nil || !check(got) {
				t.Errorf("the client saw %d %v %.200s %v", got.status, got.header, got.body, got.err)
			}
		})
	}
}

func TestHeadGetsTheFieldsOnly(t *testing.T) {
	l := start(t, stub())
	l.arm(fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Name: "error"}})
	if got := l.do("HEAD", "/charges/1", ""); got.status != 500 || got.body != "" || got.header.Get("Content-Length") == "" {
		t.Errorf("the client saw %d %v %q", got.status, got.header, got.body)
	}
}
