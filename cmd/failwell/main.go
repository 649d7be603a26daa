// Command failwell breaks what an HTTP API depends on, one thing at a time, and judges how it fails.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/standard"
)

// version is what failwell calls itself.
const version = "0.1.0"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// program is what every command works with.
type program struct {
	out, err io.Writer
	catalog  catalog.Catalog
	code     int // exit code of a command that came to its end
	began    time.Time
}

// run runs the program and gives its exit code: 0 all held, 1 a failure that counts, 2 a mistake or a failure of failwell
// itself, 3 inconclusive.
func run(args []string, out, errOut io.Writer) int {
	began := time.Now()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer stop()
	p := &program{out: out, err: errOut, catalog: everything(), began: began}
	root := &cobra.Command{
		Use:           "failwell",
		Short:         "Break what an HTTP API depends on, one thing at a time, and judge how it fails",
		Version:       version,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetOut(out)
	root.SetErr(errOut)
	root.SetArgs(args)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.RunE = func(c *cobra.Command, _ []string) error { return welcome(c) }
	for _, g := range groups() {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, command := range g.commands {
			c := command(p)
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
	root.AddCommand(fakesCommand(p), agentCommand(p))
	if err := root.ExecuteContext(ctx); err != nil {
		if !errors.Is(err, errQuiet) {
			_, _ = fmt.Fprintln(errOut, report.PlainLines(redact.Userinfo(err.Error())))
		}
		return 2
	}
	return p.code
}

// groups are the commands by what people are about to do.
func groups() []group {
	return []group{
		{"start", "Start with a lab:", []func(*program) *cobra.Command{initCommand, checkCommand, calmCommand, upCommand, doctorCommand}},
		{"run", "Run:", []func(*program) *cobra.Command{runCommand, planCommand}},
		{"look", "Look at what came of it, and at what there is:", []func(*program) *cobra.Command{showCommand, curlCommand, explainCommand, listCommand, referenceCommand}},
		{"ci", "In CI, and without a lab:", []func(*program) *cobra.Command{mergeCommand, judgeCommand, versionCommand}},
	}
}

// group is commands that stand together in the help.
type group struct {
	id, title string
	commands  []func(*program) *cobra.Command
}

// everything is the standard catalog and what needs a container engine.
func everything() catalog.Catalog {
	c := standard.Catalog()
	maps.Copy(c.Systems, docker.Kinds())
	c.Fakes = docker.Fakes(c.Fakes)
	return c
}

// errQuiet ends a command with exit code 2 after it has said why.
var errQuiet = errors.New("")
