package leak

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// An answer of the corpus, testdata/leaks/*.txt. The format:
//
//	=== leak NAME FAMILY[,FAMILY] [encode=gzip|deflate|rawdeflate|br|zstd|base64|hex|percent|utf16]
//	> a text that the request carried
//	503 Reason
//	Header: value
//
//	body up to the next answer
type answer struct {
	file, name string
	leak       bool
	families   []string
	in         Input
}

func corpus(tb testing.TB) []answer {
	tb.Helper()
	files, err := filepath.Glob("../../testdata/leaks/*.txt")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no corpus: %v", err)
	}
	var all []answer
	seen := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for _, part := range strings.Split("\n"+string(text), "\n=== ")[1:] {
			a := parseAnswer(tb, part)
			a.file = strings.TrimSuffix(filepath.Base(file), ".txt")
			if seen[a.name] {
				tb.Fatalf("%s: %s is there twice", file, a.name)
			}
			seen[a.name] = true
			all = append(all, a)
		}
	}
	return all
}

func parseAnswer(tb testing.TB, part string) answer {
	head, rest, _ := strings.Cut(part, "\n")
	words := strings.Fields(head)
	if len(words) < 2 || words[0] != "leak" && words[0] != "clean" {
		tb.Fatalf("%q: want leak or clean and a name", head)
	}
	a := answer{name: words[1], leak: words[0] == "leak"}
	encode := ""
	for _, w := range words[2:] {
		if v, ok := strings.CutPrefix(w, "encode="); ok {
			encode = v
		} else {
			a.families = strings.Split(w, ",")
		}
	}
	if a.leak != (len(a.families) > 0) {
		tb.Fatalf("%q: families are for leaks", head)
	}
	fields, body, _ := strings.Cut(strings.TrimLeft(rest, "\n"), "\n\n")
	fields = strings.TrimRight(fields, "\n")
	for line := range strings.SplitSeq(fields, "\n") {
		if text, ok := strings.CutPrefix(line, "> "); ok {
			a.in.Request = append(a.in.Request, text)
		} else if name, value, ok := strings.Cut(line, ": "); ok && a.in.Status > 0 {
			a.in.Header = append(a.in.Header, [2]string{name, value})
		} else {
			code, reason, _ := strings.Cut(line, " ")
			if a.in.Status, _ = strconv.Atoi(code); a.in.Status == 0 {
				tb.Fatalf("%s: no status in %q", a.name, line)
			}
			a.in.Reason = reason
		}
	}
	a.in.Body = encoded(tb, encode, strings.TrimRight(body, "\n"))
	return a
}

func encoded(tb testing.TB, encoding, body string) []byte {
	var b bytes.Buffer
	switch encoding {
	case "":
		return []byte(body)
	case "gzip":
		return zipped(body)
	case "deflate":
		w := zlib.NewWriter(&b)
		w.Write([]byte(body))
		w.Close()
	case "rawdeflate":
		w, _ := flate.NewWriter(&b, 5)
		w.Write([]byte(body))
		w.Close()
	case "br":
		w := brotli.NewWriter(&b)
		w.Write([]byte(body))
		w.Close()
	case "zstd":
		w, _ := zstd.NewWriter(&b)
		w.Write([]byte(body))
		w.Close()
	case "base64":
		b.WriteString(base64.StdEncoding.EncodeToString([]byte(body)))
	case "hex":
		b.WriteString(hex.EncodeToString([]byte(body)))
	case "percent":
		b.WriteString(url.QueryEscape(body))
	case "utf16":
		for _, c := range []byte(body) {
			b.Write([]byte{c, 0})
		}
	default:
		tb.Fatalf("unknown encoding %q", encoding)
	}
	return b.Bytes()
}

func TestCorpus(t *testing.T) {
	d := New()
	type score struct{ leaks, found, family, clean, alarms, hints int }
	scores := map[string]*score{}
	for _, a := range corpus(t) {
		sum := scores[a.file]
		if sum == nil {
			sum = &score{}
			scores[a.file] = sum
		}
		got := d.Scan(a.in)
		likely := false
		family := false
		for _, f := range got {
			likely = likely || f.Certainty.AtLeast(Likely)
			for _, want := range a.families {
				family = family || f.Family == want
			}
			if n := len([]rune(f.Text)); n > 80 {
				t.Errorf("%s: %d characters of evidence", a.name, n)
			}
		}
		switch {
		case a.leak:
			sum.leaks++
			if likely {
				sum.found++
			} else {
				t.Logf("missed %s/%s: %+v", a.file, a.name, got)
			}
			if family {
				sum.family++
			} else if likely {
				t.Logf("other family %s/%s: want %v, got %+v", a.file, a.name, a.families, got)
			}
		default:
			sum.clean++
			if likely {
				sum.alarms++
				t.Errorf("false alarm %s/%s: %+v", a.file, a.name, got)
			} else if len(got) > 0 {
				sum.hints++
				t.Logf("hint %s/%s: %+v", a.file, a.name, got)
			}
		}
	}
	var all score
	for file, s := range scores {
		t.Logf("%-12s recall %d/%d, right family %d, false alarms %d/%d, possible on clean %d", file, s.found, s.leaks, s.family, s.alarms, s.clean, s.hints)
		all.leaks += s.leaks
		all.found += s.found
		all.clean += s.clean
		all.alarms += s.alarms
	}
	recall := float64(all.found) / float64(all.leaks)
	t.Logf("recall %.1f %% of %d leaks, %d false alarms on %d clean answers", 100*recall, all.leaks, all.alarms, all.clean)
	if recall < 0.9 {
		t.Errorf("recall is %.2f, want at least 0.9", recall)
	}
}
