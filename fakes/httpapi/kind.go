package httpapi

import (
	_ "embed"
	"net/http"
	"sync"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

//go:embed replies.yaml
var repliesYAML []byte

var replies = sync.OnceValue(func() map[string]fakes.Reply {
	var named map[string]fakes.Reply
	if err := decode.YAML("replies.yaml", repliesYAML, &named); err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return named
})

// Describe says what an HTTP API can do.
func (f Fake) Describe() fakes.Kind {
	ops := []fakes.Op{fakes.ConnectOp()}
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
	} {
		ops = append(ops, fakes.Op{Name: method, Can: powers(method)})
	}
	return fakes.Kind{Name: "http", Class: "upstream", Doc: "An HTTP API: a stub, or a real one behind a proxy.", Ops: ops, Replies: replies(), Halves: true}
}

// powers is what can be done to a request. The answer to HEAD has no body that could suffer.
func powers(method string) map[fault.Point][]fault.Verb {
	can := map[fault.Point][]fault.Verb{
		fault.Request: {fault.Pass, fault.Answer, fault.Hang, fault.Garble, fault.Reset, fault.Close, fault.Repeat},
		fault.Reply:   {fault.Pass, fault.Answer, fault.Lose, fault.Hang, fault.Reset, fault.Close},
	}
	if method != http.MethodHead {
		can[fault.Reply] = append(can[fault.Reply], fault.Rewrite)
		can[fault.Body] = []fault.Verb{fault.Hang, fault.Drip, fault.Cut, fault.Garble, fault.Reset, fault.Close}
	}
	return can
}
