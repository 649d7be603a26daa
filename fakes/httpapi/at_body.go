package httpapi

import (
	"bufio"
	"errors"
	"io"

	"github.com/failwell/failwell/harness/fault"
)

// atBody carries out an effect within the answer's body, after Past bytes or in its middle. A body that is not longer than that suffers in
// its middle. What the head announced, a length or chunks, is never completed by cut, close and reset.
func (v *visit) atBody() (fault.Done, string) {
	if !v.read() {
		return fault.ClientLeft, clientLeft
	}
	a, told := v.ask()
	if a == nil {
		return v.missed(), told
	}
	defer a.close()
	past := int64(v.effect.Past)
	if v.effect.Half {
		past = a.middle()
	}
	body := bufio.NewReader(a.body)
	a.body = body
	if _, err := body.Peek(1); err != nil || !v.suits() {
		return fault.Impossible, v.give(a)
	}
	if a.length >= 0 && past >= a.length {
		past = a.length / 2
	}
	if v.effect.Verb == fault.Garble {
		a.length = -1 // noise ruins chunks, whereas it would pass for content where a length is announced
	}
	v.head(a)
	if err := v.stream(a, past); err != nil && !errors.Is(err, io.EOF) {
		told := v.broken(a, err)
		return v.missed(), told
	}
	v.flush()
	rest := func() string { return v.rest(a) }
	if told, over := v.hold(rest); over {
		return fault.Carried, told
	}
	return v.ruin(a, body, rest)
}

// suits tells whether the verb is one for bodies.
func (v *visit) suits() bool {
	switch v.effect.Verb {
	case fault.Cut, fault.Close, fault.Reset, fault.Garble, fault.Drip, fault.Hang:
		return true
	}
	return false
}

func (v *visit) ruin(a *answer, body *bufio.Reader, rest func() string) (fault.Done, string) {
	said := status(a.StatusCode)
	switch v.effect.Verb {
	case fault.Reset:
		return fault.Carried, said + " " + v.end(fault.Reset)
	case fault.Garble:
		done, told := v.garble()
		return done, said + " " + told
	case fault.Drip:
		return fault.Carried, v.drip(a, body, rest)
	}
	return fault.Carried, said + " " + v.end(fault.Close)
}

// drip gives the rest of the body piece by piece.
func (v *visit) drip(a *answer, body *bufio.Reader, rest func() string) string {
	step := int64(max(1, v.effect.Pace.Bytes))
	for {
		if err := v.stream(a, step); err != nil && !errors.Is(err, io.EOF) {
			return v.broken(a, err)
		}
		v.flush()
		if _, err := body.Peek(1); err != nil {
			return rest()
		}
		if told, over := v.wait(v.effect.Pace.Every.D, rest); over {
			return told
		}
	}
}
