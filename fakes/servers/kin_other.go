//go:build !linux

package servers

import "github.com/failwell/failwell/harness/system"

// kin needs /proc.
func kin(int) (pids []int, moving bool, err error) {
	return nil, false, &system.Unable{What: "the processes of an installed server are found on Linux only; use a container"}
}
