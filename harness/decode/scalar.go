package decode

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// Any returns the node as a plain value, as for the body of a request: map[string]any, []any, string, bool, int64, float64,
// or nil. A number that neither int64 nor float64 holds is a json.Number. Which unquoted scalars are no text is what the core
// schema of YAML 1.2 says (yes and 1_000 are text), but for two: a whole number with leading zeros is text, because readers
// of YAML do not agree on its value, and so are infinities, because JSON has none.
func (n *Node) Any() any {
	switch n.Kind() {
	case Scalar:
		return n.scalar()
	case List:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = item.Any()
		}
		return list
	case Map:
		m := make(map[string]any, len(n.fields))
		for _, f := range n.fields {
			m[f.Key.Text()] = f.Value.Any()
		}
		return m
	}
	return nil
}

func (n *Node) scalar() any {
	if n.quoted {
		return n.text
	}
	if b, ok := boolean(n.text); ok {
		return b
	}
	number, ok := number(n.text)
	if !ok {
		return n.text
	}
	if i, err := strconv.ParseInt(number, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(number, 64); err == nil && !isWhole(number) {
		return f
	}
	return json.Number(number)
}

func isNull(text string) bool {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

func boolean(text string) (value, ok bool) {
	switch text {
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	return false, false
}

func isWhole(number string) bool { return !strings.ContainsAny(number, ".eE") }

// number returns the number that a text stands for as JSON writes it, digit for digit.
func number(text string) (string, bool) {
	unsigned := strings.TrimLeft(text, "+-")
	if len(text)-len(unsigned) > 1 || unsigned == "" {
		return "", false
	}
	sign := ""
	if text[0] == '-' {
		sign = "-"
	}
	if len(unsigned) == len(text) && len(text) > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o') {
		return based(text)
	}
	mantissa, exponent := unsigned, ""
	if e := strings.IndexAny(unsigned, "eE"); e >= 0 {
		mantissa, exponent = unsigned[:e], "e"+unsigned[e+1:]
		if !digits(strings.TrimPrefix(strings.TrimPrefix(unsigned[e+1:], "+"), "-")) || strings.HasPrefix(unsigned[e+1:], "+-") {
			return "", false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole == "" && fraction == "" || whole != "" && !digits(whole) || fraction != "" && !digits(fraction) {
		return "", false
	}
	if len(whole) > 1 && whole[0] == '0' {
		return "", false
	}
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction + exponent, true
}

// based reads 0x1f and 0o17.
func based(text string) (string, bool) {
	base := 16
	if text[1] == 'o' {
		base = 8
	}
	if strings.ContainsAny(text[2:], "_+-") {
		return "", false
	}
	i, ok := new(big.Int).SetString(text[2:], base)
	if !ok {
		return "", false
	}
	return i.String(), true
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
