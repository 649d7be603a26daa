package httpapi

import "github.com/failwell/failwell/harness/fault"

// atReply carries out an effect after the backend has carried the call out, and before the first byte of its answer.
func (v *visit) atReply() (fault.Done, string) {
	if !v.read() {
		return fault.ClientLeft, clientLeft
	}
	a, told := v.ask()
	if a == nil {
		return v.missed(), told
	}
	defer a.close()
	a.settle()
	genuine := func() string { return v.give(a) }
	if told, over := v.hold(genuine); over {
		return fault.Carried, told
	}
	switch say := v.effect.Say; v.effect.Verb {
	case fault.Pass:
		return fault.Carried, genuine()
	case fault.Lose, fault.Close:
		a.discard()
		return fault.Carried, v.end(fault.Close)
	case fault.Reset:
		a.discard()
		return fault.Carried, v.end(fault.Reset)
	case fault.Answer:
		if sayable(say) {
			a.discard()
			return v.say(say)
		}
	case fault.Rewrite:
		if a.rewrite(v.effect.Patches) {
			return fault.Carried, genuine()
		}
	}
	return fault.Impossible, genuine()
}
