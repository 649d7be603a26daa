package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/reference"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/scenarios"
)

func explainCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "explain NAME",
		Short: "Say what a name means: a cause, check, fault, reply, kind, scenario, profile, lab key or @GROUP",
		Example: `  failwell explain store/slow
  failwell explain system.container.listen
  failwell explain @hang-db`,
		Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			all, _ := p.entries()
			return append(reference.Names(all), groupNames(".")...), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return p.explain(args[0]) },
	}
}

// entries are all names that can be explained.
func (p *program) entries() ([]reference.Entry, error) {
	table, err := contract.Built()
	if err != nil {
		return nil, err
	}
	all, err := scenario.ReadAll(scenarios.Files, "scenarios")
	if err != nil {
		return nil, err
	}
	return reference.Source{Catalog: p.catalog, Table: table, Scenarios: all}.Entries()
}

// explain says what is known by a name.
func (p *program) explain(name string) error {
	all, err := p.entries()
	if err != nil {
		return err
	}
	if meant := reference.Named(all, name); len(meant) > 0 {
		return reference.Explain(p.out, meant)
	}
	group, groups := strings.TrimPrefix(name, "@"), groupNames(".")
	if slices.Contains(groups, "@"+group) {
		return p.explainGroup(group, all)
	}
	return fmt.Errorf("nothing is called %q%s", name, decode.DidYouMean(name, append(reference.Names(all), groups...)))
}

// explainGroup says what a group of the last run is, and what its check asks for.
func (p *program) explainGroup(name string, all []reference.Entry) error {
	run, err := p.last(".")
	if err != nil {
		return err
	}
	g, ok := run.Find(name)
	if !ok {
		return noGroup(run, name)
	}
	if err := report.ShowGroup(p.out, run, g, report.Style{Colour: isTerminal(p.out), Width: width(p.out)}); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(p.out)
	return reference.Explain(p.out, reference.Named(all, g.Check))
}

// groupNames are the groups of the last run of a lab, with the @ before them; none where nothing is kept.
func groupNames(lab string) []string {
	path, err := labfile.Find(lab)
	if err != nil {
		return nil
	}
	run, err := readLast(path)
	if err != nil {
		return nil
	}
	var names []string
	for _, name := range run.Calls() {
		names = append(names, "@"+name)
	}
	return names
}

// caseNames are the cases of the last run of a lab; none where nothing is kept.
func caseNames(lab string) []string {
	path, err := labfile.Find(lab)
	if err != nil {
		return nil
	}
	run, err := readLast(path)
	if err != nil {
		return nil
	}
	names := make([]string, len(run.Results))
	for i, r := range run.Results {
		names[i] = r.ID
	}
	return names
}

func listCommand(p *program) *cobra.Command {
	kinds := reference.Sorts()
	return &cobra.Command{
		Use:       "list KIND",
		Short:     "List what there is: " + strings.Join(kinds, ", "),
		Example:   "  failwell list faults",
		Args:      cobra.ExactArgs(1),
		ValidArgs: kinds,
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(kinds, args[0]) {
				return fmt.Errorf("there is no list of %q%s", args[0], decode.DidYouMean(args[0], kinds))
			}
			all, err := p.entries()
			if err != nil {
				return err
			}
			return reference.List(p.out, all, args[0])
		},
	}
}

func referenceCommand(p *program) *cobra.Command {
	var format string
	formats := []string{"markdown", "man", "jsonschema"}
	c := &cobra.Command{
		Use:   "reference",
		Short: "Print all that explain says in one document, or the JSON Schema of a lab file",
		Example: `  failwell reference --format markdown > reference.md
  failwell reference --format jsonschema > failwell.schema.json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := p.entries()
			if err != nil {
				return err
			}
			switch format {
			case "markdown":
				return reference.Markdown(p.out, all)
			case "man":
				return reference.Man(p.out, all)
			case "jsonschema":
				return reference.WriteSchema(p.out, labfile.Keys(p.catalog))
			}
			return fmt.Errorf("there is no format %q%s", format, decode.DidYouMean(format, formats))
		},
	}
	c.Flags().StringVar(&format, "format", "markdown", "markdown, man or jsonschema")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	return c
}
