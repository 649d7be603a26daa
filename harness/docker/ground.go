package docker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/moby/moby/client"

	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// Ground is where the fakes of containers are: a network of the lab's own, from which there is no way out. Published ports
// are on a second one, for this machine's loopback only, so that a cut of the first leaves the system reachable. Names are
// asked for at a name server beside the fakes, which has those of the lab, and says at once of others that nobody has them.
type Ground struct {
	// Outside lets the system reach what is neither a fake nor a part.
	Outside bool
	// Fakes is where the fakes run: InProgram, InContainer, or as the engine allows.
	Fakes Where
	// Program is failwell's own program on this machine: called with the argument "fakes" it is the fakes, with "agent" the agent.
	// In a container it serves where it can run alone on the engine's machine; else, and when empty, the Go toolchain has to
	// build cmd/fakes and cmd/agent.
	Program string
}

// Where is a place of fakes.
type Where string

// The places.
const (
	Anywhere    Where = ""          // in the program if the engine's networks are this machine's, else in a container
	InProgram   Where = "program"   // bound to the address that this machine has in the network
	InContainer Where = "container" // in one of their own, driven by fakes/control
)

var _ lab.Ground = Ground{}

// The names by which a launch learns of its networks.
const (
	nameData    = "docker.data"
	nameControl = "docker.control"
	nameFakes   = "docker.fakes"
	nameOutside = "docker.outside"
	nameServer  = "docker.names.server"
	nameUpdate  = "docker.names.update"
	nameKey     = "docker.names.key"
)

// site is what a container has to know of its lab's ground.
type site struct {
	data, control string
	fakes         string // the address of all fakes in the data network
	outside       string
	names         names
}

func (s site) all() map[string]string {
	return map[string]string{nameData: s.data, nameControl: s.control, nameFakes: s.fakes, nameOutside: s.outside,
		nameServer: s.names.server, nameUpdate: s.names.update, nameKey: s.names.key}
}

func siteOf(s system.Setup) (site, error) {
	at := site{data: s.Names[nameData], control: s.Names[nameControl], fakes: s.Names[nameFakes], outside: s.Names[nameOutside],
		names: names{server: s.Names[nameServer], update: s.Names[nameUpdate], key: s.Names[nameKey]}}
	if at.data == "" {
		return at, errors.New("a container needs the networks of a lab whose ground is docker.Ground")
	}
	return at, nil
}

// networks counts those of this process, for their names.
var networks atomic.Int64

// Open makes the networks.
func (g Ground) Open(ctx context.Context) (lab.Site, error) {
	e, err := open(ctx)
	if err != nil {
		return lab.Site{}, err
	}
	e.own = g.Program
	o, err := self()
	if err == nil {
		err = o.note()
	}
	if err != nil {
		return lab.Site{}, err
	}
	stem := fmt.Sprintf("failwell-%d-%d", o.pid, networks.Add(1))
	at := site{data: stem + "-data", control: stem + "-control", outside: "bridge"}
	done := func(ctx context.Context) error {
		return errors.Join(e.drop(ctx, sortNetwork, at.control), e.drop(ctx, sortNetwork, at.data))
	}
	undo := func(err error) (lab.Site, error) {
		return lab.Site{}, errors.Join(err, done(context.WithoutCancel(ctx)))
	}
	labels := o.labels(map[string]string{labelPart: "ground"})
	for name, options := range map[string]client.NetworkCreateOptions{
		at.data: {Driver: "bridge", Internal: true, Labels: labels},
		at.control: {Driver: "bridge", Labels: labels, Options: map[string]string{
			"com.docker.network.bridge.enable_ip_masquerade": "false", // answers from outside find no way back
			"com.docker.network.bridge.enable_icc":           "false",
		}},
	} {
		// What is being made cannot be called off: it would be there without anybody knowing.
		if _, err := e.NetworkCreate(context.WithoutCancel(ctx), name, options); err != nil {
			return undo(explained(err))
		}
	}
	gateway, err := e.gateway(ctx, at.data)
	if err != nil {
		return undo(err)
	}
	at.fakes = gateway
	out := lab.Site{Listen: gateway, Reach: hostOf, Close: done, Operations: e.Operations}
	if g.Fakes == InContainer || g.Fakes == Anywhere && !isOurs(gateway) {
		r, err := e.startRig(ctx, at)
		if err != nil {
			return undo(err)
		}
		out.Rig, at.fakes, at.names = r, r.ip, r.names
	} else {
		var end func(context.Context) error
		at.names, end = e.startNames(ctx, at)
		out.Close = func(ctx context.Context) error { return errors.Join(end(ctx), done(ctx)) }
	}
	out.Names = at.all()
	return out, nil
}

// hostOf is the name by which containers reach a dependency: its own, as in a compose file.
func hostOf(dependency string) string { return dependency }

// hosts are the dependencies among the names of a launch.
func hosts(names map[string]string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if host := names[name]; name == host+".host" && host == hostOf(host) {
			all = append(all, host)
		}
	}
	return all
}

// explained says what to do about an engine that has no addresses left.
func explained(err error) error {
	if strings.Contains(err.Error(), "address pool") {
		return fmt.Errorf("make a network: %w (docker network prune makes room, or run fewer labs: --labs 4)", err)
	}
	return fmt.Errorf("make a network: %w", err)
}

// gateway is the engine's own address in a network.
func (e *engine) gateway(ctx context.Context, name string) (string, error) {
	n, err := e.NetworkInspect(ctx, name, client.NetworkInspectOptions{})
	if err != nil {
		return "", fmt.Errorf("look at the network: %w", err)
	}
	for _, c := range n.Network.IPAM.Config {
		if c.Gateway.Is4() {
			return c.Gateway.String(), nil
		}
	}
	return "", fmt.Errorf("the network %s has no gateway", name)
}

// isOurs tells whether this machine has the address, as it has when the engine runs on it and not in a virtual machine.
func isOurs(ip string) bool {
	l, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(0)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// drop removes a thing. A network may have to wait for the endpoints of containers that were just removed.
func (e *engine) drop(ctx context.Context, sort int, id string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := e.remove(ctx, sort, id)
		if err == nil || sort != sortNetwork || !strings.Contains(err.Error(), "active endpoints") {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}
