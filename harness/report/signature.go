package report

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// signature is what tells the reason of a failed case. Cases with equal keys, or with equal trouble in the log under the
// same family, fail for one and the same reason. No case id, request, port, time or seed goes into it.
type signature struct {
	family string   // of checks that one bug fails: hang is both no answer and a late one
	place  string   // for people: the dependency, the status, the place of a leak
	parts  []string // what else must be equal
	on     string   // the dependencies that the faults aim at
	log    trouble
	short  string   // what its check calls such a group
	names  []string // keys under which cases of the same cause may be known: see aims

	unlogged bool              // the log tells nothing about the cause
	facts    map[string]string // of the case, for the words of its group
}

// trouble is what the log must say alike for two keys to be one cause. A frame of one's own tells it; mere words of an
// error (connection refused) only for the same dependency. Whoever hangs logs nothing but that the caller has left.
func (s signature) trouble() (string, bool) {
	switch {
	case s.unlogged || !s.log.known():
		return "", false
	case s.log.frame != "":
		return s.log.String(), true
	}
	return s.on + " " + s.log.what, true
}

// key is stable over runs: FAMILY/PLACE/HASH.
func (s signature) key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", append([]string{s.family, s.place}, s.parts...)))
	return fmt.Sprintf("%s/%s/%x", slug(s.family), slug(s.place), sum[:4])
}

// sign makes the signature of a failed case, of what its check says makes two findings the same.
func sign(r Result) signature {
	v := Headline(r)
	all := aims(r)
	sig := signOn(r, v, all[0])
	if v.Told().Itself {
		slices.Reverse(all[1:])
	}
	for _, on := range all[1:] {
		if key := signOn(r, v, on).key(); key != sig.key() && !slices.Contains(sig.names, key) {
			sig.names = append(sig.names, key)
		}
	}
	return sig
}

// signOn is the signature of a case as if its faults aimed at what is given.
func signOn(r Result, v check.Verdict, on string) signature {
	f := v.Told()
	sig := signature{family: orWord(f.Family, v.Check), on: on, log: logged(r.Subject), unlogged: f.Unlogged}
	sig.facts = facts(r, v, sig.log, on)
	sig.place = fill(f.Place, of(sig.facts))
	sig.facts["place"] = fill(f.Place, asSeen(sig.facts))
	sig.short = fill(f.Name, of(sig.facts))
	for _, name := range f.Same {
		if fact, known := sig.facts[name]; known {
			sig.parts = append(sig.parts, fact)
		}
	}
	if e := pick(r, v); e.Hop != "" && !f.Beside {
		sig.parts = append(sig.parts, e.Hop)
	}
	return sig
}

// skeleton is the answer without its values.
func skeleton(e exchange.Exchange) (status, media, shape string) {
	if e.Response == nil {
		return "", string(e.Failure), ""
	}
	shape, _ = check.Skeleton(bodyOf(e))
	return strconv.Itoa(e.Status()), e.Response.MediaType(), mask(shape, nil)
}

// hollow takes out of a shape what lists hold: how much of a list came is no other cause.
func hollow(shape string) string {
	var b strings.Builder
	depth := 0
	for _, r := range shape {
		if r == ']' {
			depth--
		}
		if depth == 0 {
			b.WriteRune(r)
		}
		if r == '[' {
			depth++
		}
	}
	return b.String()
}

// stuckOn names the dependency that the request waited for: that of the last call which was open for half the time.
func stuckOn(e exchange.Exchange, on string) string {
	for _, h := range slices.Backward(e.Hits) {
		if !h.Background && (h.Took == 0 || h.Took*2 > e.Took) && h.Call.On != "" {
			return h.Call.On
		}
	}
	return on
}

// owedClass is what the contract owes, by the hundreds of the first status that it prefers: 5 for trouble on this side, 4
// for what the caller can mend. Where it prefers no status it is its first word.
func owedClass(s *check.Subject) string {
	if s == nil || s.Row == nil || len(s.Row.Prefer) == 0 {
		return ""
	}
	for _, w := range s.Row.Prefer {
		if w != "" && w[0] >= '1' && w[0] <= '5' {
			return w[:1]
		}
	}
	return s.Row.Prefer[0]
}

// slug keeps of a text what may stand in a key.
func slug(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '+', r == '.':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	if s := strings.Trim(b.String(), "-."); s != "" {
		return s
	}
	return "all"
}
