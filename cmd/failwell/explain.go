package main

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/scenarios"
)

func explainCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "explain NAME",
		Short: "says what is owed for a cause, or what a check asks for, and why",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return p.explain(args[0]) },
	}
}

// explain says what is known by a name: a cause or a check.
func (p *program) explain(name string) error {
	table, err := contract.Built()
	if err != nil {
		return err
	}
	kinds, err := p.catalog.CheckKinds()
	if err != nil {
		return err
	}
	if k, ok := kinds[name]; ok {
		return report.ExplainCheck(p.out, name, k)
	}
	if row, ok := table.Owed(contract.Key{Cause: name}); ok {
		return p.explainCause(name, row)
	}
	return fmt.Errorf("%q is neither a cause nor a check%s", name, decode.DidYouMean(name, append(table.Causes(), p.catalog.CheckNames()...)))
}

func (p *program) explainCause(cause string, row contract.Row) error {
	line := func(name string, words []string) {
		if len(words) > 0 {
			_, _ = fmt.Fprintf(p.out, "%-9s %s\n", name, strings.Join(words, ", "))
		}
	}
	_, _ = fmt.Fprintf(p.out, "%s\n", cause)
	line("owed", row.Prefer)
	line("as good", row.Accept)
	line("never", row.Never)
	line("with", row.Header)
	line("why", []string{row.Source})
	if row.Floor != "" {
		line("floor", []string{row.Floor})
	}
	all, err := scenario.ReadAll(scenarios.Files, "scenarios")
	if err != nil {
		return err
	}
	made := scenario.OfCause(all)[cause]
	for _, s := range made {
		_, _ = fmt.Fprintf(p.out, "scenario  %s: %s\n", s.ID, s.Why)
	}
	if len(made) == 0 {
		_, _ = fmt.Fprintf(p.out, "scenario  %s: a scenario of your own may say `cause: %s`\n", notMade, cause)
	}
	return nil
}

func listCommand(p *program) *cobra.Command {
	lists := map[string]func() error{
		"faults":    func() error { return p.lines(p.catalog.FaultNames()) },
		"checks":    p.listChecks,
		"fakes":     p.listFakes,
		"replies":   p.listReplies,
		"causes":    p.listCauses,
		"scenarios": p.listScenarios,
		"systems":   func() error { return p.lines(p.catalog.SystemNames()) },
	}
	kinds := slices.Sorted(maps.Keys(lists))
	return &cobra.Command{
		Use:       "list KIND",
		Short:     "lists what there is: " + strings.Join(kinds, ", "),
		Args:      cobra.ExactArgs(1),
		ValidArgs: kinds,
		RunE: func(_ *cobra.Command, args []string) error {
			list, ok := lists[args[0]]
			if !ok {
				return fmt.Errorf("there is no list of %q%s", args[0], decode.DidYouMean(args[0], kinds))
			}
			return list()
		},
	}
}

func (p *program) lines(all []string) error {
	for _, l := range all {
		_, _ = fmt.Fprintln(p.out, l)
	}
	return nil
}

func (p *program) listChecks() error {
	kinds, err := p.catalog.CheckKinds()
	if err != nil {
		return err
	}
	return report.ListChecks(p.out, kinds)
}

// listFakes prints what each kind of dependency can do: a line for each op and point.
func (p *program) listFakes() error {
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for _, name := range p.catalog.FakeNames() {
		kind := p.catalog.Fakes[name].Kind
		for _, group := range slices.Sorted(maps.Keys(kind.Groups)) {
			_, _ = fmt.Fprintf(w, "%s\t%s\tstands for\t%s\n", name, group, strings.Join(kind.Groups[group], " "))
		}
		for _, op := range kind.Ops {
			for _, at := range fault.Points() {
				if verbs := op.Can[at]; len(verbs) > 0 {
					words := make([]string, len(verbs))
					for i, v := range verbs {
						words[i] = string(v)
					}
					_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", name, op.Name, at, strings.Join(words, " "))
				}
			}
		}
	}
	return w.Flush()
}

func (p *program) listReplies() error {
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for _, name := range p.catalog.FakeNames() {
		kind := p.catalog.Fakes[name].Kind
		for _, reply := range kind.ReplyNames() {
			r := kind.Replies[reply]
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", name, reply, r.Status, r.Cause, r.Source, strings.Join(r.Ops, " "))
		}
		for _, reply := range slices.Sorted(maps.Keys(kind.Retired)) {
			_, _ = fmt.Fprintf(w, "%s\t%s\t-\tretired\t%s\n", name, reply, kind.Retired[reply])
		}
	}
	return w.Flush()
}

func (p *program) listCauses() error {
	table, err := contract.Built()
	if err != nil {
		return err
	}
	all, err := scenario.ReadAll(scenarios.Files, "scenarios")
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	made := scenario.OfCause(all)
	for _, cause := range table.Causes() {
		ids := make([]string, len(made[cause]))
		for i, s := range made[cause] {
			ids[i] = s.ID
		}
		if len(ids) == 0 {
			ids = []string{notMade}
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\n", cause, strings.Join(ids, " "))
	}
	return w.Flush()
}

// notMade stands where no built-in scenario makes a cause.
const notMade = "not made yet"

func (p *program) listScenarios() error {
	all, err := scenario.ReadAll(scenarios.Files, "scenarios")
	if err != nil {
		return err
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for _, s := range all {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", s.ID, s.Cause, s.Why)
	}
	return w.Flush()
}
