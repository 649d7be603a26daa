package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/system"
)

// Bounds of what happens around an end.
const (
	lastWords = 2 * time.Second  // how long the lines of an ended container are awaited
	removal   = 15 * time.Second // how long a removal may take when nobody else bounds it
)

// recipe is what a container is made of.
type recipe struct {
	image      string
	part       string // what it is to the lab
	entrypoint []string
	cmd        []string
	env        map[string]string
	files      map[string]file // absolute path -> content
	binds      []string
	user, dir  string
	limits     limits
	readOnly   bool
	closed     bool                  // even root may not read what its mode forbids
	lowPorts   bool                  // any user may listen below 1024
	ports      map[int]int           // inside -> on this machine's loopback; 0 there: any
	networks   []string              // the first is where published ports are
	aliases    []string              // on all but the first
	hosts      []string              // NAME:IP
	inward     bool                  // whom the engine asks for names is not asked for other ones
	names      names                 // who is, then
	known      map[string]netip.Addr // what that one was told
	stopSignal string                // TERM when empty
	within     time.Duration         // until an asked stop becomes a kill
}

// box is one container, from its making to its removal.
type box struct {
	*engine
	recipe
	id    string
	lines *system.Lines

	life  context.Context // ends with the box
	leave context.CancelFunc
	done  chan struct{} // closed when it has ended for good and its lines are read

	stop    sync.Once
	stopped chan struct{}
	stopErr error

	equipping sync.Mutex
	equipped  bool     // the agent is in it
	call      []string // how it is called

	mu      sync.Mutex
	exit    exchange.Exit
	over    bool
	asked   bool          // a stop was asked for before that
	paused  bool          // by an act
	pending chan struct{} // set while an end is to be followed by a new beginning; closed at that end
}

// run makes a container and starts it. Nothing is left when it fails.
func (e *engine) run(ctx context.Context, r recipe) (*box, error) {
	o, err := self()
	if err == nil {
		err = o.note()
	}
	if err != nil {
		return nil, err
	}
	b := &box{engine: e, recipe: r, lines: system.NewLines(), done: make(chan struct{}), stopped: make(chan struct{})}
	b.life, b.leave = context.WithCancel(context.WithoutCancel(ctx))
	made, err := e.provider.CreateContainer(context.WithoutCancel(ctx), r.request(o)) // called off, it would be there unknown
	if made != nil {
		b.id = made.GetContainerID()
	}
	err = unreaped(err)
	if err == nil {
		err = b.copy(ctx, r.files)
	}
	if err == nil {
		err = b.begin(ctx, func(ctx context.Context) error { return made.Start(ctx) })
	}
	if err != nil {
		return nil, errors.Join(err, b.discard(ctx))
	}
	return b, nil
}

func (r recipe) request(o owner) testcontainers.ContainerRequest {
	req := testcontainers.ContainerRequest{
		Image: r.image, Entrypoint: r.entrypoint, Cmd: r.cmd, Env: r.env, Networks: r.networks,
		Labels:         o.labels(map[string]string{labelPart: r.part}),
		NetworkAliases: map[string][]string{},
		ConfigModifier: func(c *container.Config) {
			c.User, c.WorkingDir, c.StopSignal = r.user, r.dir, r.stopSignal
			if r.readOnly {
				c.Volumes = map[string]struct{}{Dir: {}} // files can be put into a volume only
			}
		},
		HostConfigModifier: r.hosting,
	}
	for _, n := range r.networks[1:] {
		req.NetworkAliases[n] = r.aliases
	}
	for _, inside := range slices.Sorted(maps.Keys(r.ports)) {
		req.ExposedPorts = append(req.ExposedPorts, strconv.Itoa(inside)+"/tcp")
	}
	return req
}

func (r recipe) hosting(h *container.HostConfig) {
	h.NetworkMode = container.NetworkMode(r.networks[0])
	h.ExtraHosts, h.Binds, h.ReadonlyRootfs = r.hosts, r.binds, r.readOnly
	h.PortBindings = network.PortMap{}
	for inside, outside := range r.ports {
		h.PortBindings[network.MustParsePort(strconv.Itoa(inside)+"/tcp")] = []network.PortBinding{
			{HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1}), HostPort: strconv.Itoa(outside)},
		}
	}
	if r.names.server == "" {
		h.DNSOptions = []string{"ndots:1"} // a name without a dot is a neighbour, or nobody: the engine asks no further
	}
	if r.inward {
		h.DNS = []netip.Addr{netip.MustParseAddr(cmp.Or(r.names.server, nobody))}
		h.DNSSearch = []string{"."} // a name is asked for as it is written
	}
	if r.closed {
		h.CapDrop = append(h.CapDrop, "DAC_OVERRIDE", "DAC_READ_SEARCH")
	}
	if r.lowPorts {
		h.Sysctls = map[string]string{"net.ipv4.ip_unprivileged_port_start": "0"} // newer engines do so by themselves
	}
	r.limits.on(h)
}

