package reference

import (
	"encoding"
	"encoding/json"
	"io"
	"reflect"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/labfile"
)

// object is a part of a JSON Schema.
type object = map[string]any

// WriteSchema writes the JSON Schema (2020-12) of a lab file, for editors. It takes every file that failwell takes; what depends on more
// than one place, such as names, only failwell itself finds.
func WriteSchema(w io.Writer, tree []labfile.Key) error {
	s := mapping(tree, false)
	s["$schema"], s["title"] = "https://json-schema.org/draft/2020-12/schema", "failwell.yaml"
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

// mapping is the schema of a map with these keys.
func mapping(keys []labfile.Key, loose bool) object {
	properties, required := object{}, []string{}
	for _, k := range keys {
		properties[k.Name] = schema(k)
		if k.Must {
			required = append(required, k.Name)
		}
	}
	s := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	if !loose {
		s["additionalProperties"] = false
	}
	return s
}

// schema is that of what stands behind a key.
func schema(k labfile.Key) object {
	s := value(k.Type, k)
	if len(k.Words) > 0 {
		words := object{"enum": wordsOf(k.Words)}
		if len(k.Keys) > 0 {
			words = either(words, s)
		}
		s = words
	}
	if k.One && k.Type.Kind() != reflect.Slice {
		s = either(s, object{"type": "array", "items": s})
	}
	s["description"] = k.Doc
	if k.Default != "" {
		s["description"] = k.Doc + " (default: " + k.Default + ")"
	}
	return s
}

// wordsOf are words as an editor offers them; a number is as good as its text.
func wordsOf(words []string) []any {
	var all []any
	for _, w := range words {
		all = append(all, w)
		var number int
		if json.Unmarshal([]byte(w), &number) == nil {
			all = append(all, number)
		}
	}
	return all
}

func either(a, b object) object { return object{"anyOf": []object{a, b}} }

// value is the schema of a type; keys are what may stand below the key that has it.
func value(t reflect.Type, k labfile.Key) object {
	node := t == reflect.TypeFor[*decode.Node]()
	if t.Kind() == reflect.Pointer && !node {
		t = t.Elem()
	}
	reads := !node && reflect.PointerTo(t).Implements(reflect.TypeFor[decode.Reader]())
	switch {
	case node || t.Kind() == reflect.Interface:
		return object{}
	case t == reflect.TypeFor[time.Duration]():
		return object{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return object{"type": []string{"string", "number"}}
	}
	switch t.Kind() {
	case reflect.Struct:
		return structure(k)
	case reflect.Map:
		entry := value(t.Elem(), k)
		s := object{"type": "object", "additionalProperties": entry}
		if len(k.Keys) > 0 && t.Elem().Kind() == reflect.Interface {
			s["additionalProperties"] = mapping(k.Keys, k.Loose)
		}
		if reads {
			return either(entry, s)
		}
		return s
	case reflect.Slice:
		entry := value(t.Elem(), k)
		s := object{"type": "array", "items": entry}
		if k.One {
			return either(entry, s)
		}
		return s
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.String:
		return object{"type": []string{"string", "number", "boolean"}}
	case reflect.Float64:
		return object{"type": "number"}
	}
	return object{"type": "integer"}
}

// structure is the schema of a struct, which may be written as one of its fields alone.
func structure(k labfile.Key) object {
	s := mapping(k.Keys, k.Loose)
	if k.Loose {
		return object{} // read in several forms
	}
	for _, inner := range k.Keys {
		if inner.Short {
			return either(schema(inner), s)
		}
	}
	return s
}
