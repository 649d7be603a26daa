package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/sweep"
	"github.com/failwell/failwell/harness/system"
	"github.com/failwell/failwell/scenarios"
)

// labFlags are what every command takes that starts from a lab file.
type labFlags struct {
	set     []string
	seed    string
	profile string
	plan    string
	only    []string
	not     []string
	host    string
	pull    string
	fakes   string
}

// The hosts of a system.
const (
	hostHere   = "here"
	hostDocker = "docker"
)

func (f *labFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.set, "set", nil, "change the lab file, as `PATH=VALUE`: dependencies.db.server=installed")
	c.Flags().StringVar(&f.seed, "seed", "1", "random seed")
	c.Flags().StringVar(&f.profile, "profile", "", "how much of the contract is judged: floor, standard, strict")
	c.Flags().StringVar(&f.plan, "plan", "representative", "how many cases are made: smoke, representative, full")
	c.Flags().StringVar(&f.host, "host", hostHere, "where the system runs: here, or docker: in a container of its own, made of what process.build gives")
	c.Flags().StringVar(&f.pull, "pull", "", "whether images that are not here are pulled: missing, or never; default never, unless the lab says otherwise")
	c.Flags().StringVar(&f.fakes, "fakes", "", "where the fakes of containers run: program, in failwell itself, or container, beside them; default by the engine")
	c.Flags().StringArrayVar(&f.only, "only", nil, "only the cases that match a `GLOB` of ids, or have this label, or are in the @GROUP of the last run")
	_ = c.RegisterFlagCompletionFunc("profile", cobra.FixedCompletions([]string{"floor", "standard", "strict"}, cobra.ShellCompDirectiveNoFileComp))
	cases := func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		lab := append(args, ".")[0]
		return append(caseNames(lab), groupNames(lab)...), cobra.ShellCompDirectiveNoFileComp
	}
	defer func() {
		_ = c.RegisterFlagCompletionFunc("only", cases)
		_ = c.RegisterFlagCompletionFunc("not", cases)
	}()
	c.Flags().StringArrayVar(&f.not, "not", nil, "all but the cases that match a `GLOB` of ids, or have this label, or are in the @GROUP of the last run")
}

// loaded is a lab file with all scenarios, checked.
type loaded struct {
	*labfile.File
	all   []scenario.Scenario
	flags labFlags
	plan  scenario.Plan
	again []string // --failed: the cases that failed in the last run
}

// load reads and checks everything that can be checked without starting anything.
func (p *program) load(args []string, flags labFlags) (*loaded, error) {
	path := "."
	if len(args) > 0 {
		path = args[0]
	}
	set := flags.set
	if flags.profile != "" {
		set = append(set, "contract.profile="+flags.profile)
	}
	f, err := labfile.Read(path, p.catalog, set)
	if err != nil {
		return nil, err
	}
	built, err := scenario.ReadAll(scenarios.Files, "scenarios")
	if err != nil {
		return nil, err
	}
	l := &loaded{File: f, flags: flags, plan: scenario.Plan(flags.plan), all: append(built, f.Scenarios()...)}
	if !slices.Contains(scenario.Plans(), l.plan) {
		return nil, fmt.Errorf("--plan is smoke, representative or full, not %q", flags.plan)
	}
	if flags.pull != "" && flags.pull != "missing" && flags.pull != "never" {
		return nil, fmt.Errorf("--pull is missing or never, not %q", flags.pull)
	}
	switch flags.host {
	case hostHere:
	case hostDocker:
		if err := docker.Available(context.Background()); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("--host is here or docker, not %q", flags.host)
	}
	if where := docker.Where(flags.fakes); where != docker.Anywhere && where != docker.InProgram && where != docker.InContainer {
		return nil, fmt.Errorf("--fakes is program or container, not %q", flags.fakes)
	}
	if err := f.Check(l.all); err != nil {
		return nil, err
	}
	return l, l.early()
}

// warn says before a lab is brought up why it may be in vain.
func (p *program) warn(l *loaded) {
	if err := l.CheckStart(); err != nil {
		for line := range strings.Lines(err.Error()) {
			_, _ = fmt.Fprintln(p.err, "note:", report.Plain(strings.TrimSuffix(line, "\n")))
		}
	}
}

// openState opens the state directory of this run, after cleaning up what killed runs left. Whoever has it ends it by done,
// when everything else has ended.
func openState(ctx context.Context, host string) (state *system.State, done func(), err error) {
	err = errors.Join(system.Sweep(), servers.Sweep())
	if err == nil && (host == hostDocker || docker.Owed() && docker.Available(ctx) == nil) {
		_, err = docker.Clean(ctx)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("clean up after an earlier run: %w", err)
	}
	state, err = system.OpenState(fmt.Sprintf("run-%d", os.Getpid()))
	return state, func() {
		_ = docker.Leave(context.WithoutCancel(ctx))
		_ = state.Close()
	}, err
}

// sweep makes a sweep over the lab.
func (l *loaded) sweep(labs int, state *system.State, dir string) sweep.Sweep {
	return sweep.Sweep{
		Labs: labs,
		Make: func(ctx context.Context, nth int) (lab.Config, error) {
			own := filepath.Join(dir, fmt.Sprintf("lab-%d", nth))
			if err := os.MkdirAll(own, 0o755); err != nil {
				return lab.Config{}, err
			}
			cfg, err := l.Config(ctx, labfile.Options{Lab: nth, Seed: l.flags.seed, State: state, Dir: own})
			if err == nil {
				cfg, err = l.flags.placed(cfg)
			}
			if err == nil && l.flags.pull != "" {
				cfg = docker.Pulling(cfg, l.flags.pull)
			}
			return cfg, err
		},
		Cases: func(one *lab.Lab, seen []lab.Seen) ([]scenario.Case, error) {
			if err := lab.MostlyCalm(seen); err != nil {
				return nil, err
			}
			return one.Known().Expand(l.all, one.Facts(), l.plan)
		},
	}
}

// placed puts the system where the flags say. Systems in containers start one a processor at a time: all at once, each of them
// would take as long as all of them together, and would not be ready in time.
func (f labFlags) placed(cfg lab.Config) (lab.Config, error) {
	ground := docker.Ground{Fakes: docker.Where(f.fakes)}
	if own, err := os.Executable(); err == nil {
		ground.Program = own
	}
	contained, err := f.host == hostDocker, error(nil)
	if contained {
		cfg.System, err = docker.Hosted(cfg.System, ground)
	} else {
		cfg.System, contained = docker.On(cfg.System, ground)
	}
	if f.fakes != "" && !contained {
		err = fmt.Errorf("--fakes is for systems in containers; add --host docker")
	}
	if contained {
		cfg.Starts = runtime.NumCPU()
	}
	return cfg, err
}

// place says where in the lab file a system stands that does not get ready, so that the message leads there.
func (l *loaded) place(err error) error {
	var unready *lab.Unready
	if errors.As(err, &unready) {
		return fmt.Errorf("%s: %w", l.SystemPos(), err)
	}
	return err
}
