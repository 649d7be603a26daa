package capture

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/failwell/failwell/harness/exchange"
)

// errUnknown is the error of a content coding that nobody here can undo.
var errUnknown = errors.New("its content coding cannot be undone")

// decoded undoes the content codings of a body (RFC 9110, 8.4): the last one first. coding says them, "" when there is none
// or nothing came.
func decoded(h exchange.Header, sent io.Reader) (text io.Reader, coding string, err error) {
	names := codings(h)
	if len(names) == 0 {
		return sent, "", nil
	}
	for _, name := range names {
		if !slices.Contains([]string{"gzip", "deflate", "br", "zstd"}, name) {
			return sent, "", fmt.Errorf("%w: %s", errUnknown, name)
		}
	}
	first := bufio.NewReader(sent)
	if _, err := first.Peek(1); err != nil {
		return first, "", nil // nothing came, as in the answer to a HEAD
	}
	text = first
	for _, name := range slices.Backward(names) {
		if text, err = decoder(name, text); err != nil {
			return nil, strings.Join(names, ", "), fmt.Errorf("it does not decode as %s: %w", name, err)
		}
	}
	return text, strings.Join(names, ", "), nil
}

// codings lists the content codings of a body in the order in which they were applied.
func codings(h exchange.Header) []string {
	var names []string
	for _, f := range h {
		if !strings.EqualFold(f.Name, "Content-Encoding") {
			continue
		}
		for name := range strings.SplitSeq(strings.ToLower(f.Value), ",") {
			name = strings.TrimPrefix(strings.TrimSpace(name), "x-")
			if name != "" && name != "identity" {
				names = append(names, name)
			}
		}
	}
	return names
}

func decoder(name string, from io.Reader) (io.Reader, error) {
	switch name {
	case "gzip":
		return gzip.NewReader(from)
	case "deflate": // the zlib format, and what many send in its place
		first := bufio.NewReader(from)
		if b, err := first.Peek(2); err == nil && b[0]&0x0f == 8 && (int(b[0])<<8|int(b[1]))%31 == 0 {
			return zlib.NewReader(first)
		}
		return flate.NewReader(first), nil
	case "br":
		return brotli.NewReader(from), nil
	}
	d, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20)) // RFC 9659
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}
