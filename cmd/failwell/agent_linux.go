package main

import (
	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/agent"
)

// agentCommand is what this very program does inside a container that is under test: cmd/agent without a build.
func agentCommand(*program) *cobra.Command {
	return &cobra.Command{
		Use:                "agent",
		Short:              "carries out inside a container what cannot be done from outside",
		Hidden:             true,
		DisableFlagParsing: true,
		RunE:               func(_ *cobra.Command, args []string) error { return agent.Run(args) },
	}
}
