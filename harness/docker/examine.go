package docker

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"github.com/moby/moby/client"
)

// Health is what can be said about an engine without making anything in it.
type Health struct {
	Host, Version, API string
	FakesHere          bool   // its networks are this machine's, so that fakes can run in the program
	FakesWhy           string // why
	FakesBeside        error  // why they cannot run in a container of their own; nil: they can
	Left               Count  // of failwells that have died
}

// Examine looks at the engine, for a program that may be the fakes in a container: see Ground. Its error says in one line why
// there is none.
func Examine(ctx context.Context, program string) (Health, error) {
	e, err := open(ctx)
	if err != nil {
		return Health{}, err
	}
	h := Health{Host: e.host, Version: e.version, API: e.ClientVersion()}
	gateway, err := e.ownAddress(ctx)
	if err != nil {
		h.FakesWhy = err.Error()
	} else if h.FakesHere = isOurs(gateway); h.FakesHere {
		h.FakesWhy = fmt.Sprintf("the gateways of the engine's networks (%s) are addresses of this machine", gateway)
	} else {
		h.FakesWhy = fmt.Sprintf("the gateways of the engine's networks (%s) are not addresses of this machine", gateway)
	}
	if _, absent := exec.LookPath("go"); absent != nil {
		h.FakesBeside = e.fits(program)
	}
	h.Left, err = e.left(ctx)
	return h, err
}

// ownAddress is the engine's own address in its usual network. The engine need not name it; it is the first one then.
func (e *engine) ownAddress(ctx context.Context) (string, error) {
	n, err := e.NetworkInspect(ctx, "bridge", client.NetworkInspectOptions{})
	if err != nil {
		return "", fmt.Errorf("look at the network bridge: %w", err)
	}
	for _, c := range n.Network.IPAM.Config {
		if c.Gateway.Is4() {
			return c.Gateway.String(), nil
		}
		if c.Subnet.IsValid() && c.Subnet.Addr().Is4() {
			return c.Subnet.Masked().Addr().Next().String(), nil
		}
	}
	return "", errors.New("the network bridge has no address")
}

// left counts what dead owners have left.
func (e *engine) left(ctx context.Context) (Count, error) {
	all, err := e.ours(ctx)
	n := [sorts]int{}
	for sort, things := range all {
		for _, one := range things {
			if one.owner.isDead(e.isLocal()) {
				n[sort]++
			}
		}
	}
	return Count{Containers: n[sortContainer], Networks: n[sortNetwork], Volumes: n[sortVolume]}, err
}
