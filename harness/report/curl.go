package report

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
)

// Curl gives the request as one line for a POSIX shell with curl; base is the address of the system, such as
// http://127.0.0.1:8080. What curl cannot send as it is, raw bytes and bodies with control characters, is piped in.
func Curl(e exchange.Request, base string) string {
	base = strings.TrimRight(base, "/")
	if e.Raw != "" {
		return printf(e.Raw) + " | nc " + netcat(base)
	}
	words := []string{"curl", "-sS", "-i", "-g", "--path-as-is"}
	switch {
	case e.Method == "HEAD":
		words = append(words, "--head")
	case e.Method != "" && (e.Method != "GET" || e.Body != ""):
		words = append(words, "-X", quote(e.Method))
	}
	typed := false
	for _, f := range e.Header {
		if strings.HasPrefix(f.Name, "@") {
			continue // curl would read a file
		}
		typed = typed || strings.EqualFold(f.Name, "Content-Type")
		if f.Value == "" {
			words = append(words, "-H", quote(f.Name+";"))
			continue
		}
		words = append(words, "-H", quote(f.Name+": "+f.Value))
	}
	before := ""
	if e.Body != "" {
		if !typed {
			words = append(words, "-H", "'Content-Type:'")
		}
		if strings.ContainsFunc(e.Body, awkward) {
			before = printf(e.Body) + " | "
			words = append(words, "--data-binary", "@-")
		} else {
			words = append(words, "--data-raw", quote(e.Body))
		}
	}
	if !strings.HasPrefix(e.Target, "/") {
		words = append(words, "--request-target", quote(e.Target))
		return before + strings.Join(append(words, quote(base+"/")), " ")
	}
	return before + strings.Join(append(words, quote(base+e.Target)), " ")
}

// awkward tells whether a character cannot stand in single quotes without harm to a terminal.
func awkward(r rune) bool { return r == '\ufffd' || Plain(string(r)) != string(r) && r != ' ' }

// quote makes a text one word of a shell. A text with control characters becomes $'...' with escapes.
func quote(s string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@,+%", r)
	}
	switch {
	case s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !safe(r) }):
		return s
	case strings.ContainsFunc(s, awkward):
		return "$'" + octal(s, `\'`) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// printf gives a command that writes exactly these bytes.
func printf(s string) string {
	text := strings.ReplaceAll(octal(s, `\`), "%", "%%")
	if rest, dash := strings.CutPrefix(text, "-"); dash {
		text = `\055` + rest
	}
	return "printf '" + text + "'"
}

// octal writes what is not plain ASCII, and the given characters, as octal escapes.
func octal(s, also string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '\'' || strings.IndexByte(also, c) >= 0 {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func netcat(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		return "HOST PORT"
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	return quote(u.Hostname()) + " " + quote(port)
}
