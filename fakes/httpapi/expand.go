package httpapi

import (
	"encoding/hex"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// spread finds what the texts of a saying may hold beside their words: {pad:1048576} is that many letters x, and {hex:fffe}
// these bytes, which neither YAML nor JSON can carry as text.
var spread = regexp.MustCompile(`\{(pad:[0-9]{1,12}|hex:(?:[0-9a-f]{2})+)\}`)

// expand gives a text with its pads and bytes, and its length. A pad takes no memory.
func expand(text string) (size int64, r io.Reader) {
	var parts []io.Reader
	add := func(part io.Reader, n int64) {
		size += n
		parts = append(parts, part)
	}
	literal := func(s string) { add(strings.NewReader(s), int64(len(s))) }
	end := 0
	for _, at := range spread.FindAllStringSubmatchIndex(text, -1) {
		literal(text[end:at[0]])
		end = at[1]
		what, value, _ := strings.Cut(text[at[2]:at[3]], ":")
		if what == "pad" {
			n, _ := strconv.ParseInt(value, 10, 64)
			add(io.LimitReader(pad{}, n), n)
			continue
		}
		bytes, _ := hex.DecodeString(value)
		literal(string(bytes))
	}
	literal(text[end:])
	if len(parts) == 1 {
		return size, parts[0]
	}
	return size, io.MultiReader(parts...)
}

// expandText is for fields, which are held in memory.
func expandText(text string) string {
	if !spread.MatchString(text) {
		return text
	}
	_, r := expand(text)
	all, _ := io.ReadAll(io.LimitReader(r, 64<<20))
	return string(all)
}

// pad reads as letters without end.
type pad struct{}

var letters = strings.Repeat("x", 32<<10)

func (pad) Read(p []byte) (int, error) { return copy(p, letters), nil }
