package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/report"
)

func judgeCommand(p *program) *cobra.Command {
	var checks []string
	var format string
	c := &cobra.Command{
		Use:     "judge [FILE..]",
		Short:   "Judge saved runs, HAR files, or JSON lines of answers again, without a lab",
		Example: "  failwell judge session.har",
		RunE:    func(_ *cobra.Command, args []string) error { return p.judge(args, checks, format) },
	}
	c.Flags().StringSliceVar(&checks, "checks", nil, "only these checks, as a `LIST`: leak,shape")
	c.Flags().StringVar(&format, "format", "", "of runs "+strings.Join(report.Formats(), ", ")+"; of answers terminal, jsonl; default terminal, for answers jsonl where nobody watches")
	return c
}

func (p *program) judge(files []string, names []string, format string) error {
	checks, err := p.checks(names)
	if err != nil {
		return err
	}
	if known := append(report.Formats(), "jsonl"); format != "" && !slices.Contains(known, format) {
		return fmt.Errorf("--format is %s, not %q%s", strings.Join(known, ", "), format, decode.DidYouMean(format, known))
	}
	if len(files) == 0 {
		files = []string{"-"}
	}
	var empty []error
	for _, name := range files {
		src, err := readFile(name)
		if err != nil {
			return err
		}
		var nothing *nothingToJudge
		switch err := p.judgeOne(name, src, checks, names, format); {
		case errors.As(err, &nothing):
			empty = append(empty, err)
		case err != nil:
			return err
		}
	}
	return errors.Join(empty...)
}

// nothingToJudge is the error of a file without an answer: nothing was judged, so nothing is fine.
type nothingToJudge struct{ file, why string }

func (n *nothingToJudge) Error() string {
	if n.file == "-" {
		n.file = "standard input"
	}
	return n.file + ": nothing to judge: " + n.why
}

func readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name)
}

// checks are the standing ones, or those that were asked for.
func (p *program) checks(names []string) ([]check.Named, error) {
	standing, err := p.catalog.StandingChecks()
	if err != nil || len(names) == 0 {
		return standing, err
	}
	var some []check.Named
	for _, n := range names {
		k, err := p.catalog.Check(n, nil, decode.Pos{})
		if err != nil {
			return nil, err
		}
		some = append(some, check.Named{Name: n, Check: k, Asked: true})
	}
	return some, nil
}

func (p *program) judgeOne(name string, src []byte, checks []check.Named, names []string, format string) error {
	var head struct {
		Version int              `json:"version"`
		Log     *json.RawMessage `json:"log"`
	}
	whole := json.Unmarshal(src, &head) == nil
	switch {
	case whole && head.Version > 0:
		return p.judgeRun(src, checks, names, format)
	case whole && head.Log != nil || strings.EqualFold(filepath.Ext(name), ".har"):
		answers, odd, err := report.ReadHAR(name, src)
		if err != nil {
			return err
		}
		for _, o := range odd {
			_, _ = fmt.Fprintln(p.err, "warning:", report.Plain(o))
		}
		if len(answers) == 0 { // an archive all the same, so that this is no mistake of whoever asks
			_, _ = fmt.Fprintf(p.err, "%s: nothing to judge: no entry of the archive has an answer\n", report.Plain(name))
			p.code = graver(p.code, 3)
			return nil
		}
		return p.judgeAnswers(answers, checks, names, format)
	}
	answers, err := report.ReadAnswers(bytes.NewReader(src))
	if err != nil {
		return err
	}
	if len(answers) == 0 {
		return &nothingToJudge{name, "it holds no answer"}
	}
	return p.judgeAnswers(answers, checks, names, format)
}

// judgeRun judges every subject of a saved run anew.
func (p *program) judgeRun(src []byte, checks []check.Named, names []string, format string) error {
	r, err := report.ReadJSON(bytes.NewReader(src))
	if err != nil {
		return err
	}
	for i := range r.Results {
		p.again(&r.Results[i], checks, len(names) > 0)
		if s := r.Results[i].Subject; s != nil && s.Side == check.Own {
			r.Results[i].Beside = report.Beside(r.Results[i], checks)
		}
	}
	r.Results = report.Flat(r.Results)
	r.Finish()
	p.code = graver(p.code, r.Exit(false))
	if format != "" && format != "terminal" && format != "jsonl" {
		return report.Write(format, p.out, r)
	}
	return report.Terminal(p.out, r, report.Style{Colour: isTerminal(p.out), Width: width(p.out)})
}

