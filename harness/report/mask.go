package report

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

var (
	stampText  = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`)
	uuidText   = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b`)
	hexText    = regexp.MustCompile(`(?i)\b(?:0x)?[0-9a-f]{7,}\b`)
	spanText   = regexp.MustCompile(`\b(?:\d+(?:\.\d+)?(?:h|ms|µs|us|ns|m|s))+\b`)
	numberText = regexp.MustCompile(`\d+`)
)

// mask takes out of a text whatever differs between two runs of one and the same bug: the given words, times, ids,
// durations and numbers.
func mask(text string, said []string) string {
	for _, w := range said {
		text = strings.ReplaceAll(text, w, "~")
		text = strings.ReplaceAll(text, strings.ReplaceAll(w, `"`, `\"`), "~")
	}
	text = stampText.ReplaceAllString(text, "#")
	text = uuidText.ReplaceAllString(text, "#")
	text = hexText.ReplaceAllStringFunc(text, func(s string) string {
		if strings.ContainsAny(s, "0123456789") {
			return "#"
		}
		return s
	})
	text = spanText.ReplaceAllString(text, "#")
	return strings.Join(strings.Fields(numberText.ReplaceAllString(text, "#")), " ")
}

// said lists the words that failwell itself put into the case: canaries, trace ids, and what struck dependencies answered.
// Longer ones come first, so that a word within another is not taken out of it.
func said(s *check.Subject) []string {
	if s == nil {
		return nil
	}
	var words []string
	add := func(w string) {
		if len(w) >= 4 && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	for _, c := range s.Canaries {
		add(c.Token)
	}
	for _, e := range s.Exchanges {
		add(e.Trace)
		for _, h := range e.Struck() {
			add(h.Effect.Say.Status)
			add(h.Effect.Say.Body)
			for _, text := range h.Effect.Say.Fields {
				add(text)
			}
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return words
}

// bodyOf gives the bytes of a body as far as it is kept.
func bodyOf(e exchange.Exchange) []byte { return capture.Body(e.Response) }
