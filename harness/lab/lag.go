package lab

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Lag measures how busy this machine is, by what happens to failwell itself: how late whoever waits wakes up, and how many
// tasks want a processor at once. It never looks at the system, whose slowness may be its own.
type Lag struct {
	mu      sync.Mutex
	late    time.Duration // the worst
	runs    int           // how often the tasks that want to run were counted
	waiting int           // how many there were, in all
}

// Strain is how busy the machine was for a while.
type Strain struct {
	Late  time.Duration // the latest that a timer woke up
	Crowd float64       // tasks that wanted to run, a processor; 0: this platform does not tell
}

// mostStretch bounds how much longer is waited on a busy machine.
const mostStretch = 4

// busy tells whether what failed meanwhile may have failed for want of a processor.
func (s Strain) busy() bool { return s.Late > 100*time.Millisecond || s.Crowd > 4 }

// stretch is how long to wait for what takes at most d on a machine of one's own: as many times as tasks want a processor.
func (s Strain) stretch(d time.Duration) time.Duration {
	return time.Duration(float64(d) * min(max(1, s.Crowd), mostStretch))
}

const (
	tick    = 5 * time.Millisecond // how often the machine is asked to wake the meter up
	counted = 10                   // every so many ticks the tasks are counted
)

// watch measures until ctx ends.
func (l *Lag) watch(ctx context.Context) {
	timer := time.NewTimer(tick)
	defer timer.Stop()
	for n := 0; ; n++ {
		due := time.Now().Add(tick)
		timer.Reset(tick)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		late := time.Since(due)
		want, known := 0, false
		if n%counted == 0 {
			want, known = runnable()
		}
		l.mu.Lock()
		l.late = max(l.late, late)
		if known {
			l.runs, l.waiting = l.runs+1, l.waiting+want
		}
		l.mu.Unlock()
	}
}

// runnable counts the tasks of this machine that run or want to, without the one that asks (proc(5), /proc/loadavg).
func runnable() (int, bool) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, false
	}
	fields := strings.Fields(string(text))
	if len(fields) < 4 {
		return 0, false
	}
	now, _, _ := strings.Cut(fields[3], "/")
	n, err := strconv.Atoi(now)
	return max(0, n-1), err == nil
}

// Take gives what was measured since the last time that it was taken.
func (l *Lag) Take() Strain {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Strain{Late: l.late}
	if l.runs > 0 {
		s.Crowd = float64(l.waiting) / float64(l.runs) / float64(runtime.NumCPU())
	}
	l.late, l.runs, l.waiting = 0, 0, 0
	return s
}

// Wait waits for a while, or until ctx ends, which is its error.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
