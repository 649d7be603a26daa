package main

import (
	"fmt"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/system"
)

func doctorCommand(p *program) *cobra.Command {
	var clean bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "says which tiers work on this machine, and why not",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if clean {
				if err := system.Sweep(); err != nil {
					return err
				}
				_, _ = fmt.Fprintln(p.out, "cleaned up what killed runs left")
			}
			p.doctor()
			return nil
		},
	}
	c.Flags().BoolVar(&clean, "clean", false, "first remove what runs that were killed left behind")
	return c
}

func (p *program) doctor() {
	say := func(tier, state, why string) { _, _ = fmt.Fprintf(p.out, "%-14s %-4s %s\n", tier, state, why) }
	say("embedded", "yes", "stub dependencies inside failwell; the system as a process or a URL")
	if err := (servers.Postgres{}).Installed(); err != nil {
		say("real servers", "no", err.Error())
	} else {
		say("real servers", "yes", "postgres (server: installed)")
	}
	say("containers", "no", "this version runs systems as processes and URLs only")
	if path, err := exec.LookPath("go"); err == nil {
		say("go", "yes", path+" (only needed to build the sample system)")
	} else {
		say("go", "no", "not on PATH (only needed to build the sample system)")
	}
}
