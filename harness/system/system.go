// Package system brings up the software under test: as a process, at a URL that somebody else runs, or as a function in
// the test's own process. Containers come from harness/docker.
package system

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// A System is a way to bring up the software under test.
type System interface {
	// Start brings up one instance and returns as soon as it runs; it does not wait for readiness. Its error means that
	// nothing could be started (no such program, the build failed), never that the system died.
	Start(ctx context.Context, s Setup) (Instance, error)
}

// An Instance is one running copy.
type Instance interface {
	// URL is the base URL of a port (`http://127.0.0.1:20001`); "" is the main one.
	URL(port string) string
	// Logs gives the lines from position since on.
	Logs(since int) []exchange.Line
	// Exited tells how the instance ended, if it did so by itself.
	Exited() (exchange.Exit, bool)
	// Stop ends the instance and all it started; calling it again is harmless.
	Stop(ctx context.Context) error
}

// Word is what Act or its undo give as an error after they succeeded: the actor's own knowledge of whether the act was felt.
type Word struct {
	Felt bool
	What string
}

func (w *Word) Error() string { return w.What }

// LoseName is the act by which a link that is gone is carried out: the system cannot resolve Args["name"] any more.
const LoseName = "lose-name"

// Unable says that something cannot be done here.
type Unable struct {
	What          string
	NotApplicable bool // it makes no sense here at all; else it is only unavailable on this machine
}

func (u *Unable) Error() string { return u.What }

// Setup is what a launch is given: the values of all names, and what is to be changed.
type Setup struct {
	// Names holds every $name without its dollar: db.url, system.port, system.admin.port. What PortNames lists has to be there.
	Names map[string]string
	// Edits change settings for this launch.
	Edits []fault.Edit
	// Secrets are the values behind $NAME.value and $NAME.file; a runner writes the files. The key NAME/FILE is a further
	// file in $NAME.dir.
	Secrets map[string]string
	// Files are the texts of further files that a runner writes where a setting asks for one: $NAME is the path of one of them.
	Files map[string]string
	// Dir is a directory of this lab's own for files; it exists.
	Dir string
	// Own is the name of the part that is started, "system" when there is only one.
	Own string
	// State notes what is started, so that the next failwell can clean up after one that was killed. It may be nil.
	State *State
}

// URL is the address of a dependency, as the system is to use it.
func (s Setup) URL(dependency string) string { return s.Names[dependency+".url"] }

// Name gives the value of a name. In a part, $system.port is the port of that part.
func (s Setup) Name(name string) (string, bool) {
	v, ok := s.Names[name]
	if !ok && strings.HasPrefix(name, "system.") && s.Own != "system" {
		v, ok = s.Names[s.Own+strings.TrimPrefix(name, "system")]
	}
	return v, ok
}

// address is the base URL of a port: of $system.port for "", of $system.NAME.port for others, "" when there is none.
func (s Setup) address(port string) string {
	name := "system.port"
	if port != "" {
		name = "system." + port + ".port"
	}
	number, ok := s.Name(name)
	if !ok {
		return ""
	}
	return "http://127.0.0.1:" + number
}

// with gives a copy that has one more name.
func (s Setup) with(name, value string) Setup {
	names := make(map[string]string, len(s.Names)+1)
	maps.Copy(names, s.Names)
	names[name] = value
	s.Names = names
	return s
}

// home is the directory of what is started, below Dir.
func (s Setup) home() (string, error) {
	if s.Dir == "" {
		return "", errors.New("the setup has no directory")
	}
	return filepath.Abs(filepath.Join(s.Dir, cmp.Or(s.Own, "system")))
}
