package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// Server is a real server in a container of its own, behind a gate. It is published on this machine's loopback only.
type Server struct {
	Image  string
	Pull   string // missing: an image that is not here is pulled
	Env    map[string]string
	Cmd    []string
	Port   int // where it listens
	Tmpfs  map[string]Size
	Memory Size
	Signal string            // what asks it to end at a restart; TERM when empty
	Facts  map[string]string // for the system: user, password, database
	// Ready asks the server at an address whether it can be used; nil: it keeps a connection open.
	Ready func(ctx context.Context, addr string) error
}

// contained marks servers that run in containers.
type contained interface{ contained() }

func (Server) contained() {}

const serverWithin = time.Minute

// Start runs the server and waits until it is ready.
func (s Server) Start(ctx context.Context) (fakes.Backend, error) {
	b, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	return b, nil
}

func (s Server) start(ctx context.Context) (*server, error) {
	e, err := open(ctx)
	if err != nil {
		return nil, lacking(err)
	}
	if err := e.have(ctx, s.Image, s.Pull); err != nil {
		return nil, lacking(err)
	}
	b := &server{of: s}
	b.port, b.release, err = b.ports.Take(ctx)
	if err != nil {
		return nil, err
	}
	b.box, err = e.run(ctx, recipe{
		image: s.Image, part: "server", cmd: s.Cmd, env: s.Env, networks: []string{"bridge"}, ports: map[int]int{s.Port: b.port},
		limits: limits{memory: s.Memory, tmpfs: s.Tmpfs}, stopSignal: s.Signal, within: 5 * time.Second,
	})
	if err != nil {
		b.release()
		return nil, fmt.Errorf("start %s: %w", s.Image, err)
	}
	if err := b.ready(ctx); err != nil {
		return nil, errors.Join(err, b.Stop(context.WithoutCancel(ctx)))
	}
	return b, nil
}

// lacking makes what an engine lacks into what a server lacks.
func lacking(err error) error {
	var unable *system.Unable
	if errors.As(err, &unable) {
		return &fakes.Unavailable{What: unable.What}
	}
	return err
}

// server is a running Server.
type server struct {
	*box
	of      Server
	ports   system.Ports
	port    int
	release func()
}

var _ system.Actor = (*server)(nil)

// Addr is host:port on this machine.
func (b *server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(b.port)) }

// Names are the facts.
func (b *server) Names() map[string]string { return b.of.Facts }

// Stateful is true.
func (b *server) Stateful() bool { return true }

// Reset is not possible in general.
func (b *server) Reset(context.Context) error {
	return &fakes.Unavailable{What: "the data of " + b.of.Image + " cannot be brought back"}
}

// Stop kills the server and removes it with its data.
func (b *server) Stop(context.Context) error {
	defer b.release()
	hurried, cancel := context.WithCancel(context.Background())
	cancel()
	return b.box.Stop(hurried)
}

// Act does something to the server. One that was killed starts again when that is undone, with its data.
func (b *server) Act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error) {
	if a.Do != "kill" && a.Do != "term" {
		undo, err = b.act(ctx, a)
		if err == nil && a.Do == "restart" {
			err = b.ready(ctx)
		}
		return undo, err
	}
	name := map[string]string{"kill": "KILL", "term": "TERM"}[a.Do]
	err = b.fell(ctx, func() error {
		_, err := b.ContainerKill(ctx, b.id, client.ContainerKillOptions{Signal: name})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", a.Do, a.On, err)
	}
	return func(ctx context.Context) error {
		if err := b.again(ctx); err != nil {
			return fmt.Errorf("start %s again: %w", a.On, err)
		}
		return b.ready(ctx)
	}, nil
}

// ready waits until the server can be used, or has ended.
func (b *server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, serverWithin)
	defer cancel()
	ask := b.of.Ready
	if ask == nil {
		ask = keeps
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask(ctx, b.Addr())
		if err == nil {
			return nil
		}
		select {
		case <-b.done:
			return fmt.Errorf("%s ended before it was ready:\n%s", b.of.Image, b.lines.Last(8))
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w; last answer: %w\n%s", b.of.Image, ctx.Err(), err, b.lines.Last(8))
		case <-tick.C:
		}
	}
}

// keeps tells whether somebody keeps a connection. The engine itself accepts connections, and closes those that the container
// refuses.
func keeps(ctx context.Context, addr string) error {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_ = c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if _, err = c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return errors.New("it does not listen yet")
	}
	return err
}

// join gives the address of the server in a network.
func (b *server) join(ctx context.Context, name string) (string, error) {
	return b.box.join(ctx, name, b.of.Port)
}

// connect puts the container into a network and gives its address there.
func (b *box) connect(ctx context.Context, name string) (string, error) {
	_, err := b.NetworkConnect(ctx, name, client.NetworkConnectOptions{Container: b.id, EndpointConfig: &network.EndpointSettings{}})
	if err != nil {
		return "", err
	}
	return b.addressIn(ctx, name)
}

// addressIn is the address of the container in a network.
func (b *box) addressIn(ctx context.Context, name string) (string, error) {
	state, err := b.ContainerInspect(ctx, b.id, client.ContainerInspectOptions{})
	if err != nil {
		return "", err
	}
	at := state.Container.NetworkSettings.Networks[name]
	if at == nil || !at.IPAddress.IsValid() {
		return "", fmt.Errorf("it got no address in %s", name)
	}
	return at.IPAddress.String(), nil
}
