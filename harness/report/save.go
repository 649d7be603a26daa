package report

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writers are the forms of a report; one more is one more line.
func writers() map[string]func(io.Writer, Run) error {
	return map[string]func(io.Writer, Run) error{
		"terminal": func(w io.Writer, r Run) error { return Terminal(w, r, Style{All: true}) },
		"json":     WriteJSON,
		"junit":    JUnit,
		"html":     HTML,
		"markdown": Markdown,
		"sarif":    SARIF,
		"agent":    Agent,
		"github":   GitHub,
	}
}

// Formats lists the forms of a report that Save writes.
func Formats() []string { return slices.Sorted(maps.Keys(writers())) }

// Write writes a finished run in one of the formats.
func Write(format string, w io.Writer, r Run) error {
	write, ok := writers()[format]
	if !ok {
		return fmt.Errorf("there is no report %q", format)
	}
	return write(w, r)
}

// Target is a report that is to be written: FORMAT=PATH.
type Target struct{ Format, Path string }

// stdout is the path of a report that goes to standard output.
const stdout = "-"

// ParseTarget reads FORMAT=PATH. github alone goes to standard output, where GitHub reads it.
func ParseTarget(text string) (Target, error) {
	format, path, ok := strings.Cut(text, "=")
	if text == "github" {
		return Target{format, stdout}, nil
	}
	if !slices.Contains(Formats(), format) || !ok || path == "" {
		return Target{}, fmt.Errorf("want FORMAT=PATH with one of %s, not %q", strings.Join(Formats(), ", "), text)
	}
	return Target{format, path}, nil
}

// Save writes a finished run to the target's file, and makes the directory that it is in.
func (t Target) Save(r Run) error {
	if t.Path == stdout {
		return Write(t.Format, os.Stdout, r)
	}
	if err := os.MkdirAll(filepath.Dir(t.Path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(t.Path)
	if err != nil {
		return err
	}
	return errors.Join(Write(t.Format, f, r), f.Close())
}
