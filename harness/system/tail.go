package system

import (
	"io"
	"os"
	"sync"
)

// tail follows a log file: what is appended from now on, also after the file was cut or another took its name.
type tail struct {
	mu     sync.Mutex
	path   string
	to     *Stream
	file   *os.File
	closed bool
}

// follow starts at the present end of the file, which need not be there yet.
func follow(path string, to *Stream) *tail {
	t := &tail{path: path, to: to}
	if f, err := os.Open(path); err == nil {
		t.file = f
		_, _ = f.Seek(0, io.SeekEnd)
	}
	return t
}

// read takes what is new. A file that cannot be read has nothing new.
func (t *tail) read() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	t.drain()
	now, err := os.Stat(t.path)
	if err != nil {
		return
	}
	if t.file != nil {
		if old, err := t.file.Stat(); err == nil && os.SameFile(old, now) {
			return
		}
		t.to.End()
		_ = t.file.Close()
		t.file = nil
	}
	if f, err := os.Open(t.path); err == nil {
		t.file = f
		t.drain()
	}
}

func (t *tail) drain() {
	if t.file == nil {
		return
	}
	at, _ := t.file.Seek(0, io.SeekCurrent)
	if now, err := t.file.Stat(); err == nil && now.Size() < at {
		_, _ = t.file.Seek(0, io.SeekStart)
	}
	_, _ = io.Copy(t.to, t.file)
}

func (t *tail) close() {
	t.read()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	t.closed = true
	t.to.End()
	if t.file != nil {
		_ = t.file.Close()
		t.file = nil
	}
}
