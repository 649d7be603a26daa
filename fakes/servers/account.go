package servers

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user that a server runs as: ourselves, or somebody without privileges when we are root, since PostgreSQL
// refuses to run as root.
type account struct {
	other    bool
	uid, gid int
}

func serverUser() (account, error) {
	if os.Getuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return account{other: true, uid: uid, gid: gid}, nil
		}
	}
	return account{}, fmt.Errorf("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

// own gives a file or folder to the account.
func (a account) own(path string) error {
	if !a.other {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

func (a account) ownFile(f *os.File) error {
	if !a.other {
		return nil
	}
	return f.Chown(a.uid, a.gid)
}

// lend makes a command run as the account.
func (a account) lend(c *exec.Cmd) {
	if !a.other {
		return
	}
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid), NoSetGroups: false}
}

// longestSocket bounds the path of a server's folder: a socket's path has at most 103 bytes on some systems.
const longestSocket = 60

// placeFor returns the folder if the account may enter it and a socket fits below it, else the temporary directory.
func placeFor(dir string, a account) string {
	if dir == "" || len(dir) > longestSocket {
		return os.TempDir()
	}
	if a.other {
		for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
			info, err := os.Stat(at)
			if err != nil || info.Mode()&0o001 == 0 {
				return os.TempDir()
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	return dir
}

// ours tells whether a file belongs to this user.
func ours(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Getuid()
}
