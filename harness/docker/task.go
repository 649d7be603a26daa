package docker

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/client"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

var _ system.Task = Container{}

// Task runs the container once, without ports, in the engine's own network: there are the servers that failwell runs in
// containers, so that $NAME.direct reaches them, and the way out.
func (c Container) Task(ctx context.Context, s system.Setup) (system.Instance, error) {
	e, err := open(ctx)
	if err != nil {
		return nil, err
	}
	if s.Names, err = e.addressed(ctx, s.Names); err != nil {
		return nil, err
	}
	image, err := c.image(ctx, e, s)
	if err != nil {
		return nil, err
	}
	r, err := c.recipe(image, site{control: outside})
	if err != nil {
		return nil, err
	}
	i := &instance{of: c, setup: s, ports: map[string]int{}}
	if i.templates, err = c.templates(); err != nil {
		return nil, err
	}
	if err := reachable(i.templates, s.Names); err != nil {
		return nil, err
	}
	rendered, err := i.render(nil)
	if err != nil {
		return nil, err
	}
	r.part, r.networks = "prepare", []string{outside}
	r.env, r.files = rendered.Env, c.placed(rendered)
	r.entrypoint, r.cmd = c.command(rendered.Args)
	i.box, err = e.run(ctx, r)
	return i, err
}

// outside is the engine's own network, from which there is a way out.
const outside = "bridge"

// addressed gives the names as they are to be used in the engine's own network: what is published on this machine's loopback by
// a server of this process has another address there.
func (e *engine) addressed(ctx context.Context, names map[string]string) (map[string]string, error) {
	o, err := self()
	if err != nil {
		return nil, err
	}
	only := client.Filters{}.Add("label", labelRun+"="+o.run(), labelPart+"=server")
	servers, err := e.ContainerList(ctx, client.ContainerListOptions{Filters: only})
	if err != nil {
		return nil, err
	}
	there := map[string]string{}
	for _, c := range servers.Items {
		at := c.NetworkSettings.Networks[outside]
		if at == nil || !at.IPAddress.IsValid() {
			continue
		}
		for _, p := range c.Ports {
			if p.PublicPort != 0 {
				there[net.JoinHostPort("127.0.0.1", strconv.Itoa(int(p.PublicPort)))] = net.JoinHostPort(at.IPAddress.String(), strconv.Itoa(int(p.PrivatePort)))
			}
		}
	}
	var pairs []string
	for _, here := range slices.Backward(slices.Sorted(maps.Keys(there))) { // port 20001 before port 2000
		pairs = append(pairs, here, there[here])
	}
	names = maps.Clone(names)
	inside := strings.NewReplacer(pairs...)
	for name, value := range names {
		if strings.Contains(name, ".direct.") {
			names[name] = inside.Replace(value)
		}
	}
	return names, nil
}

// reachable says which name leads to this machine's loopback, where a container cannot go.
func reachable(t system.Templates, names map[string]string) error {
	texts := append([]string{}, t.Args...)
	for _, more := range []map[string]string{t.Env, t.Files} {
		for _, text := range more {
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		for _, name := range decode.Names(text) {
			if strings.Contains(names[name], "127.0.0.1:") || strings.Contains(names[name], "localhost:") {
				return &system.Unable{What: fmt.Sprintf("$%s is an address of this machine's loopback, which a container cannot reach; use `run`, or a server in a container: server: {image: NAME}", name)}
			}
		}
	}
	return nil
}
