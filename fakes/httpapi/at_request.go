package httpapi

import (
	"bytes"

	"github.com/failwell/failwell/harness/fault"
)

// noise is what a garbled answer is when the rule says nothing: it begins neither a status line nor a chunk.
const noise = "\x00\x15\x03\x01noise\xfe\xff\r\n\r\n"

// atRequest carries out an effect before the backend has seen the call.
func (v *visit) atRequest() (fault.Done, string) {
	if !v.read() {
		return fault.ClientLeft, clientLeft
	}
	if told, over := v.hold(v.pass); over {
		return fault.Carried, told
	}
	switch say := v.effect.Say; v.effect.Verb {
	case fault.Pass:
		return fault.Carried, v.pass()
	case fault.Reset, fault.Close:
		return fault.Carried, v.end(v.effect.Verb)
	case fault.Garble:
		return v.garble()
	case fault.Repeat:
		return v.repeat()
	case fault.Answer:
		if sayable(say) {
			return v.say(say)
		}
	}
	return fault.Impossible, v.pass()
}

func (v *visit) garble() (fault.Done, string) {
	say := v.effect.Say
	if say.Raw == "" {
		say.Raw = noise
	}
	return v.raw(say)
}

// repeat lets the backend carry the call out twice, one after the other, and gives the first answer.
func (v *visit) repeat() (fault.Done, string) {
	kept, whole := v.body.(*bytes.Buffer)
	if !whole {
		return fault.Impossible, v.pass()
	}
	again := bytes.NewReader(kept.Bytes())
	first, told := v.ask()
	if first == nil {
		return v.missed(), told
	}
	defer first.close()
	first.settle()
	v.body = again
	second, err := v.origin.ask(v)
	if err != nil {
		return fault.Impossible, v.give(first)
	}
	second.discard()
	return fault.Carried, v.give(first)
}
