package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// jsonReader reads a text that is known to be valid JSON.
type jsonReader struct {
	file     string
	src      []byte
	decoder  *json.Decoder
	problems Problems

	at        int // how far line and col have been counted
	line, col int
}

func readJSON(file string, src []byte) (*Node, error) {
	r := &jsonReader{file: file, src: src, decoder: json.NewDecoder(bytes.NewReader(src)), line: 1, col: 1}
	r.decoder.UseNumber()
	n, err := r.value(0)
	r.problems.Join(err, Pos{File: file, Line: r.line, Col: r.col})
	if err := r.problems.Err(); err != nil {
		return nil, err
	}
	return n, nil
}

// next returns a token and where it begins.
func (r *jsonReader) next() (json.Token, Pos, error) {
	start := int(r.decoder.InputOffset())
	for start < len(r.src) && strings.IndexByte(" \t\r\n,:", r.src[start]) >= 0 {
		start++
	}
	for r.at < start {
		c, size := utf8.DecodeRune(r.src[r.at:])
		r.at += size
		r.col++
		if c == '\n' {
			r.line, r.col = r.line+1, 1
		}
	}
	token, err := r.decoder.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return token, Pos{File: r.file, Line: r.line, Col: r.col}, err
}

func (r *jsonReader) value(depth int) (*Node, error) {
	token, pos, err := r.next()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, Problem{Pos: pos, What: tooDeep}
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return r.list(pos, depth)
		}
		return r.fields(pos, depth)
	case string:
		return &Node{kind: Scalar, pos: pos, text: t, quoted: true}, nil
	case nil:
		return &Node{pos: pos}, nil
	}
	return &Node{kind: Scalar, pos: pos, text: fmt.Sprint(token)}, nil
}

func (r *jsonReader) list(pos Pos, depth int) (*Node, error) {
	list := &Node{kind: List, pos: pos}
	for r.decoder.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list.items = append(list.items, item)
	}
	_, _, err := r.next()
	return list, err
}

func (r *jsonReader) fields(pos Pos, depth int) (*Node, error) {
	m := &Node{kind: Map, pos: pos}
	seen := map[string]Pos{}
	for r.decoder.More() {
		key, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		noteTwice(seen, key, &r.problems)
		m.fields = append(m.fields, Field{Key: key, Value: value})
	}
	_, _, err := r.next()
	return m, err
}
