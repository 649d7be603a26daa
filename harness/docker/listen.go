package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

// Listen says at which ports a container listens, by their names: main, and those of further ports.
type Listen map[string]int

var _ decode.Reader = (*Listen)(nil)

// ReadNode reads {main: 8000, admin: 9000}, or 8000 for the main one alone.
func (l *Listen) ReadNode(n *decode.Node) error {
	*l = Listen{}
	if n.Kind() == decode.Map {
		if err := n.Into((*map[string]int)(l)); err != nil {
			return err
		}
	} else {
		var main int
		if err := n.Into(&main); err != nil {
			return err
		}
		(*l)["main"] = main
	}
	for _, name := range slices.Sorted(maps.Keys(*l)) {
		if number := (*l)[name]; number < 1 || number > 65535 {
			return fmt.Errorf("want a port of 1 to 65535 for %s, not %d", name, number)
		}
	}
	return nil
}

// listens gives the ports at which a container of the image listens: those that the lab says, and else the only one that the
// image exposes, unless the lab tells the container where to listen. A part of a system need not listen at all.
func (c Container) listens(ctx context.Context, e *engine, image string, t system.Templates, own string) (Listen, error) {
	if c.Listen["main"] != 0 || c.program != nil || told(t, own) {
		return c.Listen, nil
	}
	exposed, err := e.exposed(ctx, image)
	if err != nil {
		return nil, err
	}
	place := "system.container"
	if own != "system" {
		place = "system.parts." + own + ".container"
	}
	switch {
	case len(exposed) == 1:
		out := Listen{"main": exposed[0]}
		maps.Copy(out, c.Listen)
		return out, nil
	case len(exposed) > 1:
		return nil, fmt.Errorf("the image %s exposes the ports %s: say at which of them it answers requests, such as %s.listen: %d", image, list(exposed), place, exposed[0])
	case own != "system":
		return c.Listen, nil
	}
	return nil, fmt.Errorf("the image %s exposes no port: say where it listens, such as %s.listen: 8000, or tell it, such as env: {PORT: $system.port}", image, place)
}

// neighbours are the ports at which the other parts listen, where it is not the lab that chooses them.
func (c Container) neighbours(ctx context.Context, e *engine, s system.Setup) (map[string]Listen, error) {
	all := map[string]Listen{}
	for name, other := range c.beside {
		if name == s.Own {
			continue
		}
		t, err := other.templates()
		if err != nil {
			return nil, fmt.Errorf("part %s: %w", name, err)
		}
		image, err := other.image(ctx, e, s)
		if err != nil {
			return nil, fmt.Errorf("part %s: %w", name, err)
		}
		if all[name], err = other.listens(ctx, e, image, t, name); err != nil {
			return nil, fmt.Errorf("part %s: %w", name, err)
		}
	}
	return all, nil
}

func list(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}

// told tells whether any setting of a container holds its port, so that the lab chooses it.
func told(t system.Templates, own string) bool {
	texts := slices.Concat(t.Args, slices.Collect(maps.Values(t.Env)), slices.Collect(maps.Values(t.Files)))
	return slices.ContainsFunc(texts, func(text string) bool {
		return slices.ContainsFunc(decode.Names(text), func(name string) bool {
			part, of, _ := strings.Cut(name, ".")
			return (part == "system" || part == own) && (of == "port" || of == "url")
		})
	})
}

// exposed are the TCP ports that an image says it listens at (EXPOSE), sorted.
func (e *engine) exposed(ctx context.Context, image string) ([]int, error) {
	is, err := e.ImageInspect(ctx, image)
	if err != nil {
		return nil, fmt.Errorf("look at the image: %w", err)
	}
	if is.Config == nil {
		return nil, errors.New("the image " + image + " has no configuration")
	}
	var all []int
	for text := range is.Config.ExposedPorts {
		number, protocol, _ := strings.Cut(text, "/")
		if n, err := strconv.Atoi(number); err == nil && cmp.Or(protocol, "tcp") == "tcp" {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, nil
}
