package main

import (
	"context"
	"fmt"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/system"
)

func doctorCommand(p *program) *cobra.Command {
	var clean bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "says which tiers work on this machine, and why not",
		Args:  cobra.NoArgs,
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
	if err := system.Sweep(); err != nil {
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
	images, err := docker.CleanImages(ctx)
	_, _ = fmt.Fprintf(p.out, "removed %s and %d images of failwell\n", gone, images)
	return err
}

func (p *program) doctor(ctx context.Context) {
	say := func(tier, state, why string) { _, _ = fmt.Fprintf(p.out, "%-14s %-4s %s\n", tier, state, why) }
	say("embedded", "yes", "stub dependencies inside failwell; the system as a process or a URL")
	if err := (servers.Postgres{}).Installed(); err != nil {
		say("real servers", "no", err.Error())
	} else {
		say("real servers", "yes", "postgres (server: installed)")
	}
	if err := docker.Available(ctx); err != nil {
		say("containers", "no", err.Error())
	} else {
		say("containers", "yes", "run --host docker; system: {container: ...}")
	}
	if path, err := exec.LookPath("go"); err == nil {
		say("go", "yes", path+" (only needed to build the sample system)")
	} else {
		say("go", "no", "not on PATH (only needed to build the sample system)")
	}
}
