package httpapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// rewritable is the longest body that is rewritten.
const rewritable = 16 << 20

// rewrite changes the answer's JSON body, and tells whether any patch found its place. If none did, the answer is as it
// was. A gzipped body is given unzipped.
func (a *answer) rewrite(patches []fault.Patch) bool {
	var seen bytes.Buffer
	_, err := io.CopyN(&seen, a.body, rewritable)
	whole := errors.Is(err, io.EOF)
	a.body = io.MultiReader(bytes.NewReader(seen.Bytes()), a.body)
	if err != nil && !whole {
		a.body = io.MultiReader(bytes.NewReader(seen.Bytes()), ended{err})
	}
	coding := a.Header.Get("Content-Encoding")
	doc, ok := plain(seen.Bytes(), coding)
	if !whole || !ok || !json.Valid(doc) {
		return false
	}
	found := false
	for _, p := range everyMember(doc, patches) {
		if changed, ok := patch(doc, p); ok {
			doc, found = changed, true
		}
	}
	if !found {
		return false
	}
	a.body, a.length = bytes.NewReader(doc), int64(len(doc))
	a.Header.Set("Content-Length", strconv.Itoa(len(doc)))
	a.Header.Del("Content-Encoding")
	return true
}

func plain(body []byte, coding string) ([]byte, bool) {
	switch strings.ToLower(coding) {
	case "", "identity":
		return body, true
	case "gzip":
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, false
		}
		doc, err := io.ReadAll(io.LimitReader(z, rewritable))
		return doc, err == nil && len(doc) < rewritable
	}
	return nil, false
}

// ended is a body that broke off.
type ended struct{ err error }

func (e ended) Read([]byte) (int, error) { return 0, e.err }

// patch changes the value at a JSON Pointer (RFC 6901), or drops it, and leaves every other byte as it was. It tells
// whether there is such a place.
func patch(doc []byte, p fault.Patch) ([]byte, bool) {
	place, ok := find(doc, p.At)
	if !ok {
		return doc, false
	}
	from, to, value := place.start, place.end, p.To
	switch p.Op {
	case "", "set":
		ok = json.Valid([]byte(value))
	case "null":
		value = "null"
	case "drop":
		from, to, value = place.before, place.after, ""
		ok = p.At != ""
	default:
		ok = false
	}
	if !ok {
		return doc, false
	}
	return append(append(append([]byte(nil), doc[:from]...), value...), doc[to:]...), true
}

// everyMember makes of a patch at "*" one for each member of the top-level object.
func everyMember(doc []byte, patches []fault.Patch) []fault.Patch {
	var all []fault.Patch
	for _, p := range patches {
		if p.At != "*" {
			all = append(all, p)
			continue
		}
		var members map[string]json.RawMessage
		_ = json.Unmarshal(doc, &members)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			p.At = "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
			all = append(all, p)
		}
	}
	return all
}
