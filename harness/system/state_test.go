package system

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func TestSweepCleansUpAfterAKilledOwner(t *testing.T) {
	root, dir := t.TempDir(), t.TempDir()
	write(t, filepath.Join(dir, "data", "file"), "x")
	owner := exec.Command(os.Args[0])
	owner.Env = append(os.Environ(), "PROGRAM=owner", "ROOT="+root, "DIR="+dir)
	owner.Stderr = os.Stderr
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Process.Kill(); _ = owner.Wait(); _ = sweep(root) })
	line, _ := bufio.NewReader(out).ReadString('\n')
	var child, grandchild int
	if _, err := fmt.Sscan(line, &child, &grandchild); err != nil {
		t.Fatal(line, err)
	}
	if err := sweep(root); err != nil {
		t.Fatal(err)
	}
	if !lives(child) || !lives(grandchild) {
		t.Fatal("a sweep killed what a living owner has")
	}
	_ = owner.Process.Kill()
	_ = owner.Wait()
	eventually(t, "the child's end with its parent", func() bool { return !lives(child) })
	if !lives(grandchild) {
		t.Fatal("the grandchild is gone already; nothing left to sweep")
	}
	if err := sweep(root); err != nil {
		t.Fatal(err)
	}
	equal(t, "the grandchild lives", lives(grandchild), false)
	for _, gone := range []string{filepath.Join(root, "killed"), filepath.Join(dir, "data")} {
		if _, err := os.Stat(gone); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", gone, err)
		}
	}
}

func TestSweepRemovesWhatDiedBeforeItHadAnOwner(t *testing.T) {
	root := t.TempDir()
	old, young := filepath.Join(root, freshPrefix+"old"), filepath.Join(root, freshPrefix+"young")
	for _, dir := range []string{old, young} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := sweep(root); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("the old one is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the young one, which somebody may be making, is gone: %v", err)
	}
}

func TestSweepLeavesOtherProcessesOfThatNumber(t *testing.T) {
	root := t.TempDir()
	s, err := openState(root, "old")
	if err != nil {
		t.Fatal(err)
	}
	i := start(t, sh("sleep 300"), Setup{}).(*process)
	n := s.note
	n.Owner = mark{PID: 1 << 30, Start: "1"}
	n.Groups = []mark{{PID: i.pid, Start: "1"}, {PID: 0, Start: "1"}, {PID: -1, Start: "1"}, {PID: 1, Start: "1"}}
	if err := n.write(s.dir); err != nil {
		t.Fatal(err)
	}
	if err := sweep(root); err != nil {
		t.Fatal(err)
	}
	equal(t, "lives", lives(i.pid), true)
}

func TestStateIsOneOwnersAndGoesWithIt(t *testing.T) {
	root := t.TempDir()
	s, err := openState(root, "run")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openState(root, "run"); err == nil {
		t.Error("opened twice")
	}
	for _, bad := range []string{"", ".", "..", "a/b", portsDir, builtDir, ".x"} {
		if _, err := openState(root, bad); err == nil {
			t.Errorf("opened %q", bad)
		}
	}
	i := start(t, sh("sleep 300"), Setup{State: s}).(*process)
	equal(t, "groups", len(s.note.Groups), 1)
	if err := i.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "groups after the stop", len(s.note.Groups), 0)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, _ := os.ReadDir(root)
	equal(t, "left", len(left), 0)
}

func TestPortsAreNeverTakenTwice(t *testing.T) {
	dir := t.TempDir()
	both := []*Ports{{Dir: dir}, {Dir: dir}} // as two programs with the same lock files
	var mu sync.Mutex
	taken := map[int]bool{}
	var wg sync.WaitGroup
	for n := range 60 {
		wg.Go(func() {
			port, release, err := both[n%2].Take(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(release)
			mu.Lock()
			defer mu.Unlock()
			if taken[port] {
				t.Errorf("port %d was taken twice", port)
			}
			taken[port] = true
		})
	}
	wg.Wait()
	low, high := portRange()
	for port := range taken {
		if port < low || port >= high {
			t.Errorf("port %d is not in %d-%d", port, low, high)
		}
	}
}

func TestPortsInUseAreNotGiven(t *testing.T) {
	p := Ports{Dir: t.TempDir()}
	port, release, err := p.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	release()
	low, _ := portRange()
	p.next = port - low
	again, release, err := p.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if again == port {
		t.Errorf("gave port %d, on which somebody listens", port)
	}
}
