package servers

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A server's folder has a file that is locked for as long as the program lives which started the server: when it dies, in whichever way,
// the kernel lets the lock go, and the folder is nobody's (flock(2)).
const (
	folderPrefix = "failwell-server-"
	lockFile     = "lock"
)

// settling is how long a folder is let be that may be about to be locked.
const settling = 2 * time.Second

// claim makes a folder in which a server can be, and locks it until it is let go.
func claim(place string) (dir string, lock *os.File, err error) {
	if dir, err = os.MkdirTemp(place, folderPrefix); err != nil {
		return "", nil, err
	}
	if lock, err = os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		err = unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, lock, nil
}

// Left lists the folders of servers whose program has died without stopping them. The servers end with it.
func Left() []string {
	var dead []string
	all, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*"))
	for _, dir := range all {
		if isDead(dir) {
			dead = append(dead, dir)
		}
	}
	return dead
}

// isDead tells whether the lock of a folder of this user is nobody's.
func isDead(dir string) bool {
	path := filepath.Join(dir, lockFile)
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || !ours(info) || time.Since(info.ModTime()) < settling {
		return false
	}
	lock, err := os.OpenFile(path, os.O_RDWR|unix.O_NOFOLLOW, 0)
	if err != nil {
		return false
	}
	defer func() { _ = lock.Close() }()
	return unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}

// Sweep removes what Left lists.
func Sweep() error {
	var bad []error
	for _, dir := range Left() {
		bad = append(bad, os.RemoveAll(dir))
	}
	return errors.Join(bad...)
}

// sweepOnce is for whoever starts a server by Go, where no command sweeps. What cannot be removed is in nobody's way.
var sweepOnce = sync.OnceFunc(func() { _ = Sweep() })
