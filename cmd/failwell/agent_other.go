//go:build !linux

package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// agentCommand is for containers, which are those of Linux.
func agentCommand(*program) *cobra.Command {
	return &cobra.Command{Use: "agent", Hidden: true, RunE: func(*cobra.Command, []string) error { return errors.New("the agent runs on Linux only") }}
}
