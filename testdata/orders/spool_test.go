package main

import (
	"net"
	"os"
	"reflect"
	"syscall"
	"testing"
)

func TestRowsComeBackFromDisk(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, rows := range [][]statusTotal{{}, {{"paid", 1, 2}, {"pending", 3, 4}}} {
		back, err := throughDisk(rows)
		if err != nil || !reflect.DeepEqual(back, rows) {
			t.Errorf("%v came back as %v, %v", rows, back, err)
		}
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
	t.Setenv("TMPDIR", "/proc/nowhere")
	if _, err := throughDisk(nil); err == nil {
		t.Error("no disk is no error")
	}
}

func TestOurOwnWantIsNotTheirs(t *testing.T) {
	err := &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}
	if f := unreachable(t.Context(), err, false); f.Status != 503 || f.Code != "no_room" {
		t.Errorf("without descriptors: %+v", f)
	}
	if f := unreachable(t.Context(), syscall.ECONNREFUSED, false); f.Status != 502 {
		t.Errorf("refused: %+v", f)
	}
}

func TestAReportWithoutADisk(t *testing.T) {
	s := &server{}
	t.Setenv("TMPDIR", "/proc/nowhere")
	_, err := s.spooled([]statusTotal{{"paid", 1, 2}})
	if f := asFailure(err); f.Status != 503 || f.Code != "no_room" || f.RetryAfter == 0 || f.Cause == nil {
		t.Errorf("got %+v", f)
	}
}
