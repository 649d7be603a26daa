package labfile

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing/fstest"
)

// memory is a source whose files are below /lab.
type memory fstest.MapFS

func inMemory(files map[string]string) memory {
	m := memory{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func (m memory) name(path string) string {
	path = filepath.Clean(path)
	if path == "/lab" {
		return "."
	}
	return strings.TrimPrefix(path, "/lab/")
}

func (m memory) ReadFile(name string) ([]byte, error) { return fstest.MapFS(m).ReadFile(m.name(name)) }

func (m memory) ReadDir(name string) ([]fs.DirEntry, error) {
	return fstest.MapFS(m).ReadDir(m.name(name))
}

func (m memory) isDir(name string) bool {
	info, err := fstest.MapFS(m).Stat(m.name(name))
	return err == nil && info.IsDir()
}

func (m memory) abs(name string) (string, error) { return filepath.Join("/lab", name), nil }
