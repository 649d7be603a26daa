package check

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
)

// Of long bodies only the beginning is kept; that they are the same needs their ends.
func TestSameBody(t *testing.T) {
	long := func(sum uint32) *exchange.Response { return &exchange.Response{Body: "[1,", Size: 5e6, Sum: sum} }
	if !sameBody(long(1), long(1)) || sameBody(long(1), long(2)) || !sameBody(long(0), long(2)) {
		t.Error("the ends of long bodies are not compared")
	}
	packed := &exchange.Response{Body: "[1,", Size: 5e6, Sum: 3, Coding: "gzip"}
	if !sameBody(long(1), packed) {
		t.Error("a body and the same one compressed are two")
	}
}

// An older document holds a compressed body as it was sent.
func TestCompressedBodiesOfOlderDocuments(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(`{"ok":true}`))
	_ = w.Close()
	e := exchange.Exchange{Phase: exchange.Faulty, Response: &exchange.Response{Status: 200, Base64: true, Body: base64.StdEncoding.EncodeToString(b.Bytes()), Size: b.Len(),
		Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Content-Encoding", Value: "gzip"}}}}
	if got := string(bodyOf(e)); got != `{"ok":true}` {
		t.Errorf("%q", got)
	}
	s := Subject{Exchanges: []exchange.Exchange{e}}
	for _, c := range []Check{Leak{}, Complete{}} {
		if v := c.Judge(s, Evidence{}); v.Outcome != Pass {
			t.Errorf("%T: %+v", c, v)
		}
	}
	cut := e
	r := *e.Response
	r.Body, r.Size = base64.StdEncoding.EncodeToString(b.Bytes()[:12]), 12
	cut.Response = &r
	if v := (Complete{}).Judge(Subject{Exchanges: []exchange.Exchange{cut}}, Evidence{}); v.Outcome != Fail {
		t.Errorf("%+v", v)
	}
}
