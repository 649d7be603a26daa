package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moby/moby/client"

	"github.com/failwell/failwell/harness/system"
)

// Dir is the directory in a container that holds files and secrets.
const Dir = "/failwell"

// file is a file in a container.
type file struct {
	text string
	mode int64
}

// copy puts files into the container, with the directories above them. Each is replaced as a whole.
func (b *box) copy(ctx context.Context, files map[string]file) error {
	if len(files) == 0 {
		return nil
	}
	root := "/"
	if b.readOnly {
		root = Dir
		for name := range files {
			if !strings.HasPrefix(name, Dir+"/") {
				return &system.Unable{What: fmt.Sprintf("put %s into the container: its file system is read-only; only paths below $dir can be files", name)}
			}
		}
	}
	archive, err := archived(files, root)
	if err != nil {
		return err
	}
	_, err = b.CopyToContainer(ctx, b.id, client.CopyToContainerOptions{DestinationPath: root, Content: archive})
	if err != nil {
		return fmt.Errorf("put files into the container: %w", err)
	}
	return nil
}

// archived makes a tar of files, relative to root.
func archived(files map[string]file, root string) (*bytes.Buffer, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	made := map[string]bool{".": true}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		name = strings.TrimPrefix(strings.TrimPrefix(path.Clean(name), strings.TrimSuffix(root, "/")), "/")
		for _, dir := range above(name) {
			if made[dir] || !strings.HasPrefix("/"+dir+"/", Dir+"/") && root == "/" {
				continue // directories of the image keep what they are
			}
			made[dir] = true
			if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755}); err != nil {
				return nil, err
			}
		}
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: f.mode, Size: int64(len(f.text))}); err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(f.text)); err != nil {
			return nil, err
		}
	}
	return &out, w.Close()
}

// above lists the directories above a path, the outermost first.
func above(name string) []string {
	var dirs []string
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		dirs = append(dirs, dir)
	}
	slices.Reverse(dirs)
	return dirs
}
