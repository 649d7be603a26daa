package capture

import (
	"fmt"
	"mime"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/leak"
)

// The bounds of what lies behind the part of a body that is kept.
const (
	window  = 64 << 10 // what the detector gets at a time
	overlap = 8 << 10  // of which the next window has so much at least
	ahead   = 4 << 20  // what is read before the looking begins, so that most bodies are timed without it
	pieces  = 16       // that are kept
	small   = 2 << 10  // a piece is not made smaller than this
)

// rest is what lies behind the part of a body that is kept, while it comes.
type rest struct {
	c        Capture
	detector *leak.Detector // nil: nothing is looked for
	canaries []leak.Canary
	status   int
	media    string
	isJSON   bool // by its beginning or its type
	valid    *jsonText

	raw    string // has come, but a secret may have begun in it
	text   []byte // without secrets, not looked at yet
	at     int    // where text begins
	start  place  // what is around its beginning
	inside bool   // it begins between two values
	places places

	kept   []exchange.Piece
	seen   map[string]bool
	more   int // findings that were not kept
	unseen string
}

func newRest(c Capture, r *exchange.Response, head []byte) *rest {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	b := &rest{c: c, status: r.Status, media: media, seen: map[string]bool{}, canaries: slices.Concat(c.Redact.Canaries(), c.Canaries)}
	if c.Detector != nil {
		b.detector = c.Detector()
	}
	if isJSONType(media) {
		b.valid = &jsonText{}
	}
	start := strings.TrimLeft(string(head[:min(len(head), 64)]), " \t\r\n\ufeff)]}',")
	b.isJSON = isJSONType(media) || strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[")
	b.take(head)
	b.skip(len(b.text) - overlap) // the detector sees what is kept
	return b
}

func isJSONType(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

func (b *rest) write(p []byte) {
	for len(p) > 0 {
		n := min(len(p), ahead)
		b.take(p[:n])
		p = p[n:]
		if len(b.text) >= ahead {
			b.look(false)
		}
	}
}

// take lets more of the body in.
func (b *rest) take(p []byte) {
	if b.valid != nil {
		b.valid.write(p)
	}
	if b.detector == nil {
		return
	}
	b.raw += string(p)
	clean, n := b.c.Redact.Begin(b.raw)
	b.raw = b.raw[n:]
	b.add(clean)
}

func (b *rest) add(clean string) {
	if b.isJSON {
		b.places.write(clean)
	}
	b.text = append(b.text, clean...)
}

// skip goes on to the last place before so many bytes of the text, or to there.
func (b *rest) skip(n int) {
	n = max(n, 0)
	at, ok := b.places.between(b.at, b.at+n)
	b.start = at
	if ok && b.isJSON {
		n = at.at - b.at
	}
	b.inside = ok && b.isJSON
	b.text = b.text[n:]
	b.at += n
	b.places.forget(b.at)
}

// look lets the detector see what has come, window by window; final: there is no more.
func (b *rest) look(final bool) {
	for len(b.text) > window {
		b.examine(b.part(window))
		b.skip(window - overlap)
	}
	if final && len(b.text) > 0 {
		b.examine(b.part(len(b.text)))
	}
	b.text = slices.Clone(b.text)
}

// part is the beginning of the text.
func (b *rest) part(n int) leak.Part {
	return leak.Part{At: b.at, Text: strings.ToValidUTF8(string(b.text[:n]), "?"), JSON: b.inside, Errors: b.start.errors}
}

// examine keeps what the detector finds in a part.
func (b *rest) examine(p leak.Part) {
	found, unseen := b.detector.ExaminePart(b.status, b.media, b.canaries, p)
	if unseen != "" && b.unseen == "" {
		b.unseen = unseen
	}
	for _, f := range found {
		key := f.Rule + "\x00" + f.Text
		if !f.Certainty.AtLeast(leak.Likely) || b.seen[key] {
			continue
		}
		b.seen[key] = true
		if len(b.kept) == pieces {
			b.more++
			continue
		}
		q := b.smaller(p, f)
		b.kept = append(b.kept, exchange.Piece{At: q.At, Text: q.Text, JSON: q.JSON, Errors: q.Errors})
	}
}

// smaller cuts a part down as far as the detector still finds the same in it.
func (b *rest) smaller(p leak.Part, f leak.Finding) leak.Part {
	for len(p.Text) > small {
		n := len(p.Text) * 5 / 8
		front, back := p, p
		front.Text = p.Text[:n]
		from := len(p.Text) - n
		at, ok := b.places.between(p.At, p.At+from)
		if p.JSON && ok {
			from = at.at - p.At
		}
		if b.isJSON {
			back.Errors = at.errors
		}
		back.JSON = p.JSON && ok
		back.At, back.Text = p.At+from, p.Text[from:]
		switch {
		case b.finds(front, f):
			p = front
		case b.finds(back, f):
			p = back
		default:
			return p
		}
		p.Text = strings.ToValidUTF8(p.Text, "")
	}
	return p
}

// finds tells whether a part gives a finding as sure as one of the whole.
func (b *rest) finds(p leak.Part, f leak.Finding) bool {
	found, _ := b.detector.ExaminePart(b.status, b.media, b.canaries, p)
	for _, g := range found {
		if g.Rule == f.Rule && g.Certainty.AtLeast(f.Certainty) && (f.Canary == nil || g.Canary != nil && g.Canary.Token == f.Canary.Token) {
			return true
		}
	}
	return false
}

// end says in a response what the rest of its body showed; cut: it did not come whole.
func (b *rest) end(r *exchange.Response, cut bool) {
	if b.detector != nil {
		clean := b.c.Redact.Text(b.raw)
		if cut {
			clean = b.c.Redact.Cut(b.raw)
		}
		b.add(clean)
		b.look(true)
	}
	r.Rest = b.kept
	if b.valid != nil && !cut {
		r.Invalid = b.valid.end()
	}
	switch {
	case r.Unseen != "":
	case b.detector == nil:
		r.Unseen = "what lies behind its first MiB"
	case b.unseen != "":
		r.Unseen = b.unseen
	case b.more > 0:
		r.Unseen = fmt.Sprintf("%d more places with such texts; %d were kept", b.more, pieces)
	}
}
