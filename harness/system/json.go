package system

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// readJSON reads one JSON value into a tree that keeps the order of its keys and the digits of its numbers.
func readJSON(d *json.Decoder) (*yaml.Node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case string:
		return text(t), nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: t.String()}, nil
	case json.Delim:
		return readJSONItems(d, t)
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "null", Tag: "!!null"}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(token), Tag: "!!bool"}, nil
}

func readJSONItems(d *json.Decoder, open json.Delim) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	if open == '{' {
		n.Kind = yaml.MappingNode
	}
	for d.More() {
		item, err := readJSON(d)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, item)
	}
	_, err := d.Token()
	return n, err
}

func text(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: value, Tag: "!!str", Style: yaml.DoubleQuotedStyle}
}

func writeJSON(out *bytes.Buffer, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		out.WriteByte('{')
		for i, item := range n.Content {
			if i > 0 {
				out.WriteByte([]byte{',', ':'}[i%2])
			}
			writeJSON(out, item)
		}
		out.WriteByte('}')
	case yaml.SequenceNode:
		out.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				out.WriteByte(',')
			}
			writeJSON(out, item)
		}
		out.WriteByte(']')
	default:
		if isPlain(n) {
			out.WriteString(n.Value)
			return
		}
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		_ = e.Encode(n.Value)
	}
}

// wrongJSON makes every text in a JSON value wrong; keys, numbers and booleans stay. Without a text the numbers change.
func wrongJSON(value string) (string, bool) {
	docs, err := parseDocuments(".json", value)
	if err != nil {
		return "", false
	}
	changed := changeLeaves(docs.all[0], func(n *yaml.Node) bool { return !isPlain(n) && n.Value != "" })
	if !changed {
		changed = changeLeaves(docs.all[0], func(n *yaml.Node) bool { return isNumber(n.Value) || isBool(n.Value) })
	}
	var out bytes.Buffer
	_ = json.Compact(&out, []byte(docs.String()))
	return out.String(), changed
}

func changeLeaves(n *yaml.Node, which func(*yaml.Node) bool) (changed bool) {
	for i, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			changed = changeLeaves(item, which) || changed
		} else if isKey := n.Kind == yaml.MappingNode && i%2 == 0; !isKey && which(item) {
			value, ok := wrong(item.Value)
			item.Value, changed = value, ok || changed
		}
	}
	return changed
}
