package check

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
)

// What a scenario asks of body and header is compared with the answers under the fault.
func TestWhatAScenarioAsksFor(t *testing.T) {
	answer := exchange.Exchange{Phase: exchange.Faulty, Response: &exchange.Response{Status: 503,
		Header: exchange.Header{{Name: "Retry-After", Value: "30"}}, Body: `{"error":{"code":"payments-away","tries":3},"stack":null}`}}
	for _, tc := range []struct {
		into interface {
			Check
			ReadNode(*decode.Node) error
		}
		yaml, want string // a part of the reason; empty: it passes
	}{
		{&Body{}, "{/error/code: payments-away}", ""},
		{&Body{}, "{/error/code: pay*, /error/tries: 3, /error: '*'}", ""},
		{&Body{}, "{/stack: null, /nothing: null}", ""},
		{&Body{}, "{/error/code: other}", "/error/code is payments-away, want other"},
		{&Body{}, "{/error/tries: 30}", "/error/tries is 3, want 30"},
		{&Body{}, "{/id: '*'}", "there is no /id, want *"},
		{&Body{}, "{/error/code: null}", "nothing should be there"},
		{&Header{}, "{retry-after: '*', X-Powered-By: null}", ""},
		{&Header{}, "{Retry-After: 3}", "Retry-After is 30, want 3"},
		{&Header{}, "{Retry-After: null}", "nothing should be there"},
		{&Header{}, "{Location: /x}", "there is no Location"},
	} {
		n, err := decode.Parse("then.yaml", []byte(tc.yaml))
		if err != nil {
			t.Fatal(err)
		}
		if err := tc.into.ReadNode(n); err != nil {
			t.Fatal(err)
		}
		v := tc.into.Judge(Subject{Exchanges: []exchange.Exchange{answer}}, Evidence{})
		if (v.Outcome == Fail) != (tc.want != "") || !strings.Contains(v.Reason, tc.want) {
			t.Errorf("%s: %s %s, want %q", tc.yaml, v.Outcome, v.Reason, tc.want)
		}
	}
}

func TestWhatNoScenarioCanAskFor(t *testing.T) {
	for yaml, want := range map[string]string{"{id: 1}": "want /id", "{/id: [1]}": "a text, a number or null", "7": "want places and values", "{}": "want places and values"} {
		n, err := decode.Parse("then.yaml", []byte(yaml))
		if err != nil {
			t.Fatal(err)
		}
		if err := new(Body).ReadNode(n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", yaml, err, want)
		}
	}
}
