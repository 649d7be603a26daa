package draft

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

var (
	bare     = regexp.MustCompile(`^[A-Za-z_/.$][A-Za-z0-9_/.$@+=-]*(:[A-Za-z0-9_/.$@+=-]+)*$`)
	reserved = []string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
)

// text is a scalar of YAML, also in flow style; a dollar in it stays what a name may stand behind.
func text(s string) string {
	if bare.MatchString(s) && !slices.Contains(reserved, strings.ToLower(s)) && !strings.HasPrefix(s, ".") || plainNumber(s) {
		return s
	}
	return quoted(s)
}

// plainNumber tells whether a text is a whole number that YAML and failwell read as its digits.
func plainNumber(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && strconv.Itoa(n) == s
}

// literal is a text in which a dollar is a dollar.
func literal(s string) string { return text(escaped(s)) }

func escaped(s string) string { return strings.ReplaceAll(s, "$", "$$") }

// quoted is a text of YAML in double quotes, which is one of JSON.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}

// value is a value of JSON as YAML in flow style. Dollars are kept as they are meant: as dollars.
func value(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for _, k := range keys(v) {
			parts = append(parts, text(k)+": "+value(v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, value(x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		if s := literal(v); !plainNumber(v) {
			return s
		}
		return quoted(v)
	}
	out, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(out)
}

// plain is a simple value as a text: a string as it is, and what else there is as JSON has it.
func plain(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	out, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(out)
}

func keys(m map[string]any) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// flow is a map in flow style.
func flow(fields []field) string {
	var parts []string
	for _, f := range fields {
		parts = append(parts, f.name+": "+f.value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
