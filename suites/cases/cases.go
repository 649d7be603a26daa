// Package cases runs testdata/cases: small inputs on which failwell was wrong, or has to stay right.
package cases

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// Row is a line of expected.tsv.
type Row struct {
	Folder string
	Args   []string // of `failwell run .`; a remark in brackets is none
	Exit   []string // the codes that are right; empty: any
	Must   []string // check@case globs of what must fail
	Not    []string // of what must not
	Say    string
}

// Name tells rows of one folder apart.
func (r Row) Name() string { return strings.TrimSpace(r.Folder + " " + strings.Join(r.Args, " ")) }

// Rows reads expected.tsv.
func Rows(t *testing.T) []Row {
	t.Helper()
	f, err := os.Open(filepath.Join(program.Root(t), "testdata", "cases", "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var all []Row
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cells := strings.Split(lines.Text(), "\t")
		if len(cells) != 6 {
			t.Fatalf("want six cells: %q", lines.Text())
		}
		if strings.HasPrefix(cells[0], "#") {
			continue
		}
		r := Row{Folder: cells[0], Must: list(cells[3]), Not: list(cells[4]), Say: cells[5]}
		if !strings.HasPrefix(cells[1], "(") {
			r.Args = strings.Fields(cells[1])
		}
		if cells[2] != "-" {
			r.Exit = strings.Split(cells[2], "|")
		}
		all = append(all, r)
	}
	return all
}

func list(cell string) []string {
	return slices.DeleteFunc(strings.Split(cell, ","), func(s string) bool { return s == "" })
}

// Failing lists check@case of everything that failed in a run.
func Failing(run report.Run) []string {
	var all []string
	for _, r := range run.Results {
		for _, v := range r.Verdicts {
			if v.Outcome == check.Fail {
				all = append(all, v.Check+"@"+r.ID)
			}
		}
	}
	return all
}

// Matching are the texts that a glob fits, in which * stands for anything.
func Matching(glob string, texts []string) []string {
	want := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(glob), `\*`, ".*") + "$")
	return slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return !want.MatchString(s) })
}

// Copy gives a test a copy of a folder of testdata/cases, since the systems in it may write beside themselves.
func Copy(t *testing.T, folder string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), folder)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(program.Root(t), "testdata", "cases", folder))); err != nil {
		t.Fatal(err)
	}
	return dir
}
