package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/report"
)

func showCommand(p *program) *cobra.Command {
	var lab string
	c := &cobra.Command{
		Use:     "show CASE|@GROUP",
		Short:   "Show one case of the last run in full, or one group: its cases by request and fault, one of them in full",
		Example: "  failwell show database/refused@db:get-order\n  failwell show @hang-db",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return append(caseNames(lab), groupNames(lab)...), cobra.ShellCompDirectiveNoFileComp
		},
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			style := report.Style{Colour: isTerminal(p.out), Width: width(p.out)}
			if name, ok := strings.CutPrefix(args[0], "@"); ok {
				return p.showGroup(lab, name, style)
			}
			run, r, err := p.find(lab, args[0])
			if err != nil {
				return err
			}
			return report.Show(p.out, run, r, style)
		},
	}
	c.Flags().StringVar(&lab, "lab", ".", "the lab whose last run is meant")
	return c
}

// showGroup shows one cause of the last run.
func (p *program) showGroup(lab, name string, style report.Style) error {
	run, err := p.last(lab)
	if err != nil {
		return err
	}
	g, ok := run.Find(name)
	if !ok {
		return noGroup(run, name)
	}
	return report.ShowGroup(p.out, run, g, style)
}

// last is the last run of a lab.
func (p *program) last(lab string) (report.Run, error) {
	path, err := labfile.Find(lab)
	if err != nil {
		return report.Run{}, err
	}
	return readLast(path)
}

func curlCommand(p *program) *cobra.Command {
	var lab, base string
	c := &cobra.Command{
		Use:     "curl CASE",
		Short:   "Print the request of one case of the last run as a curl line",
		Example: "  failwell curl database/refused@db:get-order --base http://127.0.0.1:3000",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return caseNames(lab), cobra.ShellCompDirectiveNoFileComp
		},
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			_, r, err := p.find(lab, args[0])
			if err != nil {
				return err
			}
			if r.Subject == nil {
				return fmt.Errorf("%s was not run: %s", r.ID, r.Reason)
			}
			for _, e := range append(r.Subject.Judged(exchange.Faulty), r.Subject.Judged(exchange.Calm)...) {
				_, err := fmt.Fprintln(p.out, report.Curl(e.Request, base))
				return err
			}
			return fmt.Errorf("%s sent nothing", r.ID)
		},
	}
	c.Flags().StringVar(&lab, "lab", ".", "the lab whose last run is meant")
	c.Flags().StringVar(&base, "base", "http://127.0.0.1:8080", "where your system listens")
	return c
}

// find gives a case of the last run: by its id, or a glob or beginning that fits one only.
func (p *program) find(lab, want string) (report.Run, report.Result, error) {
	run, err := p.last(lab)
	if err != nil {
		return run, report.Result{}, err
	}
	var ids []string
	var hits []report.Result
	for _, r := range run.Results {
		if r.ID == want {
			return run, r, nil
		}
		ids = append(ids, r.ID)
		if decode.Glob(want).Matches(r.ID) || strings.HasPrefix(r.ID, want) {
			hits = append(hits, r)
		}
	}
	switch len(hits) {
	case 0:
		return run, report.Result{}, fmt.Errorf("the last run has no case %q%s", want, decode.DidYouMean(want, ids))
	case 1:
		return run, hits[0], nil
	}
	text := fmt.Sprintf("%q fits %d cases of the last run:", want, len(hits))
	for _, h := range hits[:min(len(hits), 12)] {
		text += "\n    " + h.ID
	}
	return run, report.Result{}, fmt.Errorf("%s", text)
}
