//go:build !linux

package system

import (
	"os/exec"
	"strconv"
	"strings"
)

// member is a process of a group.
type member struct {
	pid   int
	group int
	start string // date and time
	state byte   // T stands still, Z has ended, D and U wait inside the kernel
}

func processAt(pid int) (member, bool) {
	all, _ := ps("-p", strconv.Itoa(pid))
	if len(all) != 1 {
		return member{}, false
	}
	return all[0], true
}

func groupMembers(group int) ([]member, error) {
	all, err := ps("-A")
	var found []member
	for _, m := range all {
		if m.group == group {
			found = append(found, m)
		}
	}
	return found, err
}

func ps(which ...string) ([]member, error) {
	out, err := exec.Command("ps", append(which, "-o", "pid=,pgid=,state=,lstart=")...).Output()
	var all []member
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			continue
		}
		pid, _ := strconv.Atoi(fields[0])
		group, _ := strconv.Atoi(fields[1])
		all = append(all, member{pid: pid, group: group, state: fields[2][0], start: strings.Join(fields[3:], " ")})
	}
	return all, err
}

// bootID is not needed where starts are dates.
func bootID() (string, error) { return "", nil }
