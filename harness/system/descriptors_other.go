//go:build !linux

package system

import (
	"context"

	"github.com/failwell/failwell/harness/fault"
)

// descriptors needs a call that only Linux has.
func (i *process) descriptors(fault.Act) (undo func(context.Context) error, err error) {
	return nil, &Unable{What: "the limit of open files of a running process can be changed on Linux only"}
}
