package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"github.com/failwell/failwell/harness/exchange"
)

func TestNoFormatPassesControlCharactersOn(t *testing.T) {
	r := hostile(sample{seed: "41", hour: 9})
	for format, write := range formats() {
		var out bytes.Buffer
		if err := write(&out, r); err != nil {
			t.Fatal(err)
		}
		for _, c := range out.String() {
			if c != '\n' && (unicode.IsControl(c) || unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp)) {
				t.Errorf("%s has the character %U", format, c)
			}
		}
	}
}

func TestColourIsTheOnlyEscapeSequence(t *testing.T) {
	r := hostile(sample{seed: "41", hour: 9})
	var out bytes.Buffer
	if err := Terminal(&out, r, Style{Colour: true}); err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[2m", "", "\x1b[31m", "", "\x1b[32m", "", "\x1b[33m", "").Replace(out.String())
	if strings.Contains(own, "\x1b") || !strings.Contains(out.String(), "\x1b[31m") {
		t.Errorf("escape sequences of others, or no colour at all:\n%q", own)
	}
}

func TestMarkupIsEscaped(t *testing.T) {
	r := hostile(sample{seed: "41", hour: 9})
	var page, junit, sarif bytes.Buffer
	for _, err := range []error{HTML(&page, r), JUnit(&junit, r), SARIF(&sarif, r)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Count(page.String(), "<script") != 1 || strings.Count(page.String(), "</script") != 1 {
		t.Error("the page has another script than its own")
	}
	for _, bad := range []string{"<script>", "style=", "<img", "javascript:alert(3)\"", "onerror=alert(2)>"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	for d := xml.NewDecoder(&junit); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("JUnit is no XML: %v", err)
		}
	}
	if !json.Valid(sarif.Bytes()) || strings.Contains(sarif.String(), "</script") {
		t.Error("SARIF is no JSON, or not harmless in a page")
	}
}

func TestMarkdownKeepsForeignTextInCodeSpans(t *testing.T) {
	for _, s := range []string{"`", "``", "a`b", "```x", evil, " ", "`a`"} {
		span := code1(s)
		fence := span[:len(span)-len(strings.TrimLeft(span, "`"))]
		if span == "" {
			continue
		}
		if inner := span[len(fence) : len(span)-len(fence)]; strings.Contains(" "+inner+" ", strings.Repeat("`", len(fence))) && !strings.Contains(inner, fence+"`") {
			t.Errorf("%q ends its own code span: %q", s, span)
		}
	}
	if got := prose("@all <b> [x](http://y) #1 `z`"); strings.ContainsAny(got, "@<>") || strings.Contains(got, "http://") {
		t.Errorf("prose lets markup through: %s", got)
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"a\n\tb  c ":           "a b c",
		"\x1b[31mred":          `\x1b[31mred`,
		"a\u202eb":             `a\u{202e}b`,
		"\xff\xc3":             `\xff\xc3`,
		"\u0085\u009b\x7f\x00": `\u{85}\u{9b}\x7f\x00`,
		"\u2028\u200b\ufeff":   `\u{2028}\u{200b}\u{feff}`,
		"grüße 日本 ✓":           "grüße 日本 ✓",
		`back\slash`:           `back\slash`,
	} {
		if got := Plain(in); got != want || Plain(got) != got {
			t.Errorf("Plain(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestCurl(t *testing.T) {
	for want, e := range map[string]exchange.Request{
		`curl -sS -i -g --path-as-is 'http://h:1/a?b=1&c=2'`: {Method: "GET", Target: "/a?b=1&c=2"},
		`curl -sS -i -g --path-as-is --head http://h:1/`:     {Method: "HEAD", Target: "/"},
		`curl -sS -i -g --path-as-is -X POST -H 'Content-Type: application/json' -H 'X-A;' --data-raw '{"a":"it'\''s"}' http://h:1/a`: {
			Method: "POST", Target: "/a", Body: `{"a":"it's"}`, Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-A"}, {Name: "@/etc/passwd", Value: "x"}}},
		`printf 'a\012\033%%' | curl -sS -i -g --path-as-is -X PUT -H 'Content-Type:' --data-binary @- http://h:1/a`: {Method: "PUT", Target: "/a", Body: "a\n\x1b%"},
		`curl -sS -i -g --path-as-is -X OPTIONS --request-target '*' http://h:1/`:                                    {Method: "OPTIONS", Target: "*"},
		`printf 'GET / HTTP/1.1\015\012\015\012' | nc h 1`:                                                           {Raw: "GET / HTTP/1.1\r\n\r\n"},
		`curl -sS -i -g --path-as-is -H $'X: \033' http://h:1/a`:                                                     {Method: "GET", Target: "/a", Header: exchange.Header{{Name: "X", Value: "\x1b"}}},
	} {
		if got := Curl(e, "http://h:1/"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// A shell must see exactly what was meant, whatever the text holds.
func TestAShellReadsBackWhatWasQuoted(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	for _, s := range []string{"", "a b", "it's", `\`, "$(id) `id` $HOME", "a\nb\x1b[0m'\"\\", "\u202e", "%s%d", "-n", "!!", strings.ReplaceAll(evil, "\x00", "")} {
		out, err := exec.Command(bash, "-c", "printf %s "+quote(s)).Output()
		if err != nil || string(out) != s {
			t.Errorf("%q became %q (%v): %s", s, out, err, quote(s))
		}
		out, err = exec.Command(bash, "-c", printf(s+"\x00")).Output()
		if err != nil || string(out) != s+"\x00" {
			t.Errorf("%q became %q (%v): %s", s, out, err, printf(s))
		}
	}
}
