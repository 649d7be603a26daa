//go:build linux

package agent

import (
	"strings"
	"testing"
)

func TestLinesOfLostNames(t *testing.T) {
	const text = "127.0.0.1\tlocalhost\n10.0.0.1\tdb\n10.0.0.1\tdbs\n10.0.0.1 payments db.test\n"
	kept, lost := sift(text, []string{"payments", "db"})
	if lost != "10.0.0.1\tdb\n10.0.0.1 payments db.test\n" || kept != "127.0.0.1\tlocalhost\n10.0.0.1\tdbs\n" {
		t.Errorf("lost %q, kept %q", lost, kept)
	}
	if kept, lost := sift(text, []string{"d"}); lost != "" || kept != text {
		t.Errorf("a part of a name lost %q", lost)
	}
}

func TestALimitLeavesRoom(t *testing.T) {
	for _, c := range []struct {
		open  []int
		spare int
		want  uint64
	}{{[]int{0, 1, 2}, 0, 3}, {[]int{0, 1, 2}, 2, 5}, {[]int{0, 1, 2, 7}, 2, 5}, {[]int{0, 2, 3}, 1, 4}, {[]int{0, 2, 3}, 2, 5}} {
		if got := limit(c.open, c.spare); got != c.want {
			t.Errorf("with %v open, room for %d gives %d, want %d", c.open, c.spare, got, c.want)
		}
	}
}

func TestOnlySmallTmpfsAreFilled(t *testing.T) {
	for _, dir := range []string{"/proc", "/"} {
		if err := fill([]string{dir}); err == nil || !strings.Contains(err.Error(), "no tmpfs") {
			t.Errorf("%s: %v", dir, err)
		}
	}
	if err := fill([]string{"tmp"}); err == nil {
		t.Error("a relative path was taken")
	}
}
