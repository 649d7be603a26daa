package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/system"
)

func doctorCommand(p *program) *cobra.Command {
	var clean bool
	c := &cobra.Command{
		Use:     "doctor",
		Short:   "Say which tiers work on this machine, and why not",
		Example: "  failwell doctor",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if clean {
				if err := p.clean(c.Context()); err != nil {
					return err
				}
			}
			p.doctor(c.Context())
			return nil
		},
	}
	c.Flags().BoolVar(&clean, "clean", false, "first remove what runs that were killed left behind")
	return c
}

// clean removes what killed runs left on this machine and, where there is an engine, in it, with the images we made.
func (p *program) clean(ctx context.Context) error {
	if err := errors.Join(system.Sweep(), servers.Sweep()); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(p.out, "cleaned up what killed runs left")
	if docker.Available(ctx) != nil {
		return nil
	}
	gone, err := docker.Clean(ctx)
	if err != nil {
		return err
	}
	gone.Images, err = docker.CleanImages(ctx)
	_, _ = fmt.Fprintf(p.out, "removed %s of failwell\n", gone)
	return err
}

// doctor says for each tier whether it works here, and if not, why and what helps.
func (p *program) doctor(ctx context.Context) {
	say := func(tier, state, why string) { _, _ = fmt.Fprintf(p.out, "%-14s %-4s %s\n", tier, state, why) }
	say("embedded", "yes", "stub dependencies inside failwell; the system as a process or a URL")
	if err := (servers.Postgres{}).Installed(); err != nil {
		say("real servers", "no", err.Error())
	} else {
		say("real servers", "yes", "postgres (server: installed)")
	}
	own, _ := os.Executable()
	h, absent := docker.Examine(ctx, own)
	if absent != nil {
		say("containers", "no", absent.Error())
	} else {
		say("containers", "yes", fmt.Sprintf("Docker %s (API %s) at %s: run --host docker; system: {container: ...}; server: {image: ...}", h.Version, h.API, h.Host))
		p.fakesOf(say, h)
	}
	toolchain, err := exec.LookPath("go")
	if err == nil {
		say("go", "yes", toolchain+" (only needed to build the sample system)")
	} else {
		say("go", "no", "not on PATH (only needed to build the sample system)")
	}
	p.left(say, h)
}

// fakesOf says where the fakes of containers can run.
func (p *program) fakesOf(say func(tier, state, why string), h docker.Health) {
	switch {
	case h.FakesHere:
		say("  fakes", "yes", "in failwell itself: "+h.FakesWhy)
	case h.FakesBeside == nil:
		say("  fakes", "yes", "in a container beside the system, since "+h.FakesWhy)
	default:
		say("  fakes", "no", fmt.Sprintf("%s; and not in a container: %v (take a released failwell for linux, or install Go)", h.FakesWhy, h.FakesBeside))
	}
}

// left says what runs that were killed have left.
func (p *program) left(say func(tier, state, why string), h docker.Health) {
	runs, err := system.Left()
	folders := len(servers.Left())
	switch {
	case err != nil:
		say("left over", "?", err.Error())
	case runs == 0 && folders == 0 && h.Left == docker.Count{}:
		say("left over", "no", "nothing of runs that were killed")
	default:
		say("left over", "yes", fmt.Sprintf("%d state directories, %d folders of servers, %d containers, %d networks, %d volumes of runs that were killed; the next run removes them, or failwell doctor --clean",
			runs, folders, h.Left.Containers, h.Left.Networks, h.Left.Volumes))
	}
}
