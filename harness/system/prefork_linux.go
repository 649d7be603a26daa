package system

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// listening is the state of a TCP socket that listens, in /proc/PID/net/tcp (proc_net(5): TCP_LISTEN).
const listening = "0A"

// preforked gives the processes of a group that fork others to answer (masters), and those others (workers), as gunicorn,
// puma, nginx and the clusters of Node do it. A worker runs the program of its parent, and one of the two listens: a shell
// that starts a server is no master, and neither is one that runs a command.
func preforked(group []member) (masters map[int]bool, workers []member) {
	masters = map[int]bool{}
	programs := map[int]string{}
	for _, m := range group {
		programs[m.pid], _ = os.Readlink(fmt.Sprintf("/proc/%d/exe", m.pid)) // none of one that has ended
	}
	forked := slices.DeleteFunc(slices.Clone(group), func(m member) bool {
		return m.state == 'Z' || programs[m.pid] == "" || programs[m.pid] != programs[m.parent]
	})
	if len(forked) == 0 {
		return masters, nil
	}
	at, known := listeners(group[0].pid), map[int]bool{}
	listens := func(pid int) bool {
		does, told := known[pid]
		if !told {
			does = slices.ContainsFunc(openFiles(pid), func(file string) bool { return at[file] })
			known[pid] = does
		}
		return does
	}
	for _, m := range forked {
		if listens(m.parent) || listens(m.pid) {
			masters[m.parent] = true
			workers = append(workers, m)
		}
	}
	return masters, workers
}

// listeners are the TCP sockets that listen, as a process of the same network sees them in its list of open files.
func listeners(pid int) map[string]bool {
	at := map[string]bool{}
	for _, family := range []string{"tcp", "tcp6"} {
		table, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, family))
		for line := range bytes.Lines(table) {
			// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
			if fields := strings.Fields(string(line)); len(fields) > 9 && fields[3] == listening {
				at["socket:["+fields[9]+"]"] = true
			}
		}
	}
	return at
}

// openFiles are what the descriptors of a process stand for; none of one that has ended.
func openFiles(pid int) []string {
	dir := filepath.Join("/proc", strconv.Itoa(pid), "fd")
	entries, _ := os.ReadDir(dir)
	var all []string
	for _, e := range entries {
		if to, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil {
			all = append(all, to)
		}
	}
	return all
}
