//go:build !linux

package system

import (
	"errors"
	"syscall"
)

// attributes give a process a group of its own.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func renounceReading() error { return errors.New("only Linux can take that power from a process") }
