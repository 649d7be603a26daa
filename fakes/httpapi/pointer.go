package httpapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// place is where a value stands in a JSON text: doc[start:end]. To drop it is to cut doc[before:after], its name and one
// comma included.
type place struct{ start, end, before, after int }

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// find follows a JSON Pointer through a valid JSON text.
func find(doc []byte, pointer string) (place, bool) {
	all := place{start: skipSpace(doc, 0), end: len(bytes.TrimRight(doc, " \t\r\n"))}
	if pointer == "" {
		return all, true
	}
	if pointer[0] != '/' {
		return place{}, false
	}
	found := all
	for step := range strings.SplitSeq(pointer[1:], "/") {
		var ok bool
		if found, ok = child(doc, found, unescape.Replace(step)); !ok {
			return place{}, false
		}
	}
	return found, true
}

// child finds the member or element of that name within a value.
func child(doc []byte, in place, name string) (place, bool) {
	read := json.NewDecoder(bytes.NewReader(doc[in.start:in.end]))
	at := func() int { return in.start + int(read.InputOffset()) }
	open, _ := read.Token()
	if open != json.Delim('{') && open != json.Delim('[') {
		return place{}, false
	}
	for n, last := 0, at(); read.More(); n, last = n+1, at() {
		key := strconv.Itoa(n)
		begin := skipSpace(doc, last)
		if doc[begin] == ',' {
			begin = skipSpace(doc, begin+1)
		}
		if open == json.Delim('{') {
			token, _ := read.Token()
			key, _ = token.(string)
		}
		var value json.RawMessage
		if read.Decode(&value) != nil {
			return place{}, false
		}
		if key != name {
			continue
		}
		found := place{start: at() - len(value), end: at(), before: last, after: at()}
		if next := skipSpace(doc, found.end); n == 0 && doc[next] == ',' {
			found.before, found.after = begin, skipSpace(doc, next+1)
		}
		return found, true
	}
	return place{}, false
}

func skipSpace(doc []byte, i int) int {
	for i < len(doc) && strings.IndexByte(" \t\r\n", doc[i]) >= 0 {
		i++
	}
	return i
}
