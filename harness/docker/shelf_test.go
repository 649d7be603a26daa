package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/testcontainers/testcontainers-go"
)

// tiny is the context of an image that holds a few bytes.
func tiny(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for name, text := range map[string]string{"Dockerfile": "FROM scratch\nCOPY text /\nCMD [\"/text\"]\n", "text": text} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Of seven images on a shelf of five the newest five stay, and one that a container is made of; cleaning leaves none.
func TestOnlyTheNewestImagesAreKept(t *testing.T) {
	e, err := open(t.Context())
	if err != nil {
		if os.Getenv("FAILWELL_CI") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	on := shelf{name: fmt.Sprintf("failwell/shelf-%d", os.Getpid()), keep: 5}
	t.Cleanup(func() { _, _ = e.prune(context.Background(), shelf{name: on.name}) })
	put := func(n int) string {
		text := fmt.Sprint(on.name, n)
		sum := sha256.Sum256([]byte(text))
		tag, err := e.make(t.Context(), on, on.name, hex.EncodeToString(sum[:]), testcontainers.FromDockerfile{ContextArchive: bytes.NewReader(tiny(t, text))})
		if err != nil {
			t.Fatal(err)
		}
		return tag
	}
	used := put(0)
	made, err := e.provider.CreateContainer(t.Context(), recipe{image: used, networks: []string{"bridge"}}.request(must(t, self)))
	if err != nil {
		t.Fatal(err)
	}
	tags := []string{used}
	for n := 1; n <= 7; n++ {
		tags = append(tags, put(n))
	}
	want := append([]string{used}, tags[3:]...)
	slices.Sort(want)
	if got := onShelf(t, e, on); !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	t.Logf("8 were made, one of them in use; %d are left", len(want))
	if put(7) != tags[7] {
		t.Error("the same content got another name")
	}
	if err := e.remove(t.Context(), sortContainer, made.GetContainerID()); err != nil {
		t.Fatal(err)
	}
	gone, err := e.prune(t.Context(), shelf{name: on.name})
	if left := onShelf(t, e, on); err != nil || gone != 6 || len(left) > 0 {
		t.Errorf("%d were cleaned away, %v are left, %v", gone, left, err)
	}
}

func onShelf(t *testing.T, e *engine, on shelf) []string {
	t.Helper()
	all, err := e.images(t.Context(), on)
	if err != nil {
		t.Fatal(err)
	}
	var tags []string
	for _, i := range all {
		tags = append(tags, i.RepoTags...)
	}
	slices.Sort(tags)
	return tags
}

func must[V any](t *testing.T, f func() (V, error)) V {
	t.Helper()
	v, err := f()
	if err != nil {
		t.Fatal(err)
	}
	return v
}
