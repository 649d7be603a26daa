package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/failwell/failwell/harness/report"
)

// baseline reads the file of known groups.
func (p *program) baseline(l *loaded, f runFlags) (report.Baseline, error) {
	path := f.baseline
	if path == "" {
		path = filepath.Join(l.Dir, "failwell.baseline.yaml")
		if _, err := os.Stat(path); err != nil {
			return report.Baseline{}, nil
		}
	}
	src, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && f.accept {
		return report.Baseline{}, nil
	}
	if err != nil {
		return report.Baseline{}, err
	}
	return report.ReadBaseline(path, src)
}

// finish applies the baseline, writes the reports, and decides the exit code.
func (p *program) finish(l *loaded, f runFlags, r report.Run, known report.Baseline) error {
	report.Apply(&r, known)
	if err := p.keepBaseline(l, f, r, known); err != nil {
		return err
	}
	if err := saveLast(l.Path, r); err != nil {
		_, _ = fmt.Fprintln(p.err, "the run could not be kept for show and curl:", report.Plain(err.Error()))
	}
	for _, spec := range f.reports {
		target, err := report.ParseTarget(spec)
		if err != nil {
			return err
		}
		if err := target.Save(r); err != nil {
			return err
		}
	}
	style := report.Style{Colour: isTerminal(p.out) && os.Getenv("NO_COLOR") == "", All: f.all, Width: width(p.out), NoSkips: f.noSkips}
	if err := report.Terminal(p.out, r, style); err != nil {
		return err
	}
	p.code = r.Exit(f.noSkips)
	if r.Interrupted && p.code == 0 {
		p.code = 3
	}
	return nil
}

func (p *program) keepBaseline(l *loaded, f runFlags, r report.Run, known report.Baseline) error {
	next := known
	switch {
	case f.accept:
		next = r.Accept(known)
	case f.tidy:
		next = known.Tidy(r.Fixed)
	default:
		return nil
	}
	path := f.baseline
	if path == "" {
		path = filepath.Join(l.Dir, "failwell.baseline.yaml")
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(report.WriteBaseline(out, next), out.Close())
}

// saveLast keeps a run for show, curl and @GROUP.
func saveLast(labPath string, r report.Run) error {
	path := lastRun(labPath)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

func readLast(labPath string) (report.Run, error) {
	f, err := os.Open(lastRun(labPath))
	if err != nil {
		return report.Run{}, fmt.Errorf("no run of %s is kept here: run it first", labPath)
	}
	defer func() { _ = f.Close() }()
	return report.ReadJSON(f)
}
