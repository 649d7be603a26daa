package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/draft"
	"github.com/failwell/failwell/harness/report"
)

func initCommand(p *program) *cobra.Command {
	var to string
	var force bool
	c := &cobra.Command{
		Use:     "init [DIR | FILE.. | URL]",
		Short:   "Write the first lab from what is there",
		Example: "  failwell init\n  failwell init openapi.yaml compose.yaml",
		Long: "Write the first failwell.yaml from an OpenAPI document, a compose file, a Dockerfile, a .env, a GraphQL schema, a HAR, the sources, or a running API.\n" +
			"Without a FILE it looks for them in the directory. Nothing is started, and no value of a secret is copied.",
		RunE: func(c *cobra.Command, args []string) error {
			dir := to
			if len(args) == 1 && isDir(args[0]) {
				dir, args = args[0], nil
			}
			d, err := draft.Make(c.Context(), dir, args)
			if err != nil {
				return err
			}
			if err := writeAll(dir, d.Files(), force); err != nil {
				return err
			}
			return p.drafted(dir, d)
		},
	}
	c.Flags().StringVar(&to, "to", ".", "the `DIR` that gets the lab")
	c.Flags().BoolVar(&force, "force", false, "write over files that are there")
	return c
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// writeAll writes files below a directory, all or none: those that are there stay, unless forced.
func writeAll(dir string, files map[string]string, force bool) error {
	var bad []error
	for _, name := range sorted(files) {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil && !force {
			bad = append(bad, fmt.Errorf("%s is there already; --force writes over it", filepath.Join(dir, name)))
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			bad = append(bad, err)
		}
	}
	if err := errors.Join(bad...); err != nil {
		return err
	}
	for _, name := range sorted(files) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// drafted checks the lab that was written, and says what is in it, what is left to do, and what comes next.
func (p *program) drafted(dir string, d *draft.Draft) error {
	files := d.Files()
	for _, name := range sorted(files) {
		_, _ = fmt.Fprintln(p.out, "wrote", report.Plain(filepath.Join(dir, name)))
	}
	l, err := p.load([]string{dir}, labFlags{plan: "representative", host: hostHere})
	if err != nil {
		return fmt.Errorf("the lab that was made is not right yet:\n%w", err)
	}
	_, _ = fmt.Fprintf(p.out, "%s, %s\n", l.asks(), plural(len(l.Known().Dependencies), "dependency", "dependencies"))
	for _, left := range d.Left {
		_, _ = fmt.Fprintln(p.out, "left out:", report.Plain(left))
	}
	for _, name := range sorted(files) {
		for _, todo := range draft.Todo(files[name]) {
			_, _ = fmt.Fprintf(p.out, "TODO %s:%s\n", report.Plain(filepath.Join(dir, name)), report.Plain(todo))
		}
	}
	lab := ""
	if dir != "." {
		lab = " " + dir
	}
	_, err = fmt.Fprintf(p.out, "next: failwell calm%s, then failwell run%s --plan smoke\n", lab, lab)
	return err
}

// welcome is the program without a command: its help, and how a directory without a lab gets one.
func welcome(c *cobra.Command) error {
	if _, err := os.Stat("failwell.yaml"); err != nil {
		_, _ = fmt.Fprintln(c.OutOrStdout(), "There is no failwell.yaml here: `failwell init` writes one.")
		_, _ = fmt.Fprintln(c.OutOrStdout())
	}
	return c.Help()
}

// sorted are the keys of a map, in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
