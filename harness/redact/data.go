package redact

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/leak"
)

// Of gives a copy of plain data in which no text holds a secret. What holds none is shared with the original, which is
// never changed.
func Of[T any](r *Redactor, data T) T {
	if r == nil || len(r.forms) == 0 {
		return data
	}
	out, changed := r.value(reflect.ValueOf(&data).Elem())
	if !changed {
		return data
	}
	return out.Interface().(T)
}

// value gives a copy of a value without the secrets; false: there was none in it.
func (r *Redactor) value(v reflect.Value) (reflect.Value, bool) {
	if p, ok := v.Interface().(exchange.Response); ok {
		clean := r.body(p)
		out, changed := r.fields(reflect.ValueOf(clean))
		return out, changed || clean.Body != p.Body
	}
	switch v.Kind() {
	case reflect.String:
		text := r.Text(v.String())
		return reflect.ValueOf(text).Convert(v.Type()), text != v.String()
	case reflect.Struct:
		return r.fields(v)
	case reflect.Pointer, reflect.Interface:
		return r.behind(v)
	case reflect.Slice:
		return r.items(v)
	case reflect.Map:
		return r.entries(v)
	}
	return v, false
}

func (r *Redactor) fields(v reflect.Value) (reflect.Value, bool) {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	any := false
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		if clean, changed := r.value(v.Field(i)); changed {
			out.Field(i).Set(clean)
			any = true
		}
	}
	return out, any
}

func (r *Redactor) behind(v reflect.Value) (reflect.Value, bool) {
	if v.IsNil() {
		return v, false
	}
	clean, changed := r.value(v.Elem())
	if !changed || v.Kind() == reflect.Interface {
		return clean, changed
	}
	out := reflect.New(v.Type().Elem())
	out.Elem().Set(clean)
	return out, true
}

func (r *Redactor) items(v reflect.Value) (reflect.Value, bool) {
	out, any := v, false
	for i := range v.Len() {
		clean, changed := r.value(v.Index(i))
		if !changed {
			continue
		}
		if !any {
			out, any = reflect.MakeSlice(v.Type(), v.Len(), v.Len()), true
			reflect.Copy(out, v)
		}
		out.Index(i).Set(clean)
	}
	return out, any
}

func (r *Redactor) entries(v reflect.Value) (reflect.Value, bool) {
	out, any := reflect.MakeMapWithSize(v.Type(), v.Len()), false
	for each := v.MapRange(); each.Next(); {
		key, a := r.value(each.Key())
		clean, b := r.value(each.Value())
		out.SetMapIndex(key, clean)
		any = any || a || b
	}
	if !any {
		return v, false
	}
	return out, true
}

// body takes the secrets out of a body, also out of one that is no text; at the end of one that was cut off, none has begun.
func (r *Redactor) body(p exchange.Response) exchange.Response {
	text := p.Body
	if p.Base64 {
		b, err := base64.StdEncoding.DecodeString(p.Body)
		if err != nil {
			return p
		}
		text = string(b)
	}
	clean := r.Text(text)
	if p.Size > len(text) || p.BodyErr != "" {
		clean = r.Cut(text)
	}
	if clean != text && p.Size == len(text) { // it stays whole
		p.Sent, p.Size = cmp.Or(p.Sent, p.Size), len(clean)
	}
	switch {
	case clean == text:
	case p.Base64 && !utf8.ValidString(clean):
		p.Body = base64.StdEncoding.EncodeToString([]byte(clean))
	default:
		p.Body, p.Base64 = clean, false
	}
	return p
}

// Exchange gives an exchange as it may leave the lab: without secrets, credentials and cookies, and without what is long for
// its own sake.
func (r *Redactor) Exchange(e exchange.Exchange) exchange.Exchange {
	e = Of(r, e)
	e.Request.Header = r.header(e.Request.Header, false)
	for _, text := range []*string{&e.Request.Body, &e.Request.Target, &e.Request.Raw} {
		*text = shorten(*text, 64<<10)
	}
	if e.Response != nil {
		p := *e.Response
		p.Header, p.Trailer = r.header(p.Header, true), r.header(p.Trailer, true)
		e.Response = &p
	}
	return e
}

// Lines gives lines of a log without the secrets.
func (r *Redactor) Lines(lines []exchange.Line) []exchange.Line { return Of(r, lines) }

func (r *Redactor) header(h exchange.Header, said bool) exchange.Header {
	out := make(exchange.Header, len(h))
	for i, f := range h {
		if Credential(f.Name) && !(said && isProseCookie(f)) {
			f.Value = r.credential(f, said)
		}
		f.Value = shorten(f.Value, 4<<10)
		out[i] = f
	}
	return out
}

// credential stands for the value of a field that carries one: equal for equal values, behind the scheme where there is one.
// A stand-in of a secret stays visible in what the system said, since it is a leak there.
func (r *Redactor) credential(f exchange.Field, said bool) string {
	scheme, rest := "", f.Value
	if strings.Contains(strings.ToLower(f.Name), "authorization") {
		if before, after, ok := strings.Cut(f.Value, " "); ok {
			scheme, rest = before+" ", after
		}
	}
	if rest == "" || strings.HasPrefix(rest, standIn) {
		return f.Value
	}
	text := scheme + standIn + leak.Mint("header", rest)
	for _, c := range r.Canaries() {
		if said && strings.Contains(rest, c.Token) {
			text += " " + c.Token
		}
	}
	return text
}

// standIn begins what stands for the value of a credential.
const standIn = "redacted-"

// shorten keeps the beginning of a text that is only long for its own sake.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes)", strings.ToValidUTF8(text[:most/4], ""), len(text))
}
