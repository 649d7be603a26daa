package docker

import (
	"fmt"
	"strings"

	"github.com/docker/go-units"
	"github.com/moby/moby/api/types/container"
)

// Size is an amount of memory or disk: 64m, 1g, or a number of bytes.
type Size int64

// UnmarshalText reads the engine's own form: a number with b, k, m or g, powers of 1024.
func (s *Size) UnmarshalText(text []byte) error {
	n, err := units.RAMInBytes(string(text))
	if err != nil || n <= 0 {
		return fmt.Errorf("want a size such as 64m or 1g, not %q", text)
	}
	*s = Size(n)
	return nil
}

// limits are what a container may use at most.
type limits struct {
	memory Size
	cpus   float64
	files  int
	tmpfs  map[string]Size
}

func (l limits) on(h *container.HostConfig) {
	h.Memory, h.NanoCPUs = int64(l.memory), int64(l.cpus*1e9)
	if l.memory > 0 {
		h.MemorySwap = h.Memory // no swap: what is too much is killed, not slow
	}
	if l.files > 0 {
		n := int64(l.files)
		h.Ulimits = append(h.Ulimits, &container.Ulimit{Name: "nofile", Soft: n, Hard: n})
	}
	for path, size := range l.tmpfs {
		if h.Tmpfs == nil {
			h.Tmpfs = map[string]string{}
		}
		h.Tmpfs[path] = strings.TrimSuffix(fmt.Sprintf("mode=1777,size=%d", size), ",size=0")
	}
}
