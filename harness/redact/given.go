package redact

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Where passwords stand in addresses: `scheme://user:PASSWORD@host:port/database`, and `password=PASSWORD` in lists of keywords.
var (
	userinfo = regexp.MustCompile(`://([^\s/:@?#"']*):([^\s/@"']+)@([^\s/?#:,"']*)(?::\d+)?(?:/([^\s?#"']*))?`)
	keyword  = regexp.MustCompile(`(?i)\b(?:password|passwd|pwd)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^\s;&'"]+))`)
	beside   = regexp.MustCompile(`(?i)\b(?:user|username|uid|host|server|dbname|database)\s*=\s*'?([^\s;&'"]+)`)
)

// InAddress gives the passwords that stand in an address, or in a text that holds some.
func InAddress(name, text string) []Secret {
	var all []Secret
	for _, m := range userinfo.FindAllStringSubmatch(text, -1) {
		plain, err := url.PathUnescape(m[2])
		if err != nil {
			plain = m[2]
		}
		all = append(all, Given(name, plain, m[1], m[3], m[4]))
	}
	var others []string
	for _, m := range beside.FindAllStringSubmatch(text, -1) {
		others = append(others, m[1])
	}
	for _, m := range keyword.FindAllStringSubmatch(text, -1) {
		all = append(all, Given(name, cmp.Or(m[1], m[2], m[3]), others...))
	}
	return all
}

// Setting gives the secrets in a setting that is written down as it is: all of it when its name says that it is one, as
// SMTP_PASSWORD and API_KEY do, else the passwords of addresses in it.
func Setting(name, text string) []Secret {
	words := wordsOf(name)
	if n := len(words); n > 0 && !strings.Contains(text, "://") {
		last := words[n-1]
		before := ""
		if n > 1 {
			before = words[n-2]
		}
		if slices.Contains([]string{"password", "passwd", "pgpassword", "secret", "token", "apikey"}, last) ||
			last == "key" && slices.Contains([]string{"api", "access", "secret", "private", "signing", "encryption"}, before) {
			return []Secret{Given(name, text)}
		}
	}
	return InAddress(name, text)
}

// Telling tells whether the name of a value says that it is a credential: sessionToken, csrf_token, api-key.
func Telling(name string) bool {
	return slices.ContainsFunc(wordsOf(name), func(w string) bool {
		return slices.Contains([]string{"token", "secret", "password", "passwd", "session", "sessionid", "sid", "jwt", "key", "apikey", "csrf", "xsrf",
			"cookie", "bearer", "auth", "authorization", "credential", "credentials"}, w)
	})
}

// wordsOf are the words of a name in any of the usual ways of writing, in lower case.
func wordsOf(name string) []string {
	var spaced strings.Builder
	var last rune
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			spaced.WriteByte(' ')
		}
		spaced.WriteRune(unicode.ToLower(r))
		last = r
	}
	return strings.FieldsFunc(spaced.String(), func(r rune) bool { return !unicode.IsLetter(r) })
}

// Userinfo replaces passwords in the addresses of a text for which there is no lab yet, and so no redactor.
func Userinfo(text string) string {
	at := userinfo.FindAllStringSubmatchIndex(text, -1)
	for _, m := range slices.Backward(at) {
		text = text[:m[4]] + "redacted" + text[m[5]:]
	}
	return text
}
