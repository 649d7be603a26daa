package system

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/fault"
)

// prefork starts a master with two workers.
func prefork(t *testing.T) (leader *process, workers []int) {
	t.Helper()
	i := start(t, Process{Run: []string{os.Args[0]}, Env: map[string]string{"PROGRAM": "master"}}, Setup{}).(*process)
	eventually(t, "two workers", func() bool { return workersBegun(i) == 2 && strings.Contains(said(i), "two forked") })
	return i, workersOf(t, i)
}

func workersBegun(i *process) int { return strings.Count(said(i)+"\n", "worker begins\n") }

func workersOf(t *testing.T, i *process) (pids []int) {
	t.Helper()
	group, err := groupMembers(i.pid)
	if err != nil {
		t.Fatal(err)
	}
	masters, workers := preforked(group)
	if len(masters) != 1 || !masters[i.pid] {
		t.Fatalf("the masters are %v, not %d", masters, i.pid)
	}
	for _, w := range workers {
		pids = append(pids, w.pid)
	}
	slices.Sort(pids)
	return pids
}

func softLimit(t *testing.T, pid int) uint64 {
	t.Helper()
	var limit unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &limit); err != nil {
		t.Fatal(err)
	}
	return limit.Cur
}

// free is how many descriptors a process could still get.
func free(t *testing.T, pid int) (n int) {
	t.Helper()
	for fd := range softLimit(t, pid) {
		if _, err := os.Lstat(fmt.Sprintf("/proc/%d/fd/%d", pid, fd)); errors.Is(err, os.ErrNotExist) {
			n++
		}
	}
	return n
}

func TestAMasterCanForkWhileItsWorkersHaveNoFiles(t *testing.T) {
	i, workers := prefork(t)
	all := softLimit(t, i.pid)
	undo, err := i.Act(t.Context(), fault.Act{On: "system", Do: "descriptors", Args: map[string]string{"spare": "0"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range workers {
		equal(t, "free descriptors of a worker", free(t, pid), 0)
	}
	equal(t, "free descriptors of the master", free(t, i.pid), forking)
	own := softLimit(t, i.pid)
	// A program in Go raises its limit when it begins, so that this one is given its own by failwell.
	if err := unix.Kill(i.pid, unix.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a third worker", func() bool { return workersBegun(i) == 3 })
	workers = workersOf(t, i)
	equal(t, "workers", len(workers), 3)
	for _, pid := range workers {
		eventually(t, "no limit above that of the parent", func() bool { return softLimit(t, pid) <= own })
	}
	if err := undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, pid := range append(workers, i.pid) {
		equal(t, "limit", softLimit(t, pid), all)
	}
}

func TestFilesThatAreBeingClosedAreNoRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, open := time.Now(), []int{5, 4, 4, 2}
		err := settle(func() (map[int]int, error) {
			n := open[0]
			open = open[1:]
			return map[int]int{1: n}, nil
		})
		if err != nil || len(open) != 1 || time.Since(began) != 2*closing {
			t.Errorf("%v, settled after %s with %v to come", err, time.Since(began), open)
		}
		began, open = time.Now(), nil
		err = settle(func() (map[int]int, error) {
			open = append(open, 0)
			return map[int]int{1: len(open)}, nil
		})
		if err != nil || time.Since(began) != closed {
			t.Errorf("%v, gave up after %s", err, time.Since(began))
		}
	})
}

func TestAWorkerThatEndsForWantOfFilesIsSaid(t *testing.T) {
	i, workers := prefork(t)
	undo, err := i.Act(t.Context(), fault.Act{On: "system", Do: "descriptors"})
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Kill(workers[0], unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another", func() bool { return workersBegun(i) == 3 })
	var word *Word
	if err := undo(t.Context()); !errors.As(err, &word) || !word.Felt {
		t.Errorf("undo: %v", err)
	}
	if _, dead := i.Exited(); dead {
		t.Error("the end of a worker was taken for that of the system")
	}
}

// A shell is no master of the server that it started, nor of what it runs.
func TestWhoIsNoMaster(t *testing.T) {
	for name, p := range map[string]Process{
		"a shell that runs a shell": sh("(echo ready; sleep 10; :)"),
		"a shell that runs a server": {Run: []string{"sh", "-c", os.Args[0] + " & wait"},
			Env: map[string]string{"PROGRAM": "serve", "PORT": "0"}},
	} {
		i := start(t, p, Setup{}).(*process)
		eventually(t, name, func() bool { return said(i) != "" })
		group, err := groupMembers(i.pid)
		if masters, workers := preforked(group); err != nil || len(group) < 2 || len(masters) > 0 || len(workers) > 0 {
			t.Errorf("%s: group %v, masters %v, workers %v, %v", name, group, masters, workers, err)
		}
	}
}

func TestOneWorkerIsKilledForWantOfMemory(t *testing.T) {
	i, workers := prefork(t)
	act := fault.Act{On: "system", Do: fault.OutOfMemory}
	if err := i.Able(act); err != nil {
		t.Fatal(err)
	}
	held, err := net.Dial("tcp", served(t, workers))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := io.WriteString(held, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := held.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	most := slices.MaxFunc(workers, func(a, b int) int { return len(openFiles(a)) - len(openFiles(b)) })
	if _, err := i.Act(t.Context(), act); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another worker", func() bool { return workersBegun(i) == 3 })
	if now := workersOf(t, i); len(now) != 2 || slices.Contains(now, most) {
		t.Errorf("of %v the one at work is %d; now there are %v", workers, most, now)
	}
	if _, dead := i.Exited(); dead {
		t.Error("the master ended")
	}
}

// served is where the workers listen.
func served(t *testing.T, workers []int) string {
	t.Helper()
	table, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", workers[0]))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if fields[3] == listening && slices.Contains(openFiles(workers[0]), "socket:["+fields[9]+"]") {
			port, err := strconv.ParseUint(fields[1][strings.IndexByte(fields[1], ':')+1:], 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("127.0.0.1:%d", port)
		}
	}
	t.Fatal("nobody listens")
	return ""
}
