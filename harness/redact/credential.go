package redact

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
)

// Credential tells whether a header field carries a credential, in a request or an answer: by name, or by what its name ends
// in, as X-Vault-Token does. Fields that only speak about one (WWW-Authenticate, X-Token-Expires) are none.
func Credential(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	switch name {
	case "authorization", "proxy-authorization", "authentication-info", "cookie", "cookie2", "set-cookie", "set-cookie2", "x-api-key", "api-key", "apikey",
		"auth", "token", "jwt", "secret", "password", "session", "session-id", "x-key", "access-key":
		return true
	}
	for _, end := range []string{"-authorization", "-token", "-api-key", "-apikey", "-secret", "-password", "-access-key", "-auth-key", "-secret-key", "-session-id", "-session", "-credential", "-credentials", "-auth", "-jwt"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// Sent gives the tokens in the header of a request: what stands behind the scheme of an authorization, the values of cookies,
// and other fields that carry a credential. What is no more than a word is none.
func Sent(h exchange.Header) []Secret {
	var all []Secret
	for _, f := range h {
		name := strings.ToLower(f.Name)
		switch {
		case !Credential(name):
		case name == "cookie":
			for _, pair := range strings.Split(f.Value, ";") {
				all = append(all, cookie(pair)...)
			}
		default:
			all = append(all, borrowed(name, behindScheme(f.Value))...)
		}
	}
	return all
}

// Handed gives the tokens in the header of an answer: the cookies that look like a session, by their name, their length, or since
// no script may read them; and other fields that carry a credential.
func Handed(h exchange.Header) []Secret {
	var all []Secret
	for _, f := range h {
		name := strings.ToLower(f.Name)
		switch {
		case !Credential(name):
		case name == "set-cookie":
			pair, attributes, _ := strings.Cut(f.Value, ";")
			key, value, _ := strings.Cut(pair, "=")
			if !isProse(value) && (Telling(key) || len(value) >= 20 || strings.Contains(strings.ToLower(attributes), "httponly")) {
				all = append(all, cookie(pair)...)
			}
		default:
			all = append(all, borrowed(name, behindScheme(f.Value))...)
		}
	}
	return all
}

// isProse tells whether the value of a cookie is words, such as a message for the next page. A token has no blanks, and data that may hold
// one is bracketed or has pairs.
func isProse(value string) bool {
	words, err := url.PathUnescape(strings.Trim(value, `"`))
	return err == nil && strings.Contains(strings.TrimSpace(words), " ") && !strings.ContainsAny(words, "{}[]=")
}

// isProseCookie tells whether a field sets a cookie that is words: they are shown as any other text of an answer.
func isProseCookie(f exchange.Field) bool {
	pair, _, _ := strings.Cut(f.Value, ";")
	_, value, ok := strings.Cut(pair, "=")
	return ok && strings.EqualFold(f.Name, "set-cookie") && isProse(value)
}

// Captured gives the secret that a value is which was taken from an answer; nothing when neither the name that it got nor the
// place where it stood says that it is one, or when it is no more than a word or a number.
func Captured(name, from, value string) []Secret {
	if Credential(from) {
		return Handed(exchange.Header{{Name: from, Value: value}})
	}
	if !Telling(name) && !Telling(from[strings.LastIndexByte(from, '/')+1:]) || isWord(value, 12) {
		return nil
	}
	return []Secret{{Name: name, Value: value, Sort: Borrowed}}
}

func cookie(pair string) []Secret {
	name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
	return borrowed("cookie "+name, strings.Trim(value, `"`))
}

// borrowed are the token, and what is in it when it is a user and a password in base64, as in Basic (RFC 7617).
func borrowed(name, value string) []Secret {
	if len(value) > longestToken || !IsOpaque(value) {
		return nil
	}
	all := []Secret{{Name: name, Value: value, Sort: Borrowed}}
	if b, err := base64.StdEncoding.DecodeString(value); err == nil {
		if _, password, ok := strings.Cut(string(b), ":"); ok && IsOpaque(password) {
			all = append(all, Secret{Name: "password in " + name, Value: password, Sort: Borrowed})
		}
	}
	return all
}

// longestToken bounds what is taken for a token: no server takes longer fields.
const longestToken = 16 << 10

// behindScheme is what stands behind the scheme of a credential, as in `Bearer TOKEN`.
func behindScheme(value string) string {
	value = strings.TrimSpace(value)
	if scheme, rest, ok := strings.Cut(value, " "); ok && !strings.ContainsAny(scheme, `=,"`) {
		return strings.TrimSpace(rest)
	}
	return value
}
