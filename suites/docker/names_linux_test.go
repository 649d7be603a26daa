package docker_test

import (
	"context"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/docker"
	place "github.com/failwell/failwell/harness/lab"
)

// unprivileged opens its ground without the right to listen below port 1024.
type unprivileged struct{ docker.Ground }

func (u unprivileged) Open(ctx context.Context) (site place.Site, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // for good: the thread ends with what it may not do
		if err = forgo(unix.CAP_NET_BIND_SERVICE); err == nil {
			site, err = u.Ground.Open(ctx)
		}
	}()
	<-done
	return site, err
}

// forgo takes a capability from this thread.
func forgo(capability int) error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if err := unix.Capget(&header, &sets[0]); err != nil {
		return err
	}
	sets[capability/32].Effective &^= 1 << (capability % 32)
	return unix.Capset(&header, &sets[0])
}

// Names are answered too where failwell itself may not listen at the port of name servers.
func TestNamesThatNobodyHasWithoutPrivilege(t *testing.T) {
	engine(t)
	on := unprivileged{docker.Ground{Fakes: docker.InProgram}}
	site, err := on.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	own := site.Names["docker.names.server"] == site.Names["docker.fakes"]
	if err := site.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if own {
		missing(t, "everybody may listen at port 53 here")
	}
	nobodyHas(t, on)
}
