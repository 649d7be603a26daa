package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/report"
)

func mergeCommand(p *program) *cobra.Command {
	var reports []string
	var baseline string
	c := &cobra.Command{
		Use:     "merge SHARD.json..",
		Short:   "Make one run of its shards",
		Example: "  failwell merge 1.json 2.json 3.json --report json=run.json",
		Long:    "Make one run of the JSON documents of its shards (run --shard I/N --report json=PATH): the cases, outcomes and groups of the run in one piece, and its exit code.",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.merge(args, reports, baseline)
		},
	}
	c.Flags().StringArrayVar(&reports, "report", nil, "also write a report, as `FORMAT=PATH`")
	c.Flags().StringVar(&baseline, "baseline", "", "a `FILE` of known groups, which do not fail the run")
	return c
}

func (p *program) merge(paths, reports []string, baseline string) error {
	var bad []error
	var shards []report.Run
	for _, path := range paths {
		shard, err := readRun(path)
		if err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", path, err))
		}
		shards = append(shards, shard)
	}
	var targets []report.Target
	for _, spec := range reports {
		target, err := report.ParseTarget(spec)
		if err != nil {
			bad = append(bad, fmt.Errorf("--report: %w", err))
		}
		targets = append(targets, target)
	}
	if err := errors.Join(bad...); err != nil {
		return err
	}
	run, err := report.Joined(shards)
	if err != nil {
		return err
	}
	if baseline != "" {
		src, err := os.ReadFile(baseline)
		if err != nil {
			return err
		}
		known, err := report.ReadBaseline(baseline, src)
		if err != nil {
			return err
		}
		report.Apply(&run, known)
	}
	for _, target := range targets {
		bad = append(bad, target.Save(run))
	}
	style := report.Style{Colour: isTerminal(p.out) && os.Getenv("NO_COLOR") == "", Width: width(p.out)}
	if err := errors.Join(append(bad, report.Terminal(p.out, run, style))...); err != nil {
		return err
	}
	p.code = run.Exit(false)
	return nil
}

func readRun(path string) (report.Run, error) {
	f, err := os.Open(path)
	if err != nil {
		return report.Run{}, err
	}
	defer func() { _ = f.Close() }()
	return report.ReadJSON(f)
}
