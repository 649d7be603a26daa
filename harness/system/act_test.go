package system

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

func TestFilesCannotBeOpenedForAWhile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the limit of a running process can be changed on Linux only")
	}
	i := start(t, sh("while :; do if (exec 3</dev/null) 2>/dev/null; then echo opened; else echo none; fi; sleep 0.005; done"), Setup{})
	eventually(t, "a file", func() bool { return strings.HasSuffix(said(i), "opened") })
	undo, err := i.(Actor).Act(t.Context(), fault.Act{On: "system", Do: "descriptors", Args: map[string]string{"spare": "0"}})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "no file", func() bool { return strings.HasSuffix(said(i), "none") })
	if err := undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a file again", func() bool { return strings.HasSuffix(said(i), "opened") })
	if _, err := i.(Actor).Act(t.Context(), fault.Act{On: "system", Do: "descriptors", Args: map[string]string{"spare": "few"}}); err == nil {
		t.Error("a word was taken for a number")
	}
}

func TestWhatAProcessCannotHave(t *testing.T) {
	i := start(t, sh("sleep 10"), Setup{})
	for _, do := range []string{LoseName, fault.Restart, fault.OutOfMemory, fault.Disconnect, "cpu", "memory", "disk"} {
		var unable *Unable
		if err := i.(Actor).Able(fault.Act{On: "system", Do: do}); !errors.As(err, &unable) || !unable.NotApplicable || !strings.Contains(unable.What, "--host docker") {
			t.Errorf("%s: %v", do, err)
		}
	}
	for _, do := range []string{fault.Kill, fault.Term, "pause", "descriptors"} {
		if err := i.(Actor).Able(fault.Act{On: "system", Do: do}); err != nil {
			t.Errorf("%s: %v", do, err)
		}
	}
}

// The stop of a lab says who is told to end, in a case as at the end of a run.
func TestWhoIsAskedToEnd(t *testing.T) {
	for group, says := range map[bool]bool{true: true, false: false} {
		p := sh(`trap 'echo leader told; wait' TERM; sh -c 'trap "echo child told; exit" TERM; echo ready; while :; do sleep 0.01; done' & wait; wait`)
		p.Stop = Stop{Group: &group, Within: 50 * time.Millisecond}
		i := start(t, p, Setup{})
		eventually(t, "a child", func() bool { return said(i) == "ready" })
		if _, err := i.(Actor).Act(t.Context(), fault.Act{On: "system", Do: fault.Term}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the leader", func() bool { return strings.Contains(said(i), "leader told") })
		if says {
			eventually(t, "the child", func() bool { return strings.Contains(said(i), "child told") })
		}
		if got := strings.Contains(said(i), "child told"); got != says {
			t.Errorf("group %v: %s", group, said(i))
		}
	}
}
