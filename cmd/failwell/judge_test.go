package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// judged runs `failwell judge` on a file and gives its exit code and what it wrote.
func judged(t *testing.T, args ...string) (code int, out, complaint string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(append([]string{"judge"}, args...), &o, &e)
	return code, o.String(), e.String()
}

func TestJudgeOfArchives(t *testing.T) {
	const cases = "../../testdata/cases/"
	for file, want := range map[string]struct {
		code int
		out  string // of the terminal format
		err  string
	}{
		"22-har-firefox-base64/firefox.har":      {1, "firefox.har#2  LEAK", "firefox.har: entry 1: content.text is called base64"},
		"23-har-aborted-entries/minus-one.har":   {1, "minus-one.har#2  LEAK", ""},
		"23-har-aborted-entries/minus-999.har":   {1, "minus-999.har#2  LEAK", ""},
		"23-har-aborted-entries/zero.har":        {1, "zero.har#2  LEAK", ""},
		"23-har-aborted-entries/null-time.har":   {1, "null-time.har#1  clean", ""},
		"23-har-aborted-entries/aborted-200.har": {3, "the body was not recorded: net::ERR_ABORTED", ""},
	} {
		code, out, complaint := judged(t, "--format", "terminal", cases+file)
		if code != want.code || !strings.Contains(out, want.out) || !strings.Contains(complaint, want.err) || want.err == "" && complaint != "" {
			t.Errorf("%s: exit %d\n%s%s", file, code, out, complaint)
		}
		if strings.Contains(out, "#1  LEAK") {
			t.Errorf("%s: an entry without an answer leaks:\n%s", file, out)
		}
	}
}

func TestJudgeOfAnswers(t *testing.T) {
	const trace = "Traceback (most recent call last):\n  File \"/srv/app.py\", line 12, in do_GET\n    raise KeyError(x)\n"
	big := strings.Repeat("The order was placed on Sunday, and the shop will send it soon.\n", 80_000)
	near := strings.Repeat("at handler.js: see main.go: and Order.java: none\n", 16_500)
	line := func(status int, media, body string) string {
		b, _ := json.Marshal(map[string]any{"status": status, "headers": map[string]string{"Content-Type": media}, "body": body})
		return string(b)
	}
	archived := func(status int, content string) string {
		return `{"log":{"entries":[{"request":{"method":"GET","url":"http://h/a"},"response":{"status":` + string(rune('0'+status/100)) + `00,"content":` + content + `}}]}}`
	}
	quoted := func(text string) string { b, _ := json.Marshal(text); return string(b) }
	for name, c := range map[string]struct {
		file, text string
		code       int
		say        string
	}{
		"a trace behind 5 MB":            {"a.jsonl", line(500, "text/plain", big+trace), 1, "trace/python at body from byte 5"},
		"5 MB without one":               {"a.jsonl", line(500, "text/plain", big), 0, "clean"},
		"a trace behind near-matches":    {"a.jsonl", line(500, "text/plain", near+trace), 1, "trace/python at body"},
		"near-matches":                   {"a.jsonl", line(500, "text/plain", near), 0, "clean"},
		"JSON that ends too early":       {"a.jsonl", line(200, "application/json", `["`+strings.Repeat("x", 5<<20)+`"`), 1, "is no JSON"},
		"a trace in an archive":          {"a.har", archived(500, `{"size":1,"text":`+quoted(big+trace)+`}`), 1, "trace/python"},
		"an archive without the body":    {"a.har", archived(500, `{"size":812}`), 3, "INCONCLUSIVE"},
		"an archive without an entry":    {"a.har", `{"log":{"entries":[]}}`, 3, "nothing to judge"},
		"nothing at all":                 {"a.jsonl", "", 2, "nothing to judge"},
		"one that cannot be read, alone": {"a.har", `{"log":{"entries":[7]}}`, 3, "entry 1 is passed over"},
		"what is no archive":             {"a.har", `{"entries":[]}`, 2, "no HTTP archive"},
		"an error in a 200":              {"a.har", archived(200, `{"size":1,"mimeType":"application/json","text":`+quoted(`{"error":{"message":"pq: relation \"orders\" does not exist"}}`)+`}`), 1, "LEAK"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if code, out, complaint := judged(t, "--format", "terminal", file); code != c.code || !strings.Contains(out+complaint, c.say) {
				t.Errorf("exit %d, want %d and %q\n%.500s%s", code, c.code, c.say, out, complaint)
			}
		})
	}
}
