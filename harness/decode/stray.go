package decode

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// linesOf returns the lines of a source in letters, as positions count them.
func linesOf(src []byte) [][]rune {
	var lines [][]rune
	for line := range bytes.Lines(src) {
		lines = append(lines, []rune(string(line)))
	}
	return lines
}

// isStray reports whether an entry of a flow map is a key without a colon, as what a comma cut off a value is.
func (t *tree) isStray(k, v *yaml.Node) bool {
	if k.Kind != yaml.ScalarNode || v.Kind != yaml.ScalarNode || v.Value != "" || v.Style != 0 || v.Anchor != "" {
		return false
	}
	// Such a value stands at the , or } that ends the entry. What is before that tells.
	for line := v.Line; line >= k.Line && line >= 1 && line <= len(t.lines); line-- {
		text := t.lines[line-1]
		if line == v.Line {
			text = text[:min(len(text), v.Column-1)]
		} else if slices.Contains(text, '#') {
			return false
		}
		for _, before := range slices.Backward(text) {
			if !unicode.IsSpace(before) {
				return before != ':'
			}
		}
	}
	return false
}

// refuseStrays explains the strays between two fields, or behind the last field, of a map.
func (t *tree) refuseStrays(m *Node, strays []*yaml.Node) {
	if len(strays) == 0 {
		return
	}
	first := strays[0].Value
	if key, value, found := strings.Cut(first, ":"); found && key != "" && value != "" {
		t.problems.Add(t.pos(strays[0]), "stray %q in a flow map: write a space after the colon (%s: %s), or quote the value it belongs to", first, key, value)
		return
	}
	if n := len(m.fields); n > 0 && m.fields[n-1].Value.Kind() == Scalar {
		whole := m.fields[n-1].Value.text
		for _, stray := range strays {
			whole += ", " + stray.Value
		}
		t.problems.Add(t.pos(strays[0]), "stray %q in a flow map: quote the value before it (%q)", first, whole)
		return
	}
	t.problems.Add(t.pos(strays[0]), "stray %q in a flow map: write %s: and a value, or [ ] for a list", first, first)
}
