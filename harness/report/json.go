package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// WriteJSON writes the run document: stable, version 1, indented. What a terminal or a browser could misread is written as
// \u escapes, which lose nothing.
func WriteJSON(w io.Writer, r Run) error {
	return writeJSON(w, r, "the run document")
}

func writeJSON(w io.Writer, v any, what string) error {
	doc, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		_, err = w.Write(append(escapeJSON(doc), '\n'))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// escapeJSON writes invisible and control characters of a JSON text, which stand in its strings only, as escapes.
func escapeJSON(doc []byte) []byte {
	out := make([]byte, 0, len(doc))
	for len(doc) > 0 {
		r, size := utf8.DecodeRune(doc)
		switch {
		case r < 0x7f || r != 0x7f && unicode.IsPrint(r):
			out = append(out, doc[:size]...)
		case r <= 0xffff:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		}
		doc = doc[size:]
	}
	return out
}

// ReadJSON reads what WriteJSON wrote, strictly: another version, an unknown member or anything after the document is an
// error.
func ReadJSON(src io.Reader) (Run, error) {
	var r Run
	d := json.NewDecoder(src)
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Run{}, fmt.Errorf("read the run document: %w", err)
	}
	if r.Version != Version {
		return Run{}, fmt.Errorf("read the run document: it has version %d, want %d", r.Version, Version)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Run{}, errors.New("read the run document: something follows its end")
	}
	for i := range r.Groups { // before they had names of their own, letters were their names
		if g := &r.Groups[i]; g.Letter == "" && number(g.Name) > 0 {
			g.Letter, g.Name = g.Name, ""
		}
	}
	return r, nil
}

// UnmarshalJSON reads a group strictly, also one that was saved when got, expected and rerun were called came, owed and again.
func (g *Group) UnmarshalJSON(src []byte) error {
	type group Group
	var read struct {
		group
		Came  string `json:"came"`
		Owed  string `json:"owed"`
		Again string `json:"again"`
	}
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(&read); err != nil {
		return err
	}
	*g = Group(read.group)
	g.Got, g.Expected, g.Rerun = orWord(g.Got, read.Came), orWord(g.Expected, read.Owed), orWord(g.Rerun, read.Again)
	return nil
}
