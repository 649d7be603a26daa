package leak

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const longestEvidence = 80

// evidence is what a person gets to see of a match: its line, cut to 80
// characters, printable, with every secret masked.
func (s *scan) evidence(text string, start, end int, secret bool) string {
	lo, hi := max(0, start-200), min(len(text), max(end, start+200)+200)
	if hi-lo > 8*reach {
		hi = lo + 8*reach
	}
	part := text[lo:hi]
	masks := s.secretSpans(part)
	if secret {
		masks = append(masks, [2]int{start - lo, min(end, hi) - lo})
	}
	slices.SortFunc(masks, func(a, b [2]int) int { return a[0] - b[0] })

	from := max(0, start-lo-24)
	if i := strings.LastIndexByte(part[from:start-lo], '\n'); i >= 0 {
		from += i + 1
	}
	for from > 0 && !utf8.RuneStart(part[from]) {
		from--
	}
	var b strings.Builder
	at := from
	for _, m := range masks {
		if m[1] <= at {
			continue
		}
		if m[0] > at {
			b.WriteString(part[at:m[0]])
		}
		b.WriteString(mask(part[m[0]:m[1]]))
		at = m[1]
	}
	b.WriteString(part[at:])
	return printable(b.String())
}

// secretSpans finds what must not be shown although it is not the match itself.
func (s *scan) secretSpans(text string) [][2]int {
	var spans [][2]int
	s.marks.find(text, func(m mark) bool {
		if s.marks.canaries[m.canary].Kind == KindSecret {
			spans = append(spans, [2]int{m.start, m.end})
		}
		return true
	})
	for _, at := range shownSecret.FindAllStringSubmatchIndex(text, -1) {
		for i := 2; i+1 < len(at); i += 2 {
			if at[i] >= 0 {
				spans = append(spans, [2]int{at[i], at[i+1]})
			}
		}
	}
	return spans
}

var shownSecret = regexp.MustCompile(`(?i)://[^\s:/@"']*:([^\s@/"']+)@|\b(?:password|passwd|pwd|secret|api_?key|token|access_?key)["']?\s*[=:]\s*["']?([^\s"',;&]{4,})|\bbearer\s+([\w.~+/-]{12,}=*)|\bbasic\s+([\w+/]{8,}=*)`)

// mask keeps the first four characters of a long secret, its length and a short
// hash, so that two findings can be compared.
func mask(secret string) string {
	head := ""
	if len(secret) >= 12 {
		head = secret[:4]
	}
	sum := sha256.Sum256([]byte(secret))
	return fmt.Sprintf("%s***(%d chars, #%x)", head, len(secret), sum[:3])
}

func printable(text string) string {
	var b strings.Builder
	n, space := 0, true
	for _, r := range text {
		if n == longestEvidence {
			break
		}
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			if space {
				continue
			}
			r = ' '
		}
		space = r == ' '
		b.WriteRune(r)
		n++
	}
	return strings.TrimRight(b.String(), " ")
}
