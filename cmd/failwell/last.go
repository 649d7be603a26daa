package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/failwell/failwell/harness/report"
)

// lastRun is where the last run of a lab is kept, by the path of its file.
func lastRun(labPath string) string {
	abs, err := filepath.Abs(labPath)
	if err != nil {
		abs = labPath
	}
	sum := sha256.Sum256([]byte(abs))
	return filepath.Join(os.TempDir(), fmt.Sprintf("failwell-%d", os.Getuid()), "last", hex.EncodeToString(sum[:8])+".json.zst")
}

// window is how far back a kept run looks for what it has said already (RFC 8878, 3.1.1.1.2): the bodies, headers and log lines of the
// cases of one request are mostly alike.
const window = 8 << 20

// saveLast keeps a run for show, curl and @GROUP.
func saveLast(labPath string, r report.Run) error {
	path := lastRun(labPath)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(pack(f, r), f.Close())
}

func pack(w io.Writer, r report.Run) error {
	z, err := zstd.NewWriter(w, zstd.WithWindowSize(window))
	if err != nil {
		return err
	}
	return errors.Join(report.WriteJSON(z, r), z.Close())
}

func readLast(labPath string) (report.Run, error) {
	f, err := os.Open(lastRun(labPath))
	if err != nil {
		return report.Run{}, fmt.Errorf("no run of %s is kept here: run it first", labPath)
	}
	defer func() { _ = f.Close() }()
	z, err := zstd.NewReader(f, zstd.WithDecoderMaxWindow(window))
	if err != nil {
		return report.Run{}, err
	}
	defer z.Close()
	return report.ReadJSON(z)
}
