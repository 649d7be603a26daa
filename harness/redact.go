package harness

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/leak"
)

// redactor replaces secrets by stable stand-ins at the moment of capture, so that no report can leak them. A stand-in of a
// secret is a canary itself: where it appears, the secret appeared.
type redactor struct {
	replace  *strings.Replacer
	canaries []leak.Canary
}

func newRedactor(seed string, secrets map[string]Secret) redactor {
	var pairs []string
	var r redactor
	for name, s := range secrets {
		if len(s.Value) < 6 {
			continue
		}
		token := leak.Mint(seed, "secret", name)
		pairs = append(pairs, s.Value, token)
		r.canaries = append(r.canaries, leak.Canary{Token: token, Kind: "secret", Where: "the secret " + name})
	}
	r.replace = strings.NewReplacer(pairs...)
	slices.SortFunc(r.canaries, func(a, b leak.Canary) int { return strings.Compare(a.Token, b.Token) })
	return r
}

func (r redactor) text(s string) string { return r.replace.Replace(s) }

// private are the header fields whose values are credentials.
var private = []string{"Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization", "X-Api-Key"}

func (r redactor) header(h exchange.Header) exchange.Header {
	out := make(exchange.Header, len(h))
	for i, f := range h {
		f.Value = r.text(f.Value)
		if slices.Contains(private, http.CanonicalHeaderKey(f.Name)) {
			scheme, rest, ok := strings.Cut(f.Value, " ")
			if !ok {
				scheme, rest = "", f.Value
			}
			f.Value = strings.TrimSpace(scheme + " redacted-" + leak.Mint("header", rest))
		}
		f.Value = shorten(f.Value, 4<<10)
		out[i] = f
	}
	return out
}

// shorten keeps the beginning of a text that is only long for its own sake.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes)", strings.ToValidUTF8(text[:most/4], ""), len(text))
}

func (r redactor) exchange(e exchange.Exchange) exchange.Exchange {
	e.Request.Header = r.header(e.Request.Header)
	for _, text := range []*string{&e.Request.Body, &e.Request.Target, &e.Request.Raw} {
		*text = shorten(r.text(*text), 64<<10)
	}
	e.Detail = r.text(e.Detail)
	if e.Response != nil {
		p := *e.Response
		p.Header, p.Trailer = r.header(p.Header), r.header(p.Trailer)
		if !p.Base64 {
			p.Body = r.text(p.Body)
		}
		e.Response = &p
	}
	return e
}

func (r redactor) lines(lines []exchange.Line) []exchange.Line {
	out := slices.Clone(lines)
	for i := range out {
		out[i].Text = r.text(out[i].Text)
	}
	return out
}
