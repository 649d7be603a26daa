package graphql

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/failwell/failwell/harness/decode"
)

// imported makes a schema document of the answer to an introspection query, or of what its data holds.
func imported(file string, src []byte) (*ast.SchemaDocument, error) {
	var answer struct {
		Schema *described `json:"__schema"`
		Data   *struct {
			Schema *described `json:"__schema"`
		}
		Errors []struct{ Message string }
	}
	var bad decode.Problems
	at := decode.Pos{File: file}
	if err := json.Unmarshal(src, &answer); err != nil {
		what := err.Error()
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
			what = fmt.Sprintf("%s cannot be a %s", strings.ToLower(wrong.Field), wrong.Value)
		}
		bad.Add(offset(at, src, err), "it is no result of an introspection query: %s", what)
		return nil, bad.Err()
	}
	if answer.Data != nil && answer.Schema == nil {
		answer.Schema = answer.Data.Schema
	}
	switch {
	case answer.Schema == nil && len(answer.Errors) > 0:
		bad.Add(at, "introspection was refused: %s", answer.Errors[0].Message)
	case answer.Schema == nil:
		bad.Add(at, "it is neither a schema nor the result of an introspection query: there is no __schema in it")
	case answer.Schema.QueryType == nil:
		bad.Add(at, "the schema has no query type, so nothing can be asked")
	default:
		i := importer{at: at}
		doc := i.document(*answer.Schema)
		return doc, i.bad.Err()
	}
	return nil, bad.Err()
}

// offset is the place of a mistake in JSON.
func offset(at decode.Pos, src []byte, err error) decode.Pos {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	var before int64
	switch {
	case errors.As(err, &syntax):
		before = syntax.Offset - 1 // it counts the byte that is wrong
	case errors.As(err, &wrong):
		before = wrong.Offset - 1
	default:
		return at
	}
	at.Line, at.Col = 1, 1
	for text := src[:max(0, min(before, int64(len(src))))]; len(text) > 0; {
		c, size := utf8.DecodeRune(text)
		text = text[size:]
		at.Col++
		if c == '\n' {
			at.Line, at.Col = at.Line+1, 1
		}
	}
	return at
}