// begin starts the container and listens to it from the first byte on: by its streams, as the engine's log comes later.
func (b *box) begin(ctx context.Context, start func(context.Context) error) error {
	streams, err := b.ContainerAttach(b.life, b.id, client.ContainerAttachOptions{Stream: true, Stdout: true, Stderr: true})
	if err != nil {
		return fmt.Errorf("listen to the container: %w", err)
	}
	waiting := b.ContainerWait(b.life, b.id, client.ContainerWaitOptions{Condition: container.WaitConditionNextExit})
	if err := start(ctx); err != nil {
		streams.Close()
		return err
	}
	said := make(chan struct{})
	go func() {
		defer close(said)
		left := context.AfterFunc(b.life, streams.Close)
		defer left()
		defer streams.Close()
		out, errs := b.lines.Stream("stdout"), b.lines.Stream("stderr")
		_, _ = stdcopy.StdCopy(out, errs, streams.Reader)
		out.End()
		errs.End()
	}()
	go b.watch(waiting, said)
	return nil
}

// watch waits for the end and keeps how it was.
func (b *box) watch(waiting client.ContainerWaitResult, said <-chan struct{}) {
	select {
	case <-waiting.Result:
	case <-waiting.Error: // the box was left, or the engine has gone
	}
	state, err := b.ContainerInspect(context.WithoutCancel(b.life), b.id, client.ContainerInspectOptions{})
	exit := exchange.Exit{Code: -1}
	if err == nil && state.Container.State != nil {
		if exit = exitOf(state.Container.State.ExitCode, state.Container.State.OOMKilled); exit.OOM && state.Container.HostConfig != nil {
			exit.Limit = state.Container.HostConfig.Memory
		}
	}
	patience := time.NewTimer(lastWords)
	defer patience.Stop()
	select {
	case <-said:
	case <-patience.C:
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pending != nil {
		close(b.pending)
		b.pending = nil
		return
	}
	b.exit, b.over = exit, true
	close(b.done)
}

// exitOf reads the engine's exit code, in which a signal is 128 more.
func exitOf(code int, oom bool) exchange.Exit {
	if signal, ok := signals[code-128]; ok {
		return exchange.Exit{Code: -1, Signal: signal, OOM: oom}
	}
	return exchange.Exit{Code: code, OOM: oom}
}

// signals are the numbers of Linux (signal(7)), whatever this machine runs.
var signals = map[int]string{
	1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 10: "USR1", 11: "SEGV",
	12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ", 31: "SYS",
}

// published is the port on this machine's loopback of a port inside. The engine may give another one at each start.
func (b *box) published(ctx context.Context, inside int) (int, error) {
	state, err := b.ContainerInspect(ctx, b.id, client.ContainerInspectOptions{})
	if err != nil {
		return 0, err
	}
	for _, binding := range state.Container.NetworkSettings.Ports[network.MustParsePort(strconv.Itoa(inside)+"/tcp")] {
		return strconv.Atoi(binding.HostPort)
	}
	return 0, fmt.Errorf("port %d of container %.12s is not published", inside, b.id)
}

// Exited tells how the container ended, unless a Stop came first.
func (b *box) Exited() (exchange.Exit, bool) {
	select {
	case <-b.done:
	default:
		return exchange.Exit{}, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.exit, !b.asked
}

// Done is closed when the container has ended and its last lines are in the logs.
func (b *box) Done() <-chan struct{} { return b.done }

// Stop asks the container to end, kills it when it does not, and removes it. Every call waits for the end; one whose context
// ends kills at once.
func (b *box) Stop(ctx context.Context) error {
	b.stop.Do(func() {
		b.mu.Lock()
		b.asked = !b.over
		b.mu.Unlock()
		if b.asked && ctx.Err() == nil {
			b.end(ctx)
		}
		b.stopErr = b.discard(ctx)
		close(b.stopped)
	})
	<-b.stopped
	return b.stopErr
}

// end lets the container end by its stop signal.
func (b *box) end(ctx context.Context) {
	_ = b.resume(ctx)
	within := b.within
	if within == 0 {
		within = 5 * time.Second
	}
	seconds := int(math.Ceil(within.Seconds()))
	_, _ = b.ContainerStop(ctx, b.id, client.ContainerStopOptions{Timeout: &seconds})
	select {
	case <-b.done:
	case <-ctx.Done():
	}
}

// discard removes the container, whatever it does.
func (b *box) discard(ctx context.Context) error {
	defer b.leave()
	if b.id == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removal)
	defer cancel()
	return b.remove(ctx, sortContainer, b.id)
}
