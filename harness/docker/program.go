package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/failwell/failwell/harness/system"
)

// programPath is where the program of an image that failwell has made lies.
const programPath = "/app"

// programRepo is the name of these images. Every step of their making has it as a label, so that one that was killed is found.
const programRepo = "failwell/program"

// FromProcess is a process in a container: its build runs on this machine, for the engine's kernel and without C (GOOS=linux,
// GOARCH, CGO_ENABLED=0), and what it makes is put, alone, into an image. Files that the program opens beside those of the
// lab are not there. The program must not listen on loopback only: HOST is 0.0.0.0 unless the lab says otherwise. A process that runs anything else than what it builds gives an *Unable.
//
// One with an Image of its own is run in that, with its directory mounted where it is here.
func FromProcess(p system.Process) (Container, error) {
	if p.Image != "" {
		return Container{
			Image: p.Image, Entrypoint: p.Run, Dir: p.Dir, Mounts: map[string]string{p.Dir: p.Dir},
			Env: p.Env, EnvFile: p.EnvFile, Inherit: p.Inherit, Extra: p.Extra, Files: p.Files, Logs: p.Logs, Stop: p.Stop,
		}, nil
	}
	if len(p.Build) == 0 || len(p.Run) == 0 || p.Run[0] != "$bin" && p.Run[0] != "${bin}" {
		return Container{}, &system.Unable{What: "only a process whose `build` makes $bin and whose `run` begins with it, or one that names its `image`, can be put into a container"}
	}
	return Container{
		Env: p.Env, EnvFile: p.EnvFile, Inherit: p.Inherit, Extra: p.Extra, Files: p.Files, Logs: p.Logs, Stop: p.Stop, program: &p,
		Tmpfs: map[string]Size{"/tmp": packedDisk},
	}, nil
}

// packedDisk is the room for temporary files of a program that is alone in its image.
const packedDisk = 16 << 20

// packed gives the image of a program. It is named by its content, so that one that has not changed is not made again, and
// made at most once a run.
func (e *engine) packed(ctx context.Context, p system.Process, s system.Setup) (string, error) {
	place, key, err := e.place(p, s)
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	unlock, err := lock(ctx, "build-"+key)
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	defer unlock()
	note := filepath.Join(place, "image")
	if tag, err := os.ReadFile(note); err == nil && e.have(ctx, string(tag), "") == nil {
		return string(tag), nil
	}
	program, err := e.compiled(ctx, p, place, s.State)
	if err != nil {
		return "", err
	}
	if err := alone(program); err != nil {
		return "", err
	}
	content, err := scratch(program)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	tag, err := e.make(ctx, cache(), programRepo, hex.EncodeToString(sum[:]), fromScratch(content))
	if err != nil {
		return "", err
	}
	return tag, errors.Join(os.WriteFile(note, []byte(tag), 0o600), os.Remove(filepath.Join(place, "bin")))
}

// place is a directory of the run, or else of the lab, for this very build.
func (e *engine) place(p system.Process, s system.Setup) (place, key string, err error) {
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return "", "", err
	}
	what, err := json.Marshal(append([]string{e.arch, dir}, p.Build...))
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(what)
	key = hex.EncodeToString(sum[:8])
	root := s.Dir
	if s.State != nil {
		root = s.State.Dir()
	}
	place, err = filepath.Abs(filepath.Join(root, "build-linux", key))
	if err != nil {
		return "", "", err
	}
	return place, key, os.MkdirAll(place, 0o700)
}

// compiled runs the build, as system.Process does, and gives the program.
func (e *engine) compiled(ctx context.Context, p system.Process, place string, state *system.State) ([]byte, error) {
	bin := filepath.Join(place, "bin")
	if err := system.Make(ctx, p.Build, bin, p.Dir, []string{"GOOS=linux", "GOARCH=" + e.arch, "CGO_ENABLED=0"}, state); err != nil {
		return nil, err
	}
	program, err := os.ReadFile(bin)
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	return program, nil
}

// alone says why a program cannot run in an image that holds nothing else.
func alone(program []byte) error {
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return &system.Unable{What: "the build made no program for linux, so it cannot run in a container: " + err.Error()}
	}
	for _, part := range f.Progs {
		if part.Type == elf.PT_INTERP {
			return &system.Unable{What: "the build made a program that needs shared libraries, so it cannot run in an empty image; build it statically, or give the system a container of its own"}
		}
	}
	return nil
}

// fromScratch builds such a context. It shares no layer with other builds, as another failwell may be removing theirs.
func fromScratch(content []byte) testcontainers.FromDockerfile {
	return testcontainers.FromDockerfile{
		ContextArchive:       bytes.NewReader(content),
		BuildOptionsModifier: func(o *client.ImageBuildOptions) { o.NoCache = true },
	}
}

// roots are where systems keep the certificates that programs trust.
var roots = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}

// scratch is the context of an image with a program, a directory for temporary files, and whom to trust.
func scratch(program []byte) ([]byte, error) {
	const user = "65532:65532"
	dockerfile := "FROM scratch\nLABEL " + labelImage + "=" + programRepo + "\nCOPY root/ /\nENV HOME=/tmp TMPDIR=/tmp LANG=C.UTF-8 HOST=0.0.0.0\nUSER " + user + "\nENTRYPOINT [\"" + programPath + "\"]\n"
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	add := func(h tar.Header, text []byte) error {
		h.Size, h.ModTime = int64(len(text)), time.Unix(0, 0)
		if err := w.WriteHeader(&h); err != nil {
			return err
		}
		_, err := io.Copy(w, bytes.NewReader(text))
		return err
	}
	entries := []struct {
		tar.Header
		text []byte
	}{
		{tar.Header{Name: "Dockerfile", Mode: 0o644}, []byte(dockerfile)},
		{tar.Header{Name: "root" + programPath, Mode: 0o755}, program},
		{tar.Header{Name: "root/tmp/", Mode: 0o1777, Typeflag: tar.TypeDir}, nil},
	}
	for _, name := range roots {
		if certificates, err := os.ReadFile(name); err == nil {
			entries = append(entries, struct {
				tar.Header
				text []byte
			}{tar.Header{Name: "root/etc/ssl/certs/ca-certificates.crt", Mode: 0o644}, certificates})
			break
		}
	}
	for _, e := range entries {
		if err := add(e.Header, e.text); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}
