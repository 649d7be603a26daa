package servers

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// initArgs make the data folder. Its superuser logs in by the socket only, which lies in a folder of the server's own.
var initArgs = []string{"--username=postgres", "--encoding=UTF8", "--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256",
	"--no-sync", "--wal-segsize=1", "--no-instructions"}

// templateFor returns a data folder to be copied, which initdb has made once for this user and version.
func templateFor(ctx context.Context, bin string, owner account) (string, error) {
	initdb := filepath.Join(bin, "initdb")
	name, err := exec.CommandContext(ctx, initdb, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("ask initdb for its version: %w", err)
	}
	key := sha256.Sum256(fmt.Append(nil, string(name), initdb, initArgs))
	home := filepath.Join(os.TempDir(), "failwell-"+strconv.Itoa(os.Getuid())+"-postgres")
	if err := ownFolder(home); err != nil {
		return "", err
	}
	template := filepath.Join(home, fmt.Sprintf("%x", key[:8]))
	if _, err := os.Stat(filepath.Join(template, "PG_VERSION")); err == nil {
		return template, nil
	}
	fresh, lock, err := claim(placeFor("", owner))
	if err != nil {
		return "", err
	}
	defer func() { _ = errors.Join(os.RemoveAll(fresh), lock.Close()) }()
	if err := owner.own(fresh); err != nil {
		return "", err
	}
	data := filepath.Join(fresh, "data")
	c := exec.CommandContext(ctx, initdb, append([]string{"-D", data}, initArgs...)...)
	c.Dir, c.Env = fresh, environment()
	owner.lend(c)
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	if err := onlyByHostUsers(data); err != nil {
		return "", err
	}
	// Whoever is first wins; the folders are alike.
	if err := os.Rename(data, template); err != nil {
		if _, exists := os.Stat(filepath.Join(template, "PG_VERSION")); exists != nil {
			return "", err
		}
	}
	return template, nil
}

// onlyByHostUsers keeps the superuser, who has no password, from the network, and everybody else from the socket.
func onlyByHostUsers(data string) error {
	return os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(
		"local all postgres trust\nhost all postgres all reject\nhost all all 127.0.0.1/32 scram-sha-256\n"), 0o600)
}

// ownFolder makes a folder that is ours alone, or makes sure that one which is there is.
func ownFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir() || !ours(info) || info.Mode().Perm() != 0o700:
		return fmt.Errorf("%s is not a folder of this user alone", dir)
	}
	return nil
}

// environment is what the server's programs are given: nothing that changes what they do.
func environment() []string { return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"} }

// copyTree copies a data folder for its owner.
func copyTree(from, to string, owner account) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if entry.IsDir() {
			if err := os.Mkdir(target, 0o700); err != nil {
				return err
			}
			return owner.own(target)
		}
		return copyFile(path, target, owner)
	})
}

func copyFile(from, to string, owner account) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err = io.Copy(out, in); err != nil {
		return err
	}
	return owner.ownFile(out)
}