// named is the check of a name.
func named(checks []check.Named, name string) check.Check {
	i := slices.IndexFunc(checks, func(c check.Named) bool { return c.Name == name })
	return checks[i].Check
}

// again judges one result. Verdicts that a scenario's own parameters or a waiver gave are kept as they were, since these
// are not part of the subject.
func (p *program) again(r *report.Result, checks []check.Named, some bool) {
	if r.Subject == nil || r.Outcome == check.Skipped || r.Outcome == check.Broken && len(r.Verdicts) == 0 {
		return
	}
	fresh := check.Judge(*r.Subject, checks)
	for i, v := range fresh {
		for _, old := range r.Verdicts {
			own := slices.Contains(r.Then, v.Check) || strings.HasPrefix(old.Reason, "waived: ")
			if old.Check == v.Check && own {
				fresh[i] = described(old, named(checks, v.Check))
			}
		}
	}
	for _, old := range r.Verdicts {
		if !some && !slices.ContainsFunc(fresh, func(v check.Verdict) bool { return v.Check == old.Check }) {
			if c, err := p.catalog.Check(old.Check, nil, decode.Pos{}); err == nil {
				old = described(old, c)
			}
			fresh = append(fresh, old)
		}
	}
	r.Verdicts = fresh
	r.Outcome = check.Overall(fresh)
}

// described gives a verdict that is kept what its check says by now. One that was saved before checks described themselves names
// no class, and stays in its own words.
func described(v check.Verdict, c check.Check) check.Verdict {
	if v.Finding == nil {
		return v
	}
	return c.Kind().Describe(v)
}

// judgeAnswers judges answers that were made elsewhere: they come without a fault, so only what speaks for itself counts.
func (p *program) judgeAnswers(answers []report.Answer, checks []check.Named, names []string, format string) error {
	d := check.Detector()
	if len(names) == 0 {
		checks = slices.DeleteFunc(slices.Clone(checks), func(c check.Named) bool { _, ok := c.Check.(check.Alone); return !ok })
	}
	var all []report.Judged
	for _, a := range answers {
		j := report.JudgeAnswer(a, d, checks)
		all = append(all, j)
		p.code = graver(p.code, exitOf(j))
	}
	if format == "" && isTerminal(p.out) {
		format = "terminal"
	}
	switch format {
	case "terminal":
	case "", "jsonl", "json":
		return report.WriteJudged(p.out, all)
	default:
		return fmt.Errorf("--format %s is for saved runs; answers are written as jsonl or terminal", format)
	}
	for _, j := range all {
		state := "clean"
		if exitOf(j) != 0 {
			state = strings.ToUpper(string(check.Overall(j.Verdicts)))
		}
		if j.Leak {
			state = "LEAK " + strings.Join(j.Kinds, " ")
		}
		_, _ = fmt.Fprintf(p.out, "%s  %s\n", report.Plain(j.ID), state)
		for _, e := range j.Evidence {
			_, _ = fmt.Fprintf(p.out, "    %s\n", e)
		}
		for _, v := range j.Verdicts {
			if v.Outcome != check.Pass && v.Outcome != check.Skipped && !(j.Leak && v.Check == "leak") {
				_, _ = fmt.Fprintf(p.out, "    %s: %s: %s\n", v.Check, v.Outcome, report.Plain(v.Reason))
			}
		}
	}
	return nil
}

// exitOf is the exit code of one answer.
func exitOf(j report.Judged) int {
	is := func(o check.Outcome) bool {
		return slices.ContainsFunc(j.Verdicts, func(v check.Verdict) bool { return v.Outcome == o })
	}
	switch {
	case is(check.Broken):
		return 2
	case j.Leak || is(check.Fail):
		return 1
	case is(check.Inconclusive):
		return 3
	}
	return 0
}

// graver is the exit code of two together: broken before failed before inconclusive.
func graver(a, b int) int {
	rank := map[int]int{0: 0, 3: 1, 1: 2, 2: 3}
	if rank[b] > rank[a] {
		return b
	}
	return a
}
