//go:build linux

// Command agent is harness/agent alone: a small static program. The failwell program is the same when it is called as
// `failwell agent`. It exits with 1 and one line on stderr when an order cannot be carried out.
package main

import (
	"fmt"
	"os"

	"github.com/failwell/failwell/harness/agent"
)

func main() {
	if err := agent.Run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
