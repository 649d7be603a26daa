package docker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/testcontainers/testcontainers-go"

	"github.com/failwell/failwell/harness/system"
)

// asFakes is the argument that makes failwell's own program the fakes.
const asFakes = "fakes"

// fakesImage gives the image of the fakes and the command in it: the given program with the argument "fakes", when it runs
// alone on the engine's machine, as released ones do; else what the Go toolchain makes of cmd/fakes.
func (e *engine) fakesImage(ctx context.Context, program string) (image string, cmd []string, err error) {
	unfit := errors.New("no program was given")
	if program != "" {
		if unfit = e.fits(program); unfit == nil {
			image, err = e.ownImage(ctx, program)
			return image, []string{asFakes}, err
		}
	}
	if _, err := exec.LookPath("go"); err == nil {
		if image, err = e.rigImage(ctx); err == nil {
			return image, nil, nil
		}
		line, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "build: "), "\n")
		unfit = fmt.Errorf("%w, and %s", unfit, line)
	} else {
		unfit = fmt.Errorf("%w, and there is no Go toolchain to build one", unfit)
	}
	return "", nil, &system.Unable{What: fmt.Sprintf("the fakes cannot run in a container: %v; use a released failwell for linux/%s, or --fakes program where the engine runs on this machine", unfit, e.arch)}
}

// fits says why a program cannot run alone in a container of the engine.
func (e *engine) fits(program string) error {
	f, err := elf.Open(program)
	if err != nil {
		return fmt.Errorf("%s is no program for linux", filepath.Base(program))
	}
	defer func() { _ = f.Close() }()
	if its := architectures[f.Machine]; its != e.arch {
		return fmt.Errorf("%s is a program for %s, not %s", filepath.Base(program), its, e.arch)
	}
	for _, part := range f.Progs {
		if part.Type == elf.PT_INTERP {
			return fmt.Errorf("%s needs shared libraries", filepath.Base(program))
		}
	}
	return nil
}

// architectures are those of programs, as Go calls them.
var architectures = map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64", elf.EM_ARM: "arm", elf.EM_386: "386"}

// ownImage gives an image that holds nothing but the program. It is named by its content, which is read once a process.
func (e *engine) ownImage(ctx context.Context, program string) (string, error) {
	o, err := self()
	if err != nil {
		return "", err
	}
	dir, err := o.notes()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(program + " " + e.arch))
	key := "own-" + hex.EncodeToString(sum[:8])
	unlock, err := lock(ctx, key)
	if err != nil {
		return "", err
	}
	defer unlock()
	note := filepath.Join(dir, key)
	if tag, err := os.ReadFile(note); err == nil && e.have(ctx, string(tag), "") == nil {
		return string(tag), nil
	}
	text, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	content, err := scratch(text)
	if err != nil {
		return "", err
	}
	sum = sha256.Sum256(content)
	tag, err := e.make(ctx, cache(), "failwell/own", hex.EncodeToString(sum[:]), testcontainers.FromDockerfile{ContextArchive: bytes.NewReader(content)})
	if err != nil {
		return "", err
	}
	return tag, os.WriteFile(note, []byte(tag), 0o600)
}
