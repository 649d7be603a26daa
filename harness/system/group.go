package system

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// Group is a system of several parts. Requests go to the entry.
type Group struct {
	Entry string
	Parts []Part // in the order in which they start
}

// Part is one of them.
type Part struct {
	Name   string
	System System
}

// Ports lists the ports of all parts: PART, and PART.NAME for further ones.
func (g Group) Ports() []string {
	var all []string
	for _, p := range g.Parts {
		if ported, ok := As[Ported](p.System); ok {
			all = append(all, p.Name)
			for _, port := range ported.Ports() {
				all = append(all, p.Name+"."+port)
			}
		}
	}
	return all
}

// Inside is the port of a part, PART or PART.NAME, where it itself listens.
func (g Group) Inside(port string) (int, bool) {
	name, further, _ := strings.Cut(port, ".")
	for _, p := range g.Parts {
		if ported, ok := As[Ported](p.System); ok && p.Name == name {
			return ported.Inside(further)
		}
	}
	return 0, false
}

// Describe says that there is a health check when a part has one.
func (g Group) Describe() Traits {
	return Traits{HealthCheck: slices.ContainsFunc(g.Parts, func(p Part) bool {
		d, ok := As[Described](p.System)
		return ok && d.Describe().HealthCheck
	})}
}

// Conditions lists those of all parts, as CONDITION, which is that of each part that has it, and as PART.CONDITION.
func (g Group) Conditions() []string {
	var all []string
	for _, p := range g.Parts {
		for _, name := range Conditions(p.System) {
			all = append(all, name, p.Name+"."+name)
		}
	}
	return all
}

// Settings lists the settings of all parts, as PART.SETTING; a secret has its own name and is changed in all parts.
func (g Group) Settings() []Setting {
	var all []Setting
	for _, p := range g.Parts {
		configurable, ok := As[Configurable](p.System)
		if !ok {
			continue
		}
		for _, s := range configurable.Settings() {
			if s.From != "secret" {
				s.Name = p.Name + "." + s.Name
			} else if i := slices.IndexFunc(all, func(o Setting) bool { return o.From == s.From && o.Name == s.Name }); i >= 0 {
				all[i].Forms = append(all[i].Forms, s.Forms...)
				slices.Sort(all[i].Forms)
				all[i].Forms = slices.Compact(all[i].Forms)
				continue
			}
			all = append(all, s)
		}
	}
	return all
}

// Start starts the parts in order. When one of them cannot be started, those before it are stopped.
func (g Group) Start(ctx context.Context, s Setup) (Instance, error) {
	edits, err := g.share(s.Edits)
	if err != nil {
		return nil, err
	}
	i := newGroup(g)
	for _, p := range g.Parts {
		own := s
		own.Own, own.Edits = p.Name, edits[p.Name]
		part, err := p.System.Start(ctx, own)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("part %s: %w", p.Name, err), i.Stop(ctx))
		}
		i.add(p.Name, part)
	}
	return i, nil
}

// Make makes the parts, one after the other.
func (g Group) Make(ctx context.Context, s Setup) error {
	for _, p := range g.Parts {
		if m, ok := As[Made](p.System); ok {
			if err := m.Make(ctx, s); err != nil {
				return fmt.Errorf("part %s: %w", p.Name, err)
			}
		}
	}
	return nil
}

// share gives each part its edits: PART.SETTING to that part, others to every part that has the setting.
func (g Group) share(edits []fault.Edit) (map[string][]fault.Edit, error) {
	shares := map[string][]fault.Edit{}
	if !slices.ContainsFunc(g.Parts, func(p Part) bool { return p.Name == g.Entry }) {
		return nil, fmt.Errorf("start system: the entry %q is none of the parts", g.Entry)
	}
	for _, e := range edits {
		taken := false
		for _, p := range g.Parts {
			if own, ok := p.takes(e); ok {
				shares[p.Name] = append(shares[p.Name], own)
				taken = true
			}
		}
		if !taken {
			return nil, notApplicable(e, "no part of the system has such a setting")
		}
	}
	return shares, nil
}

// takes tells whether an edit is meant for the part, and gives it in the part's own terms.
func (p Part) takes(e fault.Edit) (fault.Edit, bool) {
	if setting, mine := strings.CutPrefix(e.Setting, p.Name+"."); mine {
		e.Setting = setting
		return e, true
	}
	if slices.Contains(Conditions(p.System), e.Setting) {
		return e, true
	}
	configurable, ok := As[Configurable](p.System)
	if !ok {
		return e, false
	}
	aimed, _, _ := strings.Cut(e.Setting, "#")
	return e, slices.ContainsFunc(configurable.Settings(), func(s Setting) bool {
		isFile := slices.Contains(s.Forms, "file") || slices.Contains(s.Forms, "dir")
		return s.Name == aimed && (s.From != "secret" || e.Op != opUnreadable || isFile)
	})
}
