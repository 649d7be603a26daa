package docker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/control"
	"github.com/failwell/failwell/fakes/nameserver"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// rigPort is where the program in the container of fakes listens.
const rigPort = 7070

// rig is a rig in a container of its own.
type rig struct {
	*control.Client
	box   *box
	data  string
	ip    string // in the data network
	names names
}

var _ lab.Rig = (*rig)(nil)

// startRig runs the fakes in the networks of a site.
func (e *engine) startRig(ctx context.Context, at site) (*rig, error) {
	start := time.Now()
	image, cmd, err := e.fakesImage(ctx)
	if err != nil {
		return nil, fmt.Errorf("make the image of the fakes: %w", err)
	}
	token := rand.Text()
	b, err := e.run(ctx, recipe{
		image: image, cmd: cmd, part: "fakes", env: map[string]string{control.EnvToken: token, control.EnvNames: ":" + strconv.Itoa(nameserver.Port)}, networks: []string{at.control, at.data},
		ports: map[int]int{rigPort: 0, nameserver.Port: 0}, within: 2 * time.Second, lowPorts: true,
	})
	if err != nil {
		return nil, fmt.Errorf("start the fakes: %w", err)
	}
	r := &rig{box: b, data: at.data}
	if r.ip, err = b.addressIn(ctx, at.data); err == nil {
		r.Client, err = b.dial(ctx, token, start)
	}
	if err == nil {
		var port int
		port, err = b.published(ctx, nameserver.Port)
		r.names = names{server: r.ip, update: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), key: token}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the fakes: %w", err), b.Stop(context.WithoutCancel(ctx)))
	}
	return r, nil
}

// dial waits until the rig answers, or its container has ended.
func (b *box) dial(ctx context.Context, token string, start time.Time) (*control.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	port, err := b.published(ctx, rigPort)
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		c, err := control.Dial(ctx, "http://127.0.0.1:"+strconv.Itoa(port), token, "", start)
		if err == nil {
			return c, nil
		}
		select {
		case <-b.done:
			return nil, fmt.Errorf("it ended: %s", b.lines.Last(5))
		case <-ctx.Done():
			return nil, err
		case <-tick.C:
		}
	}
}

// rigImage builds cmd/fakes with the Go toolchain, from the module that this program is part of, once a process.
func (e *engine) rigImage(ctx context.Context) (string, error) {
	dir, err := ownNotes()
	if err != nil {
		return "", err
	}
	return e.packed(ctx, ourProgram("fakes"), system.Setup{Dir: dir})
}

// ownNotes is a directory of this process's own.
func ownNotes() (string, error) {
	o, err := self()
	if err != nil {
		return "", err
	}
	return o.notes()
}

// ourProgram is one of this module's own programs, built with the Go toolchain.
func ourProgram(name string) system.Process {
	return system.Process{Build: []string{"go", "build", "-trimpath", "-ldflags", "-s -w", "-o", "$bin", "github.com/failwell/failwell/cmd/" + name}, Run: []string{"$bin"}}
}

// joining is a backend in a container, which can be reached from within a network too.
type joining interface {
	join(ctx context.Context, network string) (addr string, err error)
}

// Serve makes a dependency in the rig. A server that is a container of its own joins the network; others start in the rig.
func (r *rig) Serve(ctx context.Context, name string, d fakes.Dependency) (fakes.Backend, error) {
	order, ok := control.OrderOf(d)
	if !ok {
		return nil, &fakes.Unavailable{What: name + " was made in Go and not by a kind of control.Kinds, so it cannot run in a container"}
	}
	order.Name = name
	if order.Bare = d.Server == nil; order.Bare {
		return r.Add(ctx, order)
	}
	if _, own := d.Server.(contained); !own {
		return r.Add(ctx, order)
	}
	backend, err := d.Server.Start(ctx)
	if err != nil {
		return backend, err
	}
	addr, err := backend.(joining).join(ctx, r.data)
	if err != nil {
		return backend, err
	}
	order.Bare = true
	if _, err := r.Add(ctx, order); err != nil {
		return backend, err
	}
	return backend, r.Bind(name, addr)
}

// Addr is the address at which the system reaches a dependency.
func (r *rig) Addr(name string) string {
	_, port, err := net.SplitHostPort(r.Client.Addr(name))
	if err != nil {
		return ""
	}
	return net.JoinHostPort(hostOf(name), port)
}

// Close ends the container.
func (r *rig) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), removal)
	defer cancel()
	return errors.Join(r.Client.Close(), r.box.Stop(ctx))
}

// join puts the container into a network and gives its address there.
func (b *box) join(ctx context.Context, name string, port int) (string, error) {
	ip, err := b.connect(ctx, name)
	if err != nil {
		return "", fmt.Errorf("join the network of the fakes: %w", err)
	}
	return net.JoinHostPort(ip, strconv.Itoa(port)), nil
}
