package docker

import (
	"slices"

	"github.com/failwell/failwell/harness/fault"
)

// Conditions lists what a launch of a container can be given that is no setting of the software.
func (c Container) Conditions() []string { return []string{fault.Disk} }

// condition carries out the edits of conditions, on this copy, and gives the others.
func (c *Container) condition(edits []fault.Edit) []fault.Edit {
	return slices.DeleteFunc(slices.Clone(edits), func(e fault.Edit) bool {
		if e.Setting != fault.Disk {
			return false
		}
		c.ReadOnly, c.Tmpfs = true, nil
		return true
	})
}
