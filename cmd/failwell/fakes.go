package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/fakes/control"
	"github.com/failwell/failwell/fakes/kinds"
)

// fakesCommand is what this very program does in the container of fakes: cmd/fakes without a build.
func fakesCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:    "fakes",
		Short:  "is the rig of a container: fakes that are driven from outside",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return control.Serve(c.Context(), kinds.All(), os.Getenv, p.out)
		},
	}
}
