package main

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/report"
)

func upCommand(p *program) *cobra.Command {
	var f labFlags
	var lab string
	c := &cobra.Command{
		Use:     "up [LAB|CASE|@GROUP]",
		Short:   "Hold a lab open, with the faults of a case armed, until Ctrl-C",
		Example: "  failwell up",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			which := ""
			if len(args) > 0 && (strings.Contains(args[0], ":") || strings.HasPrefix(args[0], "@")) {
				which, args = args[0], []string{lab}
			}
			return p.withLab(c.Context(), args, f, func(ctx context.Context, l *harness.Lab, seen []harness.Seen, file *loaded) error {
				return p.hold(ctx, l, seen, file, which)
			})
		},
	}
	c.Flags().StringVar(&lab, "lab", ".", "the lab of the CASE")
	f.add(c)
	return c
}

// hold arms the faults of a case, says where everything is, and waits for Ctrl-C.
func (p *program) hold(ctx context.Context, l *harness.Lab, seen []harness.Seen, file *loaded, which string) error {
	p.calm(l, seen)
	if which != "" {
		cases, err := l.Known().Expand(file.all, l.Facts(), file.plan)
		if err != nil {
			return err
		}
		ids, err := file.group(which)
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			which = ids[0]
		}
		found := false
		for _, c := range cases {
			if c.ID == which {
				found = true
				if err := l.Set(ctx, c.Faults); err != nil {
					return err
				}
				_, _ = fmt.Fprintf(p.out, "armed: %s  (%s)\n", report.Plain(c.ID), report.Plain(c.Why))
			}
		}
		if !found {
			return fmt.Errorf("there is no case %q; failwell plan lists them", which)
		}
	}
	names := l.Names()
	keys := make([]string, 0, len(names))
	for k := range names {
		if strings.HasSuffix(k, ".url") {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	for _, k := range keys {
		_, _ = fmt.Fprintf(p.out, "%-20s %s\n", k, report.Plain(l.Redactor().Text(names[k])))
	}
	_, _ = fmt.Fprintln(p.out, "holding; Ctrl-C stops everything")
	<-ctx.Done()
	return nil
}
