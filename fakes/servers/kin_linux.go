package servers

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// kin gives a process and all that descend from it, itself last, and tells whether one of them still runs. A server's
// processes may be in groups of their own (PostgreSQL calls setsid), so that a group is not enough.
func kin(first int) (pids []int, moving bool, err error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, false, err
	}
	parents, states := map[int]int{}, map[int]byte{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended
		}
		fields := bytes.Fields(content[bytes.LastIndexByte(content, ')')+1:]) // state and ppid (proc_pid_stat(5))
		if len(fields) < 2 {
			continue
		}
		states[pid] = fields[0][0]
		parents[pid], _ = strconv.Atoi(string(fields[1]))
	}
	for pid := range parents {
		for up := parents[pid]; up > 1; up = parents[up] {
			if up == first {
				pids = append(pids, pid)
				break
			}
		}
	}
	pids = append(pids, first)
	for _, pid := range pids {
		moving = moving || !bytes.ContainsRune([]byte("TtZXD"), rune(states[pid]))
	}
	return pids, moving, nil
}
