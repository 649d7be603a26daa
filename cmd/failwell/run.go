package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/contract"
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
}

func runCommand(p *program) *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run [LAB]",
		Short: "breaks every dependency of the lab in every way, and judges every answer",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return p.run(c.Context(), args, f) },
	}
	f.add(c)
	c.Flags().IntVar(&f.labs, "labs", 0, "how many copies of the system run side by side; default by the machine")
	c.Flags().StringArrayVar(&f.reports, "report", nil, "also write a report, as `FORMAT=PATH`: "+strings.Join(formats(), " "))
	c.Flags().StringVar(&f.baseline, "baseline", "", "a file of known groups, which do not fail the run; default failwell.baseline.yaml beside the lab file, when it exists")
	c.Flags().BoolVar(&f.accept, "accept-all", false, "write every group that fails into the baseline")
	c.Flags().BoolVar(&f.tidy, "tidy", false, "remove from the baseline what is fixed")
	c.Flags().StringVar(&f.shard, "shard", "", "only a part of the cases, as `I/N`: 1/4")
	c.Flags().IntVar(&f.repeat, "repeat", 1, "run each case this often")
	c.Flags().DurationVar(&f.budget, "budget", 0, "stop starting cases after this `TIME`; what matters most comes first, the rest is reported as deferred")
	c.Flags().BoolVar(&f.noSkips, "no-skips", false, "what this machine lacks is a mistake (exit 2), not a skip")
	c.Flags().StringVar(&f.gate, "gate", "", "the least impact that fails the run: critical, major, minor, note; default by the profile")
	c.Flags().BoolVar(&f.all, "all", false, "show every row of the matrix")
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
	known, err := p.baseline(l, f)
	if err != nil {
		return err
	}
	state, err := openState(ctx, f.host)
	if err != nil {
		return err
	}
	defer func() { _ = state.Close() }()
	began := time.Now()
	labs := f.labs
	if labs <= 0 {
		labs = min(8, 4*runtime.NumCPU())
	}
	show := newProgress(p.err)
	sweep := l.sweep(labs, state, state.Dir())
	sweep.Tell = show.tell
	sweep.Budget = f.budget
	expand := sweep.Cases
	sweep.Cases = func(lab *harness.Lab, seen []harness.Seen) ([]scenario.Case, error) {
		cases, err := expand(lab, seen)
		if err != nil {
			return nil, err
		}
		return p.choose(l, f, cases)
	}
	show.say("starting %d labs of %s", labs, l.Path)
	out, err := sweep.Run(ctx)
	show.clear()
	if err != nil && !(errors.Is(err, context.Canceled) && ctx.Err() != nil) {
		return l.place(err)
	}
	r := report.Run{Version: report.Version, Failwell: version, Lab: l.Name(), Seed: f.seed, Profile: l.Profile(), Gate: f.Gate(l), Labs: out.Labs,
		Started: began, Results: out.Results, Interrupted: ctx.Err() != nil, Replay: replay(args, f)}
	r.Summary.DurationMS, r.Summary.Launches, r.Summary.CPUMS = time.Since(began).Milliseconds(), out.Launches, cpu().Milliseconds()
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
		format, path, ok := strings.Cut(r, "=")
		if !slices.Contains(formats(), format) || !ok || path == "" {
			bad = append(bad, fmt.Errorf("--report wants FORMAT=PATH with one of %s, not %q", strings.Join(formats(), ", "), r))
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

// choose applies --only, --shard and --repeat.
func (p *program) choose(l *loaded, f runFlags, cases []scenario.Case) ([]scenario.Case, error) {
	chosen, err := l.only(cases)
	if err != nil {
		return nil, err
	}
	i, n, _ := f.part()
	var out []scenario.Case
	for _, c := range chosen {
		h := fnv.New32a()
		_, _ = h.Write([]byte(c.ID))
		if int(h.Sum32()%uint32(n)) != i-1 {
			continue
		}
		for again := range max(1, f.repeat) {
			if again > 0 {
				c.Again = again + 1
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// only keeps the cases that --only asks for.
func (l *loaded) only(cases []scenario.Case) ([]scenario.Case, error) {
	if len(l.flags.only) == 0 {
		return cases, nil
	}
	var out []scenario.Case
	for _, want := range l.flags.only {
		ids, err := l.group(want)
		if err != nil {
			return nil, err
		}
		found := false
		for _, c := range cases {
			hit := glob(want, c.ID) || glob(want+":*", c.ID) || glob(want, c.Scenario) || slices.Contains(c.Labels, want) || slices.Contains(ids, c.ID)
			if hit && !slices.ContainsFunc(out, func(o scenario.Case) bool { return o.ID == c.ID }) {
				out = append(out, c)
			}
			found = found || hit
		}
		if !found {
			return nil, fmt.Errorf("--only %s matches none of %d cases (failwell plan lists them)", want, len(cases))
		}
	}
	return out, nil
}

// group gives the cases of @GROUP in the last run.
func (l *loaded) group(want string) ([]string, error) {
	name, ok := strings.CutPrefix(want, "@")
	if !ok {
		return nil, nil
	}
	last, err := readLast(l.Path)
	if err != nil {
		return nil, err
	}
	for _, g := range last.Groups {
		if g.Name == name || g.Key == name {
			return g.Cases, nil
		}
	}
	return nil, fmt.Errorf("the last run has no group %s", want)
}

// baseline reads the file of known groups.
func (p *program) baseline(l *loaded, f runFlags) (report.Baseline, error) {
	path := f.baseline
	if path == "" {
		path = filepath.Join(l.Dir, "failwell.baseline.yaml")
		if _, err := os.Stat(path); err != nil {
			return report.Baseline{}, nil
		}
	}
	src, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && f.accept {
		return report.Baseline{}, nil
	}
	if err != nil {
		return report.Baseline{}, err
	}
	return report.ReadBaseline(path, src)
}

// finish applies the baseline, writes the reports, and decides the exit code.
func (p *program) finish(l *loaded, f runFlags, r report.Run, known report.Baseline) error {
	report.Apply(&r, known)
	if err := p.keepBaseline(l, f, r, known); err != nil {
		return err
	}
	if err := saveLast(l.Path, r); err != nil {
		_, _ = fmt.Fprintln(p.err, "the run could not be kept for show and curl:", err)
	}
	for _, spec := range f.reports {
		format, path, _ := strings.Cut(spec, "=")
		if err := writeReport(format, path, r); err != nil {
			return err
		}
	}
	style := report.Style{Colour: isTerminal(p.out) && os.Getenv("NO_COLOR") == "", All: f.all, Width: width(p.out), NoSkips: f.noSkips}
	if err := report.Terminal(p.out, r, style); err != nil {
		return err
	}
	p.code = r.Exit(f.noSkips)
	if r.Interrupted && p.code == 0 {
		p.code = 3
	}
	return nil
}

func (p *program) keepBaseline(l *loaded, f runFlags, r report.Run, known report.Baseline) error {
	next := known
	switch {
	case f.accept:
		next = r.Accept(known)
	case f.tidy:
		next = known.Tidy(r.Fixed)
	default:
		return nil
	}
	path := f.baseline
	if path == "" {
		path = filepath.Join(l.Dir, "failwell.baseline.yaml")
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(report.WriteBaseline(out, next), out.Close())
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

func saveLast(labPath string, r report.Run) error {
	path := lastRun(labPath)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

func readLast(labPath string) (report.Run, error) {
	f, err := os.Open(lastRun(labPath))
	if err != nil {
		return report.Run{}, fmt.Errorf("no run of %s is kept here: run it first", labPath)
	}
	defer func() { _ = f.Close() }()
	return report.ReadJSON(f)
}
