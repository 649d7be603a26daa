//go:build linux

package agent

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// most is the size of the largest tmpfs that is filled: it is memory.
const most = 1 << 30

// ballast is the file that fills a disk.
const ballast = ".failwell-ballast"

// fill writes until nothing fits any more.
func fill(args []string) error {
	dir, err := only(args)
	if err != nil {
		return err
	}
	var about unix.Statfs_t
	if err := unix.Statfs(dir, &about); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	size := about.Blocks * uint64(about.Bsize)
	if about.Type != unix.TMPFS_MAGIC || size == 0 || size > most {
		return fmt.Errorf("%s is no tmpfs of at most 1 GiB, so it is left alone", dir)
	}
	f, err := os.Create(filepath.Join(dir, ballast))
	if err != nil {
		return err
	}
	defer f.Close()
	for piece := make([]byte, 64<<10); len(piece) > 0; {
		_, err := f.Write(piece)
		if errors.Is(err, unix.ENOSPC) {
			piece = piece[:len(piece)/2] // what is left may be less than a piece
		} else if err != nil {
			return errors.Join(err, os.Remove(f.Name()))
		}
	}
	return nil
}

// free removes what fill wrote.
func free(args []string) error {
	dir, err := only(args)
	if err != nil {
		return err
	}
	return os.Remove(filepath.Join(dir, ballast))
}

func only(args []string) (string, error) {
	if len(args) != 1 || !filepath.IsAbs(args[0]) {
		return "", errors.New("want one absolute path")
	}
	return args[0], nil
}
