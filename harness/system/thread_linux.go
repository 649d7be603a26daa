package system

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes give a process a group of its own, and its death when the thread that started it ends.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// renounceReading takes from this thread, and from what it starts, the powers by which root reads files whose mode forbids
// it (capabilities(7): CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH). There is no way back for the thread.
func renounceReading() error {
	const override, search = unix.CAP_DAC_OVERRIDE, unix.CAP_DAC_READ_SEARCH
	for _, power := range []uintptr{override, search} {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, power, 0, 0, 0); err != nil {
			return err
		}
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if err := unix.Capget(&head, &sets[0]); err != nil {
		return err
	}
	sets[0].Inheritable &^= 1<<override | 1<<search
	return unix.Capset(&head, &sets[0])
}
