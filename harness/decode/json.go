package decode

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MarshalJSON writes the node as plain data, keys in their order. Positions are lost, as is the spelling of what is no text:
// True becomes true and .5 becomes 0.5.
func (n *Node) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	n.writeJSON(&out)
	return out.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON wrote, into a node that nobody else holds. Such nodes have no positions.
func (n *Node) UnmarshalJSON(src []byte) error {
	read, err := readJSON("", src)
	if err != nil {
		return err
	}
	*n = *read
	n.forget()
	return nil
}

// forget drops the positions of a tree.
func (n *Node) forget() {
	n.pos = Pos{}
	for _, item := range n.items {
		item.forget()
	}
	for _, f := range n.fields {
		f.Key.forget()
		f.Value.forget()
	}
}

func (n *Node) writeJSON(out *bytes.Buffer) {
	switch n.Kind() {
	case Null:
		out.WriteString("null")
	case Scalar:
		writeScalar(out, n)
	case List:
		out.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				out.WriteByte(',')
			}
			item.writeJSON(out)
		}
		out.WriteByte(']')
	case Map:
		out.WriteByte('{')
		for i, f := range n.fields {
			if i > 0 {
				out.WriteByte(',')
			}
			writeText(out, f.Key.Text())
			out.WriteByte(':')
			f.Value.writeJSON(out)
		}
		out.WriteByte('}')
	}
}

func writeScalar(out *bytes.Buffer, n *Node) {
	value, isBool := boolean(n.text)
	literal, isNumber := number(n.text)
	switch {
	case !n.quoted && isBool:
		fmt.Fprint(out, value)
	case !n.quoted && isNumber:
		out.WriteString(literal)
	default:
		writeText(out, n.text)
	}
}

// writeText writes a JSON string. Bytes that are no UTF-8 become U+FFFD; a string is never refused.
func writeText(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text)
	out.Truncate(out.Len() - 1) // the line break that Encode adds
}
