package main

import (
	"os"
	"reflect"
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

func TestAReportWithoutADisk(t *testing.T) {
	s := &server{}
	t.Setenv("TMPDIR", "/proc/nowhere")
	_, err := s.spooled([]statusTotal{{"paid", 1, 2}})
	if f := asFailure(err); f.Status != 503 || f.Code != "no_room" || f.RetryAfter == 0 || f.Cause == nil {
		t.Errorf("got %+v", f)
	}
}
