package reference

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/scenario"
)

// Keys are the entries of the keys of a lab file.
func Keys(tree []labfile.Key) []Entry {
	var all []Entry
	walk(tree, func(k labfile.Key) {
		p := newSheet(upper(k.Doc) + ".")
		p.line("is", Type(k))
		if k.Must {
			p.line("must", "be there")
		}
		p.line("default", k.Default)
		p.line("example", k.Name+": "+k.Example)
		var below []string
		for _, inner := range k.Keys {
			below = append(below, inner.Name)
		}
		p.line("below it", strings.Join(below, " "))
		all = append(all, Entry{"keys", k.Path, upper(k.Doc), p.String()})
	})
	return all
}

// scenarioKeys are the entries of the keys of a scenario file.
func scenarioKeys() []Entry {
	return Keys(labfile.Below("scenario", reflect.TypeFor[scenario.Scenario]()))
}

// walk visits keys, and what is below each.
func walk(tree []labfile.Key, visit func(labfile.Key)) {
	for _, k := range tree {
		visit(k)
		walk(k.Keys, visit)
	}
}

// upper begins a sentence; words that only look like one, such as $name, stay.
func upper(text string) string {
	if text == "" || strings.HasPrefix(text, "superuser") || strings.HasPrefix(text, "own:") || strings.HasPrefix(text, "true:") || strings.HasPrefix(text, "missing:") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// Type says in words what stands behind a key.
func Type(k labfile.Key) string {
	var forms []string
	if len(k.Words) > 0 && len(k.Words) <= 16 {
		forms = append(forms, "one of "+strings.Join(k.Words, ", "))
	}
	if len(k.Words) == 0 || len(k.Keys) > 0 {
		forms = append(forms, typeOf(k.Type, len(k.Keys) > 0))
	}
	if k.One {
		forms = append(forms, "or one alone")
	}
	for _, inner := range k.Keys {
		if inner.Short {
			forms = append(forms, "or "+inner.Name+" alone")
		}
	}
	return strings.Join(forms, ", ")
}

func typeOf(t reflect.Type, keyed bool) string {
	if t.Kind() == reflect.Pointer && t != reflect.TypeFor[*decode.Node]() {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a duration such as 250ms or 2s"
	case t == reflect.TypeFor[*decode.Node](), t.Kind() == reflect.Interface:
		return "anything"
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return "text"
	}
	switch t.Kind() {
	case reflect.Struct:
		return "a map"
	case reflect.Map:
		if keyed {
			return "a map from names to maps"
		}
		return "a map from names to " + several(typeOf(t.Elem(), false))
	case reflect.Slice:
		return "a list of " + several(typeOf(t.Elem(), keyed))
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Float64:
		return "a number"
	}
	return "a whole number"
}

// several speaks of more than one of a type.
func several(what string) string {
	if rest, ok := strings.CutPrefix(what, "a "); ok {
		return rest + "s"
	}
	return what
}
