package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const depthLimit = 16 // of nested JSON

// object is a JSON object of a request, taken apart field by field.
type object struct {
	fields map[string]json.RawMessage
	wrong  []fieldError
}

func readObject(r *http.Request) (*object, error) {
	text, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(text) {
		return nil, malformed(errors.New("not UTF-8"))
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := walk(decoder, 0); err != nil {
		return nil, malformed(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, malformed(errors.New("something follows the JSON value"))
	}
	o := &object{}
	if json.Unmarshal(text, &o.fields) != nil || o.fields == nil {
		o.reject("", "must be an object")
		return nil, o.done()
	}
	return o, nil
}

func malformed(cause error) error {
	return &failure{Status: 400, Code: "malformed", Detail: "The body is not one well-formed JSON value, with unique member names and little nesting.", Cause: cause}
}

// walk reads one value and finds what encoding/json lets pass: members that
// are given twice, and deep nesting.
func walk(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	if depth == depthLimit {
		return errors.New("nested too deeply")
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if seen[name.(string)] {
				return errors.New("a member is given twice")
			}
			seen[name.(string)] = true
		}
		if err := walk(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

func (o *object) reject(pointer, detail string) {
	o.wrong = append(o.wrong, fieldError{pointer, detail})
}

// take removes a member, so that those nobody asked for are left over.
func (o *object) take(name string, into any, kind string) bool {
	raw, ok := o.fields[name]
	delete(o.fields, name)
	switch {
	case !ok:
		o.reject("/"+name, "is missing")
	case string(raw) == "null" || json.Unmarshal(raw, into) != nil:
		o.reject("/"+name, "must be "+kind)
	default:
		return true
	}
	return false
}

func (o *object) text(name string, into *string, form *regexp.Regexp, rule string) {
	if o.take(name, into, "a string") && !form.MatchString(*into) {
		o.reject("/"+name, rule)
	}
}

func (o *object) number(name string, into *int32, least, most int32) {
	if o.take(name, into, "a whole number") && (*into < least || *into > most) {
		o.reject("/"+name, fmt.Sprintf("must be from %d to %d", least, most))
	}
}

// done is 422 with everything that was wrong, or nil.
func (o *object) done() error {
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		o.reject("/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), "is not known here")
	}
	if len(o.wrong) == 0 {
		return nil
	}
	return &failure{Status: 422, Code: "invalid", Detail: "The body does not say what is needed here.", Errors: o.wrong[:min(len(o.wrong), 20)]}
}
