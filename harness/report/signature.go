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
}

// trouble is what the log must say alike for two keys to be one cause. A frame of one's own tells it; mere words of an
// error (connection refused) only for the same dependency. Whoever hangs logs nothing but that the caller has left.
func (s signature) trouble() (string, bool) {
	switch {
	case s.family == "hang" || !s.log.known():
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

// sign makes the signature of a failed case.
func sign(r Result) (sig signature) {
	v := Headline(r)
	e := pick(r, v)
	on := strings.Join(slices.Sorted(slices.Values(r.On)), "+")
	sig = signature{family: v.Check, place: on, on: on, log: logged(r.Subject)}
	class := classOf(v, r.Subject)
	status, media, shape := skeleton(e)
	defer func() {
		if e.Hop != "" && aboutAnswer(v.Check) {
			sig.parts = append(sig.parts, e.Hop)
		}
	}()
	switch v.Check {
	case "answered", "within":
		sig.family, sig.place = "hang", stuckOn(e, on)
		if v.Check == "answered" && e.Failure != exchange.NoAnswer {
			sig.family, sig.place, sig.parts = "answered", on, []string{class}
		}
	case "leak":
		_, at, _ := strings.Cut(v.Reason, ", at ")
		sig.place, sig.parts = mask(at, nil), []string{media}
	case "blame":
		sig.parts = []string{status, media, shape}
	case "status":
		owes := owedClass(r.Subject)
		sig.place, sig.parts = status, []string{owes, media, shape, sig.log.frame}
		if owes == "4" { // what the caller can mend is told by the one who found it, while a 500 for all comes from one place
			sig.parts = append(sig.parts, on)
		}
	case "complete", "shape", "trace", "logged", "retry-after":
		sig.place, sig.parts = media, []string{class}
	case "log-secret":
		sig.place, sig.parts = "", []string{class}
	case "unaffected":
		sig.place, sig.parts = "wait", []string{"took"}
		if _, gave, ok := strings.Cut(v.Reason, " gave "); ok {
			gave, _, _ = strings.Cut(gave, " ")
			sig.place, sig.parts = gave, nil
		}
	case "settled": // whoever goes on, whatever fails
		if s := r.Subject; s != nil && len(s.Restless) > 0 {
			sig.place = s.Restless[len(s.Restless)-1].Call.On
		}
	case "attempts", "healed", "resent":
	case "relayed": // one rule of the gateway rewrites whatever fails
		sig.place, sig.parts = status, []string{media, shape}
	case "success":
		sig.parts = []string{status, media, hollow(shape)}
	case "liveness": // one handler, whatever it asks
		sig.place, sig.parts = "", []string{class}
	case "alive", "start", "once", "effect", "readiness":
		sig.parts = []string{class}
	default:
		sig.parts = []string{class, status, media, shape}
	}
	return sig
}

// pick is the exchange that the headline speaks about; the zero Exchange when nothing was asked under the fault.
func pick(r Result, v check.Verdict) exchange.Exchange {
	if r.Subject == nil {
		return exchange.Exchange{}
	}
	faulty := r.Subject.Judged(exchange.Faulty)
	if v.Check == "answered" {
		if i := slices.IndexFunc(faulty, func(e exchange.Exchange) bool { return e.Failure != "" }); i >= 0 {
			return faulty[i]
		}
	}
	digits := v.Reason[:len(v.Reason)-len(strings.TrimLeft(v.Reason, "0123456789"))]
	if n, err := strconv.Atoi(digits); err == nil {
		if i := slices.IndexFunc(faulty, func(e exchange.Exchange) bool { return e.Status() == n }); i >= 0 {
			return faulty[i]
		}
	}
	for _, bad := range []func(exchange.Exchange) bool{
		func(e exchange.Exchange) bool { return e.Status() >= 400 },
		func(e exchange.Exchange) bool { return e.Response != nil },
		func(e exchange.Exchange) bool { return true },
	} {
		if i := slices.IndexFunc(faulty, bad); i >= 0 {
			return faulty[i]
		}
	}
	return exchange.Exchange{}
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

// classOf is the kind of finding within its check: the reason without what differs between cases.
func classOf(v check.Verdict, s *check.Subject) string {
	reason := v.Reason
	for _, end := range []string{" although ", ", though "} {
		reason, _, _ = strings.Cut(reason, end)
	}
	return mask(reason, said(s))
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
