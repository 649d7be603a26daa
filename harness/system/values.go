package system

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

const address = `(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}`

// The values that are known by their looks.
var (
	urlPattern     = regexp.MustCompile(`^((?:[A-Za-z][A-Za-z0-9+.-]*:)+//)([^/?#]*)(.*)$`)
	addressPattern = regexp.MustCompile(address)
	addressList    = regexp.MustCompile(`^` + address + `(?:,` + address + `)*$`)
	inBrackets     = regexp.MustCompile(`\(` + address + `\)`) // user:password@tcp(127.0.0.1:3306)/orders
	portKeyword    = regexp.MustCompile(`\bport=[0-9]+`)       // host=127.0.0.1 port=5432 dbname=orders
	numberPattern  = regexp.MustCompile(`^[+-]?[0-9]+(?:\.[0-9]+)?$`)
)

// closedPort is where nobody listens: a port that IANA reserves and that no client refuses to dial by itself (browsers and
// Node.js do refuse port 1).
const closedPort = "2"

// HasForm tells whether a value has a form by which it can be told that it was damaged: a URL, JSON, PEM, or padded base64 (RFC 4648, 3.2).
// Any other text is as good as the next.
func HasForm(value string) bool {
	padded := len(value) >= 8 && len(value)%4 == 0 && strings.HasSuffix(value, "=")
	if padded {
		_, err := base64.StdEncoding.DecodeString(value)
		padded = err == nil
	}
	return padded || urlPattern.MatchString(value) || isJSON(value) || isPEM(value)
}

// isShaped tells whether a plain value is of a sort that its reader has to parse.
func isShaped(value string) bool {
	return HasForm(value) || addressList.MatchString(value) || isNumber(value) || isDuration(value) || isBool(value)
}

// malformed gives what no reader of such a value accepts:
//
//	URL                          "::not a url"
//	host:port                    the same host with port "12x"
//	number, duration, boolean    "12x"
//	JSON object or array, PEM    its first half
//	any other                    a line break and a control character in its middle, as a bad copy has
func malformed(value string) string {
	switch {
	case urlPattern.MatchString(value):
		return "::not a url"
	case addressList.MatchString(value):
		return value[:strings.LastIndexByte(value, ':')] + ":12x"
	case isNumber(value), isDuration(value), isBool(value):
		return "12x"
	case isJSON(value), isPEM(value):
		return half(value)
	}
	front := half(value)
	return front + "\n\x01" + value[len(front):]
}

// wrong gives a well-formed other value of the same sort, the same one each time. It is false when that cannot be done:
//
//	URL, host:port, DSN     the same at a loopback port where nobody listens
//	number, duration        other digits after the first
//	boolean                 the other one
//	JSON object or array    the same keys, its texts wrong
//	PEM                     another key of the same sort; certificates cannot be made up
//	path                    another name in the same directory
//	any other, secrets      as many letters and digits, others in each place
func wrong(value string) (string, bool) {
	switch {
	case value == "":
		return "wrong", true
	case isJSON(value):
		return wrongJSON(value)
	case isPEM(value):
		return otherPEM(value)
	case isBool(value):
		return map[bool]string{true: sameCase(value, "false"), false: sameCase(value, "true")}[strings.EqualFold(value, "true")], true
	case isNumber(value), isDuration(value):
		return wrongNumber(value), true
	case strings.HasPrefix(value, "/"):
		return path.Join(path.Dir(value), scramble(path.Base(value))), true
	}
	if wrong, ok := wrongAddress(value); ok {
		return wrong, true
	}
	return scramble(value), true
}

func wrongAddress(value string) (string, bool) {
	const nobody = "127.0.0.1:" + closedPort
	switch {
	case urlPattern.MatchString(value):
		part := urlPattern.FindStringSubmatch(value)
		scheme, authority, rest := part[1], part[2], part[3]
		if authority == "" {
			return scheme + path.Join(path.Dir(rest), scramble(path.Base(rest))), true
		}
		user := authority[:strings.LastIndexByte(authority, '@')+1]
		return scheme + user + nobody + rest, true
	case addressList.MatchString(value):
		return addressPattern.ReplaceAllString(value, nobody), true
	case inBrackets.MatchString(value):
		return inBrackets.ReplaceAllString(value, "("+nobody+")"), true
	case portKeyword.MatchString(value):
		return portKeyword.ReplaceAllString(value, "port="+closedPort), true
	}
	return "", false
}

// wrongNumber keeps the first digit, so that a port stays a port, unless there is no other.
func wrongNumber(value string) string {
	i := strings.IndexAny(value, "0123456789")
	if rest := value[i+1:]; strings.ContainsAny(rest, "0123456789") {
		tail := []byte(rest)
		for j, c := range []byte(scramble(value)[i+1:]) {
			if tail[j] >= '0' && tail[j] <= '9' {
				tail[j] = c
			}
		}
		return value[:i+1] + string(tail)
	}
	return value[:i] + string('1'+(value[i]-'0'+1)%9) + value[i+1:]
}

// scramble replaces every letter and digit by another of its sort; hexadecimal stays hexadecimal. What holds neither gets an
// "x" at its end.
func scramble(value string) string {
	const lower, upper, digits = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	alphabets := []string{digits, lower, upper}
	if strings.Trim(value, "0123456789abcdef-") == "" {
		alphabets = []string{digits, "abcdef"}
	}
	out, chance := []byte(value), sha256.Sum256([]byte(value))
	for i, c := range out {
		if i > 0 && i%len(chance) == 0 {
			chance = sha256.Sum256(chance[:])
		}
		for _, letters := range alphabets {
			if at := strings.IndexByte(letters, c); at >= 0 {
				step := 1 + int(chance[i%len(chance)])%(len(letters)-1)
				out[i] = letters[(at+step)%len(letters)]
				break
			}
		}
	}
	if string(out) == value {
		return value + "x"
	}
	return string(out)
}

// half is the first half of a text, between two characters.
func half(text string) string {
	n := len(text) / 2
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

func sameCase(like, word string) string {
	switch like {
	case strings.ToUpper(like):
		return strings.ToUpper(word)
	case strings.ToLower(like):
		return word
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

func isNumber(value string) bool { return numberPattern.MatchString(value) }
func isBool(value string) bool {
	return strings.EqualFold(value, "true") || strings.EqualFold(value, "false")
}

func isDuration(value string) bool {
	_, err := time.ParseDuration(value)
	return err == nil
}

func isJSON(value string) bool {
	start := strings.TrimLeft(value, " \t\r\n")
	return start != "" && (start[0] == '{' || start[0] == '[') && json.Valid([]byte(value))
}

func isPEM(value string) bool {
	block, _ := pem.Decode([]byte(value))
	return block != nil
}
