package main

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/failwell/failwell/harness/report"
)

// writers are the forms of a report; one more is one more line.
func writers() map[string]func(io.Writer, report.Run) error {
	return map[string]func(io.Writer, report.Run) error{
		"terminal": func(w io.Writer, r report.Run) error { return report.Terminal(w, r, report.Style{All: true}) },
		"json":     report.WriteJSON,
		"junit":    report.JUnit,
		"html":     report.HTML,
		"markdown": report.Markdown,
		"sarif":    report.SARIF,
	}
}

func formats() []string { return slices.Sorted(maps.Keys(writers())) }

func writeReport(format, path string, r report.Run) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(writers()[format](f, r), f.Close())
}
