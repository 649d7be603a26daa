package capture

import (
	"encoding/json"
	"strings"
	"testing"
)

func valid(text []byte, size int) bool {
	j := &jsonText{}
	for at := 0; at < len(text); at += size {
		j.write(text[at:min(len(text), at+size)])
	}
	return j.end() == ""
}

var texts = []string{
	``, ` `, `{}`, `[]`, `[1,2]`, `[1,]`, `{"a":1,"b":[true,false,null,"x\n\u00fF"]}`, `{"a"}`, `{"a":}`, `{,}`, `{"a":1,}`, `{a:1}`, `[1 2]`, `1 2`, `01`, `-`, `-0`, `-0.5e+10`, `1.`, `1e`, `1e5`, `.5`,
	`1E-2 `, `"a`, `"\x"`, `"\u12g4"`, "\"\n\"", `tru`, `true`, `truex`, `nul`, `[`, `]`, `[}`, `{]`, `{"a":1]`, `[[[]]]`, `"a""b"`, `{"a":1}x`, "\ufeff{}", `0x1`, `1_000`, `NaN`, `+1`, `[-]`, `[1e5,2.5]`, `{"a":-1}`, `{1:2}`,
}

func TestJSONTextAgreesWithTheLibrary(t *testing.T) {
	for _, text := range texts {
		for _, size := range []int{1, 3, 1000} {
			if got, want := valid([]byte(text), size), json.Valid([]byte(text)); got != want {
				t.Errorf("%q in pieces of %d: %v, want %v", text, size, got, want)
			}
		}
	}
}

func FuzzJSONText(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text), 2)
	}
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		if got, want := valid(text, 1+size&0xff), json.Valid(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	})
}

func TestPlaces(t *testing.T) {
	pad := strings.Repeat(" ", apart)
	text := `{"items":[` + pad + `{"a":"x,:[{"},` + pad + `1],"error":{"b":[` + pad + `1,` + pad + `2]},` + pad + `"c":1}`
	p := &places{}
	for i := range text {
		p.write(text[i : i+1])
	}
	if len(p.found) < 5 {
		t.Fatalf("%v", p.found)
	}
	inside := text[strings.Index(text, `"error":`)+8 : strings.Index(text, `},`+pad+`"c"`)]
	for _, at := range p.found {
		rest := text[at.at:]
		within := strings.Contains(inside, text[at.at:min(len(text), at.at+1)]) && at.at >= strings.Index(text, inside) && at.at < strings.Index(text, inside)+len(inside)
		if at.errors != within {
			t.Errorf("before %.20q: errors %v", strings.TrimSpace(rest), at.errors)
		}
	}
}
