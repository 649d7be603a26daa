package system

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
)

// member is a process of a group.
type member struct {
	pid    int
	parent int
	group  int
	start  string // clock ticks since boot
	state  byte   // T stands still, Z has ended, D and U wait inside the kernel
}

// processAt reads /proc/PID/stat; it is false when there is no such process.
func processAt(pid int) (member, bool) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return member{}, false
	}
	// The second field is a name in parentheses that may hold anything; state, ppid and pgrp are the fields 3 to 5, and the
	// start is field 22 (proc_pid_stat(5)).
	fields := bytes.Fields(content[bytes.LastIndexByte(content, ')')+1:])
	if len(fields) < 20 {
		return member{}, false
	}
	parent, err := strconv.Atoi(string(fields[1]))
	if err != nil {
		return member{}, false
	}
	group, err := strconv.Atoi(string(fields[2]))
	return member{pid: pid, parent: parent, group: group, start: string(fields[19]), state: fields[0][0]}, err == nil
}

// groupMembers lists the processes of a group, those that have ended and that nobody waited for among them.
func groupMembers(group int) ([]member, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var all []member
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if m, ok := processAt(pid); ok && m.group == group {
				all = append(all, m)
			}
		}
	}
	return all, nil
}

// bootID tells one run of the machine from the next, since process numbers and starts begin anew.
func bootID() (string, error) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(bytes.TrimSpace(id)), err
}
