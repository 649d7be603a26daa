package system

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// documents are what a JSON or YAML file holds, with its order, its comments and the way its scalars are written. JSON is
// kept in the same tree.
type documents struct {
	all  []*yaml.Node
	json bool
}

// errNoTree says that a file is neither JSON nor YAML by its name; such a file is taken line by line.
var errNoTree = errors.New("neither JSON nor YAML")

func parseDocuments(file, text string) (*documents, error) {
	switch path.Ext(file) {
	case ".json":
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		root, err := readJSON(d)
		return &documents{all: []*yaml.Node{root}, json: true}, err
	case ".yml", ".yaml":
		docs := &documents{}
		d := yaml.NewDecoder(strings.NewReader(text))
		for {
			var doc yaml.Node
			if err := d.Decode(&doc); errors.Is(err, io.EOF) {
				return docs, nil
			} else if err != nil {
				return nil, err
			}
			docs.all = append(docs.all, doc.Content[0])
		}
	}
	return nil, errNoTree
}

func (d *documents) String() string {
	var out bytes.Buffer
	if d.json {
		var compact bytes.Buffer
		writeJSON(&compact, d.all[0])
		_ = json.Indent(&out, compact.Bytes(), "", "  ")
		return out.String() + "\n"
	}
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	for _, doc := range d.all {
		_ = e.Encode(doc)
	}
	_ = e.Close()
	return out.String()
}

// leaves calls f for every scalar with its JSON Pointer.
func (d *documents) leaves(f func(pointer, value string)) {
	var walk func(n *yaml.Node, pointer string)
	walk = func(n *yaml.Node, pointer string) {
		switch n.Kind {
		case yaml.ScalarNode:
			f(pointer, n.Value)
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				walk(n.Content[i+1], pointer+"/"+escapePointer(n.Content[i].Value))
			}
		case yaml.SequenceNode:
			for i, item := range n.Content {
				walk(item, pointer+"/"+strconv.Itoa(i))
			}
		}
	}
	for _, doc := range d.all {
		walk(doc, "")
	}
}

// place is a value in a tree: the content[at] of its parent.
type place struct {
	parent *yaml.Node
	at     int
}

// find looks for a JSON Pointer (RFC 6901), in the first document that has it.
func (d *documents) find(pointer string) (place, bool) {
	for _, doc := range d.all {
		here := place{parent: &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{doc}}}
		found := pointer != ""
		for _, token := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
			if here, found = here.child(unescapePointer(token)); !found {
				break
			}
		}
		if found {
			return here, true
		}
	}
	return place{}, false
}

func (p place) node() *yaml.Node {
	n := p.parent.Content[p.at]
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func (p place) child(token string) (place, bool) {
	n := p.node()
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == token {
				return place{n, i + 1}, true
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(n.Content) {
			return place{n, i}, true
		}
	}
	return place{}, false
}

// remove takes a value out, with its key.
func (p place) remove() {
	from := p.at
	if p.parent.Kind == yaml.MappingNode {
		from--
	}
	p.parent.Content = append(p.parent.Content[:from:from], p.parent.Content[p.at+1:]...)
}

// set puts a scalar in place of a value. What stood without quotes stays so if it still is a number or a boolean.
func (p place) set(value string) {
	old := p.node()
	fresh := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: value, LineComment: old.LineComment}
	if isPlain(old) && (isNumber(value) || isBool(value)) {
		fresh.Style, fresh.Tag = 0, ""
	}
	p.parent.Content[p.at] = fresh
}

// isPlain tells whether a scalar is a number, a boolean or nothing.
func isPlain(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() != "!!str"
}

func escapePointer(token string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
}

func unescapePointer(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}
