package system

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
)

func TestLongLinesAreCut(t *testing.T) {
	l := NewLines()
	s := l.Stream(stdout)
	fmt.Fprint(s, strings.Repeat("a", maxLine), "bcd\r\nnext")
	s.End()
	got := l.From(0)
	equal(t, "lines", len(got), 2)
	equal(t, "first", got[0].Text, strings.Repeat("a", maxLine)+" [failwell: 4 more bytes]")
	equal(t, "second", got[1].Text, "next")
}

func TestOldLinesAreDroppedWithANote(t *testing.T) {
	l := NewLines()
	l.limit = 100
	for n := range 30 {
		l.add(exchange.Line{Text: fmt.Sprintf("line %5d", n)})
	}
	got := l.From(0)
	first := got[1].N
	equal(t, "note", got[0].Text, fmt.Sprintf("failwell: %d lines were dropped here", first))
	equal(t, "text after it", got[1].Text, fmt.Sprintf("line %5d", first))
	last := got[len(got)-1]
	equal(t, "last", last.Text, "line    29")
	equal(t, "from the last on", len(l.From(last.N)), 1)
	equal(t, "from beyond", len(l.From(99)), 0)
	equal(t, "from the first on", len(l.From(first)), len(got)-1)
}

func TestLogFilesAreFollowed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "log", "app.log")
	write(t, file, "an old line\n")
	p := sh(`cat > /dev/null; read() { :; }; echo one >> log/app.log; mv log/app.log log/app.1; echo two > log/app.log; printf 'three' >> log/app.log; echo end`)
	p.Dir, p.Logs = dir, []string{stdout, "log/app.log"}
	i := start(t, p, Setup{})
	ended(t, i)
	if err := i.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range i.Logs(0) {
		if line.Stream == "log/app.log" {
			got = append(got, line.Text)
		}
	}
	equal(t, "lines", strings.Join(got, ","), "one,two,three")
	again, _ := os.ReadFile(file)
	equal(t, "file", string(again), "two\nthree")
}
