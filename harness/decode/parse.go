package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"
)

const (
	maxDepth = 500     // levels of lists and maps in one another
	maxNodes = 100_000 // nodes that aliases may add to a file

	tooDeep = "more than 500 lists and maps inside one another"
)

// YAML reads a file into the value that into points to: Parse, then Into.
func YAML(file string, src []byte, into any) error {
	n, err := Parse(file, src)
	if err != nil {
		return err
	}
	return n.Into(into)
}

// Parse reads a file of exactly one YAML document, or JSON. The error is a Problems. Mistakes that leave the structure clear,
// such as a key given twice, are reported all at once; of mistakes in the syntax only the first can be known.
func Parse(file string, src []byte) (*Node, error) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if bad, found := badCharacter(file, src); found {
		return nil, Problems{bad}
	}
	if isJSON(src) {
		return readJSON(file, src)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF), err == nil && isEmpty(document.Content[0]):
		return nil, Problems{{Pos: Pos{File: file}, What: "empty file"}}
	case err != nil:
		return nil, Problems{explain(file, src, err)}
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, Problems{{Pos: Pos{file, second.Line, second.Column}, What: "a second document begins here; a file holds one"}}
	case !errors.Is(err, io.EOF):
		return nil, Problems{explain(file, src, err)}
	}
	t := tree{file: file, lines: linesOf(src)}
	n := t.node(document.Content[0], 0)
	if err := t.problems.Err(); err != nil {
		return nil, err
	}
	return n, nil
}

// isEmpty reports whether a document has a beginning (---) and nothing else.
func isEmpty(y *yaml.Node) bool {
	return y.Kind == yaml.ScalarNode && y.Style == 0 && y.Value == "" && y.Anchor == ""
}

// isJSON reports whether the source is a JSON list or map. Then it is read by the rules of JSON, which knows escapes that
// readers of YAML do not.
func isJSON(src []byte) bool {
	start := bytes.TrimLeft(src, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[') && json.Valid(src)
}
