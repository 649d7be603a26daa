package system

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/failwell/failwell/harness/fault"
)

// editKey edits one key of a file. JSON and YAML take a JSON Pointer; in properties, .env and other files of lines like
// `key = value` or `key: value`, the pointer is the key (/server.port), or its parts (/server/port).
func editKey(e fault.Edit, file, content, pointer string) (string, error) {
	if e.Op == opUnreadable {
		return "", notApplicable(e, "only a whole file can be unreadable")
	}
	docs, err := parseDocuments(file, content)
	if err == errNoTree {
		return editLine(e, content, pointer)
	}
	if err != nil {
		return "", notApplicable(e, "the file cannot be read: %v", err)
	}
	here, found := docs.find(pointer)
	if !found {
		return "", notApplicable(e, "no such key in the file")
	}
	if err := here.edit(e); err != nil {
		return "", err
	}
	return docs.String(), nil
}

// edit changes the value at a place. Of a list or map, only missing, empty and given values make sense.
func (p place) edit(e fault.Edit) error {
	n := p.node()
	if n.Kind != yaml.ScalarNode && e.Value == "" {
		switch e.Op {
		case opEmpty:
			p.parent.Content[p.at] = &yaml.Node{Kind: n.Kind, Style: yaml.FlowStyle}
			return nil
		case opWrong:
			return notApplicable(e, "it is no text or number; give the value")
		}
	}
	value, there, err := change(e, n.Value)
	if err != nil {
		return err
	}
	if !there {
		p.remove()
		return nil
	}
	p.set(value)
	return nil
}

var keyLine = regexp.MustCompile(`^(\s*(?:export\s+)?([A-Za-z0-9_.\-]+)\s*[=:]\s*)(["']?)(.*?)(["']?)\s*$`)

func editLine(e fault.Edit, content, pointer string) (string, error) {
	key := unescapePointer(strings.TrimPrefix(pointer, "/"))
	dotted := strings.ReplaceAll(key, "/", ".")
	var out []string
	found := false
	for _, line := range strings.Split(content, "\n") {
		m := keyLine.FindStringSubmatch(line)
		if m == nil || m[2] != key && m[2] != dotted {
			out = append(out, line)
			continue
		}
		found = true
		value, there, err := change(e, m[4])
		if err != nil {
			return "", err
		}
		if there {
			out = append(out, m[1]+m[3]+value+m[5])
		}
	}
	if !found {
		return "", notApplicable(e, "no such key in the file")
	}
	return strings.Join(out, "\n"), nil
}

// removeWith removes what contains a text: in JSON and YAML the values with their keys, in other files the lines.
func removeWith(file, content, marked string) string {
	docs, err := parseDocuments(file, content)
	if err == nil {
		for {
			var pointer string
			docs.leaves(func(at, value string) {
				if pointer == "" && strings.Contains(value, marked) {
					pointer = at
				}
			})
			here, found := docs.find(pointer)
			if !found {
				return docs.String()
			}
			here.remove()
		}
	}
	var kept []string
	for line := range strings.SplitSeq(content, "\n") {
		if !strings.Contains(line, marked) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
