package decode

import (
	"errors"
	"strings"
)

// Names returns the names used in a text, each once, in the order of their first use. A name is written $name or ${name};
// it is [a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*, as long as it can be, except that a "-" or "." that nothing follows is not part
// of it. "$$" stands for a dollar, and a "$" before anything else is just a dollar.
func Names(text string) []string {
	var names []string
	seen := map[string]bool{}
	walkNames(text, func(string) {}, func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	})
	return names
}

// Expand replaces every name in the text, as Names finds them, by what f returns for it, and "$$" by a dollar. What f
// returns is not expanded again. Errors of f are joined, one for each name; then the text is "".
func Expand(text string, f func(name string) (string, error)) (string, error) {
	var out strings.Builder
	var failed []error
	values := map[string]string{}
	literal := func(s string) { out.WriteString(s) }
	walkNames(text, literal, func(name string) {
		value, known := values[name]
		if !known {
			var err error
			if value, err = f(name); err != nil {
				failed = append(failed, err)
			}
			values[name] = value
		}
		out.WriteString(value)
	})
	if failed != nil {
		return "", errors.Join(failed...)
	}
	return out.String(), nil
}

// walkNames cuts a text into literal pieces and names, in order.
func walkNames(text string, literal, name func(string)) {
	for {
		before, after, found := strings.Cut(text, "$")
		literal(before)
		if !found {
			return
		}
		n, size := nameAt(after)
		switch {
		case n != "":
			name(n)
		case strings.HasPrefix(after, "$"):
			literal("$")
			size = 1
		default:
			literal("$")
		}
		text = after[size:]
	}
}

// nameAt returns the name at the start of the text behind a dollar, and how many bytes it takes with its braces.
func nameAt(text string) (name string, size int) {
	if inner, braced := strings.CutPrefix(text, "{"); braced {
		n := nameLength(inner)
		if n > 0 && strings.HasPrefix(inner[n:], "}") {
			return inner[:n], n + 2
		}
		return "", 0
	}
	n := nameLength(text)
	return text[:n], n
}

// nameLength returns the length of the longest name at the start of the text that ends in a letter or digit.
func nameLength(text string) int {
	end, first := 0, true
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'a' && c <= 'z', !first && c >= '0' && c <= '9':
			first, end = false, i+1
		case !first && c == '-':
		case !first && c == '.' && text[i-1] != '-':
			first = true
		default:
			return end
		}
	}
	return end
}
