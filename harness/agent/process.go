//go:build linux

package agent

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// system is the process under test: the first of its container.
const system = 1

// files leaves the system room for a number of further open files.
func files(args []string) error {
	spare, err := number(args)
	if err != nil {
		return err
	}
	was, _, err := Squeeze(system, spare)
	if err != nil {
		return fmt.Errorf("lower the limit of open files: %w", err)
	}
	_, err = fmt.Println(was.Cur)
	return err
}

// Squeeze leaves a process room for spare more open files, or the limit it has if that is lower, and gives its limit as it was
// and as it is.
func Squeeze(pid, spare int) (was, is unix.Rlimit, err error) {
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &was); err != nil {
		return was, was, err
	}
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return was, was, err
	}
	var open []int
	for _, e := range entries {
		if n, err := strconv.Atoi(e.Name()); err == nil {
			open = append(open, n)
		}
	}
	is = unix.Rlimit{Cur: min(limit(open, spare), was.Cur), Max: was.Max}
	return was, is, unix.Prlimit(pid, unix.RLIMIT_NOFILE, &is, nil)
}

// limit leaves room for spare files. It bounds their numbers, and the lowest that is free is taken first. It is never below
// what is open without a gap: poll(2) would fail for good then, as it never does for want of files.
func limit(open []int, spare int) uint64 {
	n := 0
	for ; spare > 0 || slices.Contains(open, n); n++ {
		if !slices.Contains(open, n) {
			spare--
		}
	}
	return uint64(n)
}

// allow gives the system a limit.
func allow(args []string) error {
	n, err := number(args)
	if err != nil {
		return err
	}
	var was unix.Rlimit
	if err := unix.Prlimit(system, unix.RLIMIT_NOFILE, nil, &was); err != nil {
		return err
	}
	return unix.Prlimit(system, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: uint64(n), Max: was.Max}, nil)
}

// hog makes the system the first to be killed, and takes memory until it is.
func hog([]string) error {
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", system), []byte("1000"), 0); err != nil {
		return fmt.Errorf("choose who is killed: %w", err)
	}
	for {
		piece, err := unix.Mmap(-1, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_POPULATE)
		if err != nil {
			return fmt.Errorf("take memory: %w", err)
		}
		_ = piece
	}
}

func number(args []string) (int, error) {
	if len(args) != 1 {
		return 0, errors.New("want one number")
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 0 {
		return 0, fmt.Errorf("want a number, not %q", args[0])
	}
	return n, nil
}
