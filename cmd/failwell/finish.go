package main

import (
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

// finish applies the baseline, writes the reports, and decides the exit code. A report that cannot be written keeps no other from being
// written; the error says which.
func (p *program) finish(l *loaded, f runFlags, r report.Run, known report.Baseline) error {
	report.Apply(&r, known)
	next, err := p.keepBaseline(l, f, r, known)
	unwritten := []error{err}
	if f.accept && err == nil && !r.Interrupted {
		report.Apply(&r, next)
		r.Accepted = true
	}
	kept := r
	if last, err := readLast(l.Path); err == nil && !r.Full() {
		kept = last.Merged(r)
		r.KeepLetters(kept)
	}
	if err := saveLast(l.Path, kept); err != nil {
		_, _ = fmt.Fprintln(p.err, "the run could not be kept for show and curl:", report.Plain(err.Error()))
	}
	for _, spec := range f.reports {
		target, err := report.ParseTarget(spec)
		if err != nil {
			return err
		}
		if err := target.Save(r); err != nil {
			unwritten = append(unwritten, fmt.Errorf("%s report: %w", target.Format, err))
		}
	}
	style := report.Style{Colour: isTerminal(p.out) && os.Getenv("NO_COLOR") == "", All: f.all, Width: width(p.out), NoSkips: f.noSkips}
	unwritten = append(unwritten, report.Terminal(p.out, r, style))
	if err := errors.Join(unwritten...); err != nil {
		return fmt.Errorf("exit 2 after all, because not everything could be written: %w", err)
	}
	p.code = r.Exit(f.noSkips)
	if r.Interrupted && p.code == 0 {
		p.code = 3
	}
	return nil
}

// keepBaseline writes the baseline where that is asked for, says what is in it, and gives it. What a run that was stopped has not seen
// would be missing, or gone, so such a run writes none.
func (p *program) keepBaseline(l *loaded, f runFlags, r report.Run, known report.Baseline) (report.Baseline, error) {
	next := known
	switch {
	case !f.accept && !f.tidy:
		return known, nil
	case r.Interrupted:
		_, _ = fmt.Fprintln(p.err, "the baseline is left as it was, since the run was stopped before its end")
		return known, nil
	case f.accept:
		next = r.Accept(known)
	case f.tidy:
		next = known.Tidy(r.Fixed)
	}
	path := f.baseline
	if path == "" {
		path = filepath.Join(l.Dir, "failwell.baseline.yaml")
	}
	out, err := os.Create(path)
	if err != nil {
		return known, err
	}
	if err := errors.Join(report.WriteBaseline(out, next), out.Close()); err != nil {
		return known, err
	}
	_, _ = fmt.Fprintf(p.err, "wrote %s: %s\n", report.Plain(path), next.Changed(known))
	return next, nil
}
