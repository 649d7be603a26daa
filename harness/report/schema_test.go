package report

import (
	"bytes"
	"encoding"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaOf makes the JSON Schema of a type from its fields, so that it cannot say what the document does not.
func schemaOf(t reflect.Type, defs map[string]any) map[string]any {
	marshals := reflect.TypeFor[json.Marshaler]()
	switch {
	case t == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string"}
	case t == reflect.TypeFor[time.Duration]():
		return map[string]any{"type": "integer", "description": "nanoseconds"}
	case t.Implements(marshals) || reflect.PointerTo(t).Implements(marshals):
		return map[string]any{}
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{schemaOf(t.Elem(), defs), map[string]any{"type": "null"}}}
	case reflect.Slice:
		return map[string]any{"type": []any{"array", "null"}, "items": schemaOf(t.Elem(), defs)}
	case reflect.Array:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), defs), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), defs)}
	case reflect.Struct:
		name := strings.ReplaceAll(t.String(), ".", "-")
		if _, there := defs[name]; !there {
			defs[name] = nil // it may hold itself
			defs[name] = object(t, defs)
		}
		return map[string]any{"$ref": "#/$defs/" + name}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64, reflect.Float32:
		return map[string]any{"type": "number"}
	}
	return map[string]any{"type": "integer"}
}

func object(t reflect.Type, defs map[string]any) map[string]any {
	properties, required := map[string]any{}, []any{}
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		for f := range fieldsOf(t) {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case name == "-" || !f.IsExported():
			case f.Anonymous && name == "":
				add(f.Type)
			default:
				name = orWord(name, f.Name)
				properties[name] = schemaOf(f.Type, defs)
				if !strings.Contains(options, "omit") {
					required = append(required, name)
				}
			}
		}
	}
	add(t)
	return map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

const schemaFile = "run.schema.json"

func TestTheSchemaOfTheRunDocumentIsFresh(t *testing.T) {
	defs := map[string]any{}
	schema := schemaOf(reflect.TypeFor[Run](), defs)
	schema["$schema"], schema["$id"], schema["title"], schema["$defs"] = "https://json-schema.org/draft/2020-12/schema", "https://github.com/failwell/failwell/run.schema.json", "failwell run document, version 1", defs
	var want bytes.Buffer
	if err := writeJSON(&want, schema, "the schema"); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(schemaFile); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not that of the types (%v): go test ./harness/report -update", schemaFile, err)
	}
}

// validator reads a schema.
func validator(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, doc []byte) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func TestDocumentsKeepTheirSchemas(t *testing.T) {
	run, sarif := validator(t, schemaFile), validator(t, filepath.Join("testdata", "sarif-schema-2.1.0.json"))
	for name, r := range samples() {
		for format, s := range map[string]*jsonschema.Schema{"json": run, "sarif": sarif} {
			var doc bytes.Buffer
			if err := formats()[format](&doc, r); err != nil {
				t.Fatal(err)
			}
			if err := validate(t, s, doc.Bytes()); err != nil {
				t.Errorf("%s.%s: %v", name, format, err)
			}
			for old, wrong := range map[string]string{`"version": `: `"version": [],"x": `, `"results": `: `"results": 1, "y": `} {
				if doc := bytes.Replace(doc.Bytes(), []byte(old), []byte(wrong), 1); validate(t, s, doc) == nil {
					t.Errorf("%s.%s: the schema takes anything", name, format)
				}
			}
		}
	}
}
