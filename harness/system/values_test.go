package system

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
)

func TestWrongValues(t *testing.T) {
	for value, want := range map[string]string{
		"http://127.0.0.1:20001/a?b=c":           "http://127.0.0.1:2/a?b=c",
		"jdbc:postgresql://db:5432/orders":       "jdbc:postgresql://127.0.0.1:2/orders",
		"redis://:p@ss@cache:6379":               "redis://:p@ss@127.0.0.1:2",
		"127.0.0.1:6379":                         "127.0.0.1:2",
		"a:9092,b:9092":                          "127.0.0.1:2,127.0.0.1:2",
		"u:p@tcp(127.0.0.1:3306)/orders":         "u:p@tcp(127.0.0.1:2)/orders",
		"host=127.0.0.1 port=5432 dbname=orders": "host=127.0.0.1 port=2 dbname=orders",
		"true":                                   "false",
		"False":                                  "True",
		"":                                       "wrong",
	} {
		got, ok := wrong(value)
		equal(t, value, got, want)
		equal(t, value, ok, true)
	}
}

func TestWrongValuesKeepTheirLooks(t *testing.T) {
	for _, value := range []string{
		"7", "10", "20001", "1.5", "250ms", "1h30m", "s3cr3t-KEY", "0123abcdef-ff", "/etc/key.pem", "aGVsbG8=", "---",
		strings.Repeat("ab1", 40), `{"a":"x","b":[1,"y"]}`, "[1,2]",
	} {
		got, ok := wrong(value)
		if !ok || got == value {
			t.Errorf("%q became %q", value, got)
		}
		if len(got) != len(value) && value != "---" {
			t.Errorf("%q became %q of another length", value, got)
		}
		if isNumber(got) != isNumber(value) || isDuration(got) != isDuration(value) || isJSON(got) != isJSON(value) {
			t.Errorf("%q became %q of another sort", value, got)
		}
	}
}

func TestMalformedValues(t *testing.T) {
	for value, want := range map[string]string{
		"http://a": "::not a url", "a:1": "a:12x", "5": "12x", "250ms": "12x", "true": "12x",
		`{"a":1}`: `{"a`, "secret": "sec\n\x01ret", "": "\n\x01", "é": "\n\x01é",
	} {
		equal(t, value, malformed(value), want)
	}
	if json.Valid([]byte(malformed("[]"))) {
		t.Error("half of [] is valid")
	}
}

func TestOtherKeys(t *testing.T) {
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	ec, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	r, _ := rsa.GenerateKey(rand.Reader, 1024)
	der := func(b []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, block := range map[string]*pem.Block{
		"ed25519":    {Type: "PRIVATE KEY", Bytes: der(x509.MarshalPKCS8PrivateKey(ed))},
		"ecdsa":      {Type: "PRIVATE KEY", Bytes: der(x509.MarshalPKCS8PrivateKey(ec))},
		"ec":         {Type: "EC PRIVATE KEY", Bytes: der(x509.MarshalECPrivateKey(ec))},
		"rsa":        {Type: "PRIVATE KEY", Bytes: der(x509.MarshalPKCS8PrivateKey(r))},
		"pkcs1":      {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(r)},
		"public":     {Type: "PUBLIC KEY", Bytes: der(x509.MarshalPKIXPublicKey(&ec.PublicKey))},
		"public rsa": {Type: "PUBLIC KEY", Bytes: der(x509.MarshalPKIXPublicKey(&r.PublicKey))},
	} {
		value := string(pem.EncodeToMemory(block))
		got, ok := wrong(value)
		again, _ := wrong(value)
		other, _ := pem.Decode([]byte(got))
		if !ok || got == value || got != again || other == nil || other.Type != block.Type {
			t.Errorf("%s: %v %q", name, ok, got)
			continue
		}
		if _, ok := otherBlock(other); !ok {
			t.Errorf("%s: the other key cannot be read", name)
		}
	}
	if _, ok := wrong(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))); ok {
		t.Error("made up a certificate")
	}
}

func TestHasForm(t *testing.T) {
	for value, want := range map[string]bool{
		"s3cr3t-KEY": false, "0123456789abcdef0123456789abcdef": false, "a-sample-key-of-32-bytes-or-more": false, "": false, "abc=": false, "no=base64": false,
		"https://u:p@h/": true, `{"kty":"oct"}`: true, "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----": true, "c2VjcmV0IGtleQ==": true,
	} {
		if got := HasForm(value); got != want {
			t.Errorf("%q: %t, want %t", value, got, want)
		}
	}
}
