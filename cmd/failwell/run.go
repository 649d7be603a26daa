package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// runFlags are those of the main job.
type runFlags struct {
	labFlags
	labs     int
	reports  []string
	baseline string
	accept   bool
	tidy     bool
	shard    string
	repeat   int
	budget   time.Duration
	noSkips  bool
	gate     string
	all      bool
	failed   bool
}

func runCommand(p *program) *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:     "run [LAB]",
		Short:   "Break every dependency of the lab in every way, and judge every answer",
		Example: "  failwell run\n  failwell run --only 'database/*' --report html=report.html",
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return p.run(c.Context(), args, f) },
	}
	f.add(c)
	c.Flags().IntVar(&f.labs, "labs", 0, "how many copies of the system run side by side; default by the machine, and one where they would share what is given")
	c.Flags().StringArrayVar(&f.reports, "report", nil, "also write a report, as `FORMAT=PATH`: "+strings.Join(report.Formats(), " ")+"; github alone goes to standard output")
	c.Flags().StringVar(&f.baseline, "baseline", "", "a file of known groups, which do not fail the run; default failwell.baseline.yaml beside the lab file, when it exists")
	c.Flags().BoolVar(&f.accept, "accept-all", false, "write every group that fails into the baseline")
	c.Flags().BoolVar(&f.tidy, "tidy", false, "remove from the baseline what is fixed")
	c.Flags().StringVar(&f.shard, "shard", "", "only a part of the cases, as `I/N`: 1/4")
	c.Flags().IntVar(&f.repeat, "repeat", 1, "run each case this often")
	c.Flags().DurationVar(&f.budget, "budget", 0, "stop starting cases after this `TIME`; what matters most comes first, the rest is reported as deferred")
	c.Flags().BoolVar(&f.noSkips, "no-skips", false, "what this machine lacks is a mistake (exit 2), not a skip; every case that was skipped is listed")
	c.Flags().StringVar(&f.gate, "gate", "", "minimum severity that fails the run: critical, major, minor, note; default by the profile")
	c.Flags().BoolVar(&f.all, "all", false, "show every row of the matrix")
	c.Flags().BoolVar(&f.failed, "failed", false, "only the cases that failed in the last run")
	return c
}

func (p *program) run(ctx context.Context, args []string, f runFlags) error {
	l, err := p.load(args, f.labFlags)
	if err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	p.warn(l)
	if l.again, err = l.failed(f); err != nil {
		return err
	}
	known, err := p.baseline(l, f)
	if err != nil {
		return err
	}
	state, done, err := openState(ctx, f.host)
	if err != nil {
		return err
	}
	defer done()
	began := time.Now()
	show := newProgress(p.err)
	labs := f.labs
	if labs <= 0 {
		labs = min(8, 4*runtime.NumCPU())
		if shared := l.Shared(); len(shared) > 0 {
			labs = 1
			show.say("one lab only, since labs would share %s; --labs N for more of them", strings.Join(shared, ", "))
		}
	}
	sweep := l.sweep(labs, state, state.Dir())
	var first time.Duration
	sweep.Tell = func(done, total int, r report.Result) {
		if first == 0 && r.Outcome != check.Skipped {
			first = time.Since(p.began)
		}
		show.tell(done, total, r)
	}
	sweep.Budget = f.budget
	expand, chose := sweep.Cases, chosen{}
	sweep.Cases = func(one *lab.Lab, seen []lab.Seen) ([]scenario.Case, error) {
		cases, err := expand(one, seen)
		if err != nil {
			return nil, err
		}
		all, err := one.Known().Expand(l.all, one.Facts(), scenario.Full)
		if err != nil {
			return nil, err
		}
		if err := unmatched(one, all); err != nil {
			return nil, err
		}
		chose, err = p.choose(l, f, all, cases)
		return chose.cases, err
	}
	show.say("starting %s of %s", counted(labs, "lab"), report.Plain(l.Path))
	out, err := sweep.Run(ctx)
	show.clear()
	for _, missing := range out.Missing {
		show.say("a lab did not come up, twice; the others did its work: %s", report.Plain(missing.Error()))
	}
	if err != nil && !(errors.Is(err, context.Canceled) && ctx.Err() != nil) {
		return l.place(err)
	}
	r := report.Run{Version: report.Version, Failwell: version, Lab: l.Name(), Seed: f.seed, Profile: l.Profile(), Gate: f.Gate(l), Labs: out.Labs,
		Started: began, Results: out.Results, Interrupted: ctx.Err() != nil, Source: l.source(), Replay: replay(args, f)}
	r.Summary.DurationMS, r.Summary.Launches, r.Summary.CPUMS = time.Since(began).Milliseconds(), out.Launches, cpu().Milliseconds()
	r.Summary.Operations, r.Summary.FirstMS = out.Operations, first.Milliseconds()
	r.Replay = out.Redactor.Text(r.Replay)
	out.Cover(&r, chose.cases, f.budget.String(), chose.left...)
	r.Finish()
	return p.finish(l, f, r, known)
}

// check finds mistakes in the flags.
func (f runFlags) check() error {
	var bad []error
	if f.gate != "" && contract.Impact(f.gate).Rank() == 0 {
		bad = append(bad, fmt.Errorf("--gate is critical, major, minor or note, not %q", f.gate))
	}
	for _, r := range f.reports {
		if _, err := report.ParseTarget(r); err != nil {
			bad = append(bad, fmt.Errorf("--report: %w", err))
		}
	}
	if _, _, err := f.part(); err != nil {
		bad = append(bad, err)
	}
	return errors.Join(bad...)
}

// Gate is the least impact that fails the run.
func (f runFlags) Gate(l *loaded) contract.Impact {
	if f.gate != "" {
		return contract.Impact(f.gate)
	}
	if g := l.Gate(); g != "" {
		return g
	}
	return l.Profile().Gate()
}

// part reads --shard.
func (f runFlags) part() (i, n int, err error) {
	if f.shard == "" {
		return 1, 1, nil
	}
	a, b, ok := strings.Cut(f.shard, "/")
	i, err1 := strconv.Atoi(a)
	n, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || i < 1 || n < i {
		return 0, 0, fmt.Errorf("--shard wants I/N such as 1/4, not %q", f.shard)
	}
	return i, n, nil
}

// replay is the command line to which --only CASE is added.
func replay(args []string, f runFlags) string {
	line := "failwell run"
	for _, a := range args {
		line += " " + a
	}
	for _, s := range f.set {
		line += " --set " + s
	}
	if f.profile != "" {
		line += " --profile " + f.profile
	}
	if f.host != hostHere {
		line += " --host " + f.host
	}
	if f.fakes != "" {
		line += " --fakes " + f.fakes
	}
	return line
}

// cpu is the time that this process and its children were computing.
func cpu() time.Duration {
	total := time.Duration(0)
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return total
}

// counted is a number of things: 1 lab, 8 labs.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
