package labfile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/system"
)

// Options say which of several labs a Config is for.
type Options struct {
	Lab   int    // its number; each lab gets credentials of its own
	Seed  string // of all that is minted, and of the lab
	State *system.State
	Dir   string // for files of this lab; empty: the lab makes one, and servers that need one make theirs
}

// Config makes what a lab is made of: fresh fakes and servers with freshly minted canaries, equal for equal options. It starts
// nothing. The error holds every dependency that cannot be made; a server that is not on this machine is in it as a
// *fakes.Unavailable.
func (f *File) Config(ctx context.Context, o Options) (lab.Config, error) {
	c := lab.Config{
		Name: f.Name(), Fakes: lab.Fakes{}, Taps: map[string]string{}, Roles: map[string]contract.Role{}, WhenAway: map[string]contract.Away{}, Unbroken: map[string]string{}, Secrets: maps.Clone(f.Secrets), Given: f.given,
		Requests: slices.Clone(f.Requests), Discover: f.discovery(), Before: slices.Clone(f.Before),
		Ready: f.system.Ready.configured(), Live: f.system.Live.Get, LiveHeader: headerOf(f.system.Live.Header), Contract: f.Contract,
		Deadline: f.system.Deadline, Limit: f.system.Limit, HealWithin: f.healWithin,
		Catalog: f.catalog, Seed: o.Seed, Dir: o.Dir, State: o.State,
	}
	var err error
	if c.System, err = f.bringUp(); err != nil {
		return c, err
	}
	var bad []error
	for _, d := range f.Dependencies {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		one, canaries, err := f.mint(d, o)
		if err != nil {
			var at decode.Problems
			at.Join(err, d.Pos)
			bad = append(bad, &unmade{problems: at, cause: err})
		}
		c.Fakes[d.Name] = one
		c.Canaries = append(c.Canaries, canaries...)
		f.describe(d, o.Lab, &c)
	}
	if len(bad) > 0 {
		return c, errors.Join(bad...)
	}
	return c, nil
}

// describe adds what a lab needs to know about a dependency beside its fake.
func (f *File) describe(d Dependency, nth int, c *lab.Config) {
	if role := d.roleOf(); role != contract.Unknown {
		c.Roles[d.Name] = role
	}
	if d.WhenAway != contract.Undeclared {
		c.WhenAway[d.Name] = d.WhenAway
	}
	if d.Unbroken != "" {
		c.Unbroken[d.Name] = d.Unbroken
	}
	if d.part != "" {
		c.Taps[d.Name] = d.part
	}
	if d.Credential == "own" {
		c.Own = append(c.Own, d.Name)
	}
	if i := d.isolation; i != nil {
		c.Isolate = append(c.Isolate, lab.Isolate{On: d.Name, Script: i.script, As: i.As})
	}
	if !d.prepares(nth) {
		return
	}
	for _, p := range d.Prepare {
		c.Prepare = append(c.Prepare, lab.Prepare{On: d.Name, Run: p.Run, Dir: f.path(p.Dir), Env: p.Env, System: p.system, Script: p.script, As: p.As, Pos: p.Pos})
	}
}

// mint makes a dependency whose credentials and names are canaries of this lab.
func (f *File) mint(d Dependency, o Options) (fakes.Dependency, []leak.Canary, error) {
	var dir string
	if o.Dir != "" {
		dir = filepath.Join(o.Dir, "dependencies", d.Name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fakes.Dependency{}, nil, fmt.Errorf("make a directory for %s: %w", d.Name, err)
		}
	}
	var mu sync.Mutex
	var canaries []leak.Canary
	made, err := f.make(d, fakes.Options{Dir: dir, Mint: func(where string, secret bool) string {
		mu.Lock()
		defer mu.Unlock()
		c := leak.Canary{Token: leak.Mint(o.Seed, fmt.Sprint(o.Lab), d.Name, where), Kind: leak.KindInternal, Where: d.Name + " " + where}
		if secret {
			c.Kind = leak.KindSecret
		}
		canaries = append(canaries, c)
		return c.Token
	}})
	mu.Lock()
	defer mu.Unlock()
	return made, canaries, err
}

// unmade is a dependency that cannot be made: its message has the place, and it is an *Unavailable if its kind said so.
type unmade struct {
	problems decode.Problems
	cause    error
}

func (u *unmade) Error() string { return u.problems.Error() }
func (u *unmade) Unwrap() error { return u.problems }

// As keeps what kind of error it was, which a problem with a place does not.
func (u *unmade) As(target any) bool {
	unavailable, ok := target.(**fakes.Unavailable)
	return ok && errors.As(u.cause, unavailable)
}
