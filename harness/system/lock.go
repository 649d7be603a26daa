package system

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// tryLock takes the lock file if nobody has it; unlock is nil otherwise. A lock ends with the process that has it.
func tryLock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err {
	case nil:
		return func() { _ = f.Close() }, nil
	case unix.EWOULDBLOCK:
		return nil, f.Close()
	default:
		_ = f.Close()
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
}

// lock waits for the lock file.
func lock(ctx context.Context, name string) (unlock func(), err error) {
	var failed error
	met := await(ctx, 20*time.Millisecond, func() bool {
		unlock, failed = tryLock(name)
		return unlock != nil || failed != nil
	})
	if !met {
		return nil, ctx.Err()
	}
	return unlock, failed
}

// await asks again and again until the condition holds; it is false when the context ended first.
func await(ctx context.Context, every time.Duration, holds func() bool) bool {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}
