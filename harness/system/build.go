package system

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/decode"
)

// build runs the build command, unless this run of failwell has already done so, and gives the path that $bin names. Labs
// that start at the same time wait for the one that builds.
func (p Process) build(ctx context.Context, s Setup, dir string) (bin string, err error) {
	if len(p.Build) == 0 {
		return "", nil
	}
	place, err := p.buildPlace(s, dir)
	if err != nil {
		return "", err
	}
	unlock, err := lock(ctx, filepath.Join(place, "lock"))
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	defer unlock()
	bin, done := filepath.Join(place, "bin"), filepath.Join(place, "done")
	if _, err := os.Stat(done); err == nil {
		return bin, nil
	}
	if err := Make(ctx, p.Build, bin, dir, nil, s.State); err != nil {
		return "", err
	}
	return bin, os.WriteFile(done, nil, 0o600)
}

// buildPlace is a directory of the run, or else of the lab, for this very command.
func (p Process) buildPlace(s Setup, dir string) (string, error) {
	at := s.Dir
	if s.State != nil {
		at = s.State.Dir()
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	what, err := json.Marshal(append([]string{dir}, p.Build...))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(what)
	place, err := filepath.Abs(filepath.Join(at, "build", hex.EncodeToString(sum[:8])))
	if err != nil {
		return "", err
	}
	return place, os.MkdirAll(place, 0o700)
}

// Make runs a build command with more in its environment, and puts what it makes as $bin at bin. The command finds there what it made
// in an earlier run on this machine, so that one that leaves alone what is up to date, as go build and make do, has little to do.
func Make(ctx context.Context, command []string, bin, dir string, env []string, state *State) error {
	made := bin
	if state != nil {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return fmt.Errorf("build: %w", err)
		}
		kept, unlock, err := keep(ctx, filepath.Dir(state.dir), slices.Concat([]string{dir}, command, env))
		if err != nil {
			return fmt.Errorf("build: %w", err)
		}
		defer unlock()
		made = kept
	}
	args, err := buildArguments(command, made)
	if err != nil {
		return err
	}
	if err := runBuild(ctx, args, dir, env, state); err != nil || made == bin {
		return err
	}
	if err := copied(made, bin); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}

// copied puts a copy of a program, or of a folder, at a place. What is not there is not what the build is for.
func copied(from, to string) error {
	info, err := os.Stat(from)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return os.CopyFS(to, os.DirFS(from))
	}
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	w, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

// keptFor is how long a program that no run asks for is kept.
const keptFor = 7 * 24 * time.Hour

// keep gives the place under root where the program of a build is kept, for the caller alone until it is unlocked.
func keep(ctx context.Context, root string, what []string) (bin string, unlock func(), err error) {
	text, err := json.Marshal(what)
	if err != nil {
		return "", nil, err
	}
	sum := sha256.Sum256(text)
	all := filepath.Join(root, builtDir)
	place := filepath.Join(all, hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(place, 0o700); err != nil {
		return "", nil, err
	}
	unlock, err = lock(ctx, filepath.Join(place, "lock"))
	if err != nil {
		return "", nil, err
	}
	now := time.Now()
	err = os.Chtimes(place, now, now)
	others, unread := os.ReadDir(all)
	for _, other := range others {
		if info, gone := other.Info(); gone == nil && now.Sub(info.ModTime()) > keptFor {
			err = errors.Join(err, os.RemoveAll(filepath.Join(all, other.Name())))
		}
	}
	if err = errors.Join(err, unread); err != nil {
		unlock()
		return "", nil, err
	}
	return filepath.Join(place, "bin"), unlock, nil
}

func buildArguments(command []string, bin string) ([]string, error) {
	args := make([]string, len(command))
	for i, template := range command {
		text, err := decode.Expand(template, func(name string) (string, error) {
			if name == "bin" {
				return bin, nil
			}
			return "", fmt.Errorf("build: unknown name $%s; a build is shared by all launches and knows only $bin", name)
		})
		if err != nil {
			return nil, err
		}
		args[i] = text
	}
	return args, nil
}

// runBuild runs a build command in a directory, with more in its environment. Its processes are noted in the state, so that
// they end with failwell. Its error has the last lines of the command.
func runBuild(ctx context.Context, args []string, dir string, env []string, state *State) error {
	var out tailBuffer
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }
	cmd.WaitDelay = time.Second
	err := cmd.Start()
	if err == nil {
		if err = state.addGroup(cmd.Process.Pid); err != nil {
			_ = cmd.Cancel()
		}
		ended := cmd.Wait()
		if errors.Is(ended, exec.ErrWaitDelay) {
			ended = nil // it has succeeded; a daemon of its own keeps the output open
		}
		err = errors.Join(err, ended, state.dropGroup(cmd.Process.Pid))
	}
	if ctx.Err() != nil {
		return fmt.Errorf("build: %w", ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("build: %s: %w\n%s", strings.Join(args, " "), err, out.kept.Bytes())
	}
	return nil
}

// tailBuffer keeps the last 16 KiB that are written to it.
type tailBuffer struct{ kept bytes.Buffer }

func (b *tailBuffer) Write(p []byte) (int, error) {
	const limit = 16 << 10
	n, err := b.kept.Write(p)
	b.kept.Next(max(0, b.kept.Len()-limit))
	return n, err
}
