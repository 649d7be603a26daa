package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

func checkCommand(p *program) *cobra.Command {
	var f labFlags
	c := &cobra.Command{
		Use:     "check [LAB]",
		Short:   "Read the lab file and all scenarios, and report every mistake; start nothing",
		Example: "  failwell check\n  failwell check --set dependencies.db.server=installed",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := p.load(args, f)
			if err != nil {
				return err
			}
			if err := l.CheckStart(); err != nil {
				return err
			}
			_, _ = fmt.Fprintf(p.out, "%s is well formed: %s, %s, %s (%d of its own)\n",
				report.Plain(l.Path), l.asks(), plural(len(l.Known().Dependencies), "dependency", "dependencies"), plural(len(l.all), "scenario", "scenarios"), len(l.Scenarios()))
			for _, name := range l.CommonPasswords() {
				_, _ = fmt.Fprintln(p.out, "note:", report.Plain(commonly(name)))
			}
			return nil
		},
	}
	f.add(c)
	return c
}

// asks says how many requests there are.
func (l *loaded) asks() string {
	if l.Open() {
		return plural(len(l.Requests), "request", "requests") + " and those that its GraphQL schema gives"
	}
	return plural(len(l.Requests), "request", "requests")
}

// commonly says what failwell does about a password that is a common word.
func commonly(name string) string {
	return name + " is a common word, so it is masked only in addresses and after `password=`, and a leak of it is not found; use one of 8 or more mixed characters that is not also the user, database or host"
}

func planCommand(p *program) *cobra.Command {
	var f labFlags
	c := &cobra.Command{
		Use:     "plan [LAB]",
		Short:   "Show the cases that a run would make",
		Example: "  failwell plan --plan full",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withLab(c.Context(), args, f, func(_ context.Context, lab *harness.Lab, _ []harness.Seen, l *loaded) error {
				return p.plan(lab, l)
			})
		},
	}
	f.add(c)
	return c
}

func (p *program) plan(lab *harness.Lab, l *loaded) error {
	cases, err := lab.Known().Expand(l.all, lab.Facts(), l.plan)
	if err != nil {
		return err
	}
	all, err := lab.Known().Expand(l.all, lab.Facts(), scenario.Full)
	if err != nil {
		return err
	}
	if err := unmatched(lab.Lab.Lab, all); err != nil {
		return err
	}
	for _, chooses := range []func([]scenario.Case) ([]scenario.Case, error){l.except, l.only, l.not} {
		if cases, err = chooses(cases); err != nil {
			return err
		}
	}
	causes, skipped := map[string]bool{}, 0
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for _, c := range cases {
		causes[c.Cause] = true
		note := strings.Join(c.Labels, " ")
		if c.Skip != "" {
			note, skipped = "skipped: "+c.Skip, skipped+1
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", report.Plain(c.ID), report.Plain(c.Cause), report.Plain(note))
	}
	_ = w.Flush()
	_, err = fmt.Fprintf(p.out, "%s over %s, %d skipped\n", plural(len(cases), "case", "cases"), plural(len(causes), "cause", "causes"), skipped)
	return err
}

// plural counts things in words: 1 request, 2 requests.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
