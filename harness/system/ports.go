package system

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// Ports hands out loopback ports that nobody uses: below those that the kernel gives to outgoing connections, so that none
// of these is in the way, and guarded by lock files, so that no other failwell takes the same. The zero value is ready.
type Ports struct {
	Dir string // of the lock files; empty: /tmp/failwell-UID-ports, or below $TMPDIR where there is no /tmp

	mu   sync.Mutex
	next int
}

// Take gives a port that is nobody else's until release.
func (p *Ports) Take(ctx context.Context) (port int, release func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	dir, err := p.dir()
	if err != nil {
		return 0, nil, fmt.Errorf("take a port: %w", err)
	}
	low, high := portRange()
	if p.next == 0 {
		// Programs that start at the same time begin at different places.
		p.next = os.Getpid() * 61
	}
	for range high - low {
		if err := ctx.Err(); err != nil {
			return 0, nil, err
		}
		port := low + p.next%(high-low)
		p.next++
		unlock, err := tryLock(filepath.Join(dir, strconv.Itoa(port)))
		if err != nil {
			return 0, nil, fmt.Errorf("take a port: %w", err)
		}
		if unlock == nil {
			continue
		}
		if isFree(port) {
			return port, sync.OnceFunc(unlock), nil
		}
		unlock()
	}
	return 0, nil, fmt.Errorf("take a port: none is free from %d to %d", low, high-1)
}

func (p *Ports) dir() (string, error) {
	dir := p.Dir
	if dir == "" {
		return ownDirectory(filepath.Join(shared(), fmt.Sprintf("failwell-%d-ports", os.Getuid())))
	}
	return dir, os.MkdirAll(dir, 0o700)
}

// shared is a directory that all programs of this machine have in common, whatever TMPDIR says: so are its ports.
func shared() string {
	if info, err := os.Stat("/tmp"); err == nil && info.IsDir() {
		return "/tmp"
	}
	return os.TempDir()
}

// isFree tries to listen, as a system would, on loopback and on all addresses. Elsewhere than on Linux the second says
// nothing, and makes a desktop ask for permission.
func isFree(port int) bool {
	hosts := []string{"127.0.0.1", ""}
	if runtime.GOOS != "linux" {
		hosts = hosts[:1]
	}
	for _, host := range hosts {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			return false
		}
		_ = l.Close()
	}
	return true
}

// portRange is from 20000 up to where the kernel's own choice begins (ip(7), ip_local_port_range). When that begins too low,
// the usual 32768 is taken, and the locks and the trial have to do.
func portRange() (low, high int) {
	low, high = 20000, 32768
	content, _ := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if fields := strings.Fields(string(content)); len(fields) == 2 {
		if first, err := strconv.Atoi(fields[0]); err == nil && first >= low+1000 {
			high = first
		}
	}
	return low, high
}

// PortNames lists the names whose values are to be ports when the system starts: system.port and system.NAME.port, and in a
// Group PART.port and PART.NAME.port. A system that chooses its ports itself has none.
func PortNames(s System) []string {
	ported, ok := As[Ported](s)
	if !ok {
		return nil
	}
	prefix, names := "", []string(nil)
	if _, isGroup := As[Group](s); !isGroup {
		prefix, names = "system.", []string{"system.port"}
	}
	for _, port := range ported.Ports() {
		names = append(names, prefix+port+".port")
	}
	return names
}

// TakeAll takes a port for each name; on an error it takes none.
func (p *Ports) TakeAll(ctx context.Context, names []string) (ports map[string]string, release func(), err error) {
	ports = map[string]string{}
	var releases []func()
	release = func() {
		for _, r := range releases {
			r()
		}
	}
	for _, name := range names {
		port, one, err := p.Take(ctx)
		if err != nil {
			release()
			return nil, nil, errors.Join(err)
		}
		ports[name] = strconv.Itoa(port)
		releases = append(releases, one)
	}
	return ports, release, nil
}
