package leak

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// inflate undoes one content coding (RFC 9110, section 8.4.1). It returns what
// could be read, for an answer that was cut off still leaks its beginning.
func inflate(coding string, body []byte, most int) (text []byte, name string) {
	if most <= 0 {
		return nil, ""
	}
	var r io.Reader
	var err error
	switch coding {
	case "gzip", "x-gzip":
		coding = "gzip"
		r, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		if r, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
			r, err = flate.NewReader(bytes.NewReader(body)), nil
		}
	case "br":
		r = brotli.NewReader(bytes.NewReader(body))
	case "zstd":
		d, e := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(16<<20), zstd.WithDecoderMaxWindow(8<<20))
		if e != nil {
			return nil, ""
		}
		defer d.Close()
		r = d
	default:
		return nil, ""
	}
	if err != nil {
		return nil, ""
	}
	text, _ = io.ReadAll(io.LimitReader(r, int64(most)))
	return text, coding
}

// magic names the coding whose signature the bytes begin with.
func magic(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte{0x1f, 0x8b, 8}):
		return "gzip"
	case bytes.HasPrefix(body, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	case len(body) > 2 && body[0] == 0x78 && (body[1] == 1 || body[1] == 0x5e || body[1] == 0x9c || body[1] == 0xda):
		return "deflate"
	}
	return ""
}

// narrow brings UTF-16 and binary texts into a shape in which bytes stand
// side by side: zero bytes are dropped when there are many.
func narrow(text string) string {
	if zeros := strings.Count(text[:min(len(text), 512)], "\x00"); zeros*5 < min(len(text), 512) || zeros == 0 {
		return text
	}
	return strings.ReplaceAll(text, "\x00", "")
}
