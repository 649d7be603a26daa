// Package drivers holds injected PostgreSQL trouble against the genuine one as real drivers show it: the error, what becomes of the
// transaction, and whether the connection can be used afterwards.
package drivers

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// TestDrivers makes every trouble twice for every driver, and compares. They wait more than they compute: all at once, however few processors
// there are.
func TestDrivers(t *testing.T) {
	var all sync.WaitGroup
	for _, d := range drivers {
		all.Go(func() { t.Run(d.name, func(t *testing.T) { newLab(t, d).compareAll() }) })
	}
	all.Wait()
}

// compareAll prints what the driver showed of each trouble when it was genuine, and what differs when it was injected.
func (l *lab) compareAll() {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 4, 1, ' ', 0)
	_, _ = fmt.Fprintln(w, "fault\tclass\tSQLSTATE\tstate\tthen\tCOMMIT\tafter\tgenuine\tinjected")
	for _, x := range troubles {
		if x.only != nil && !slices.Contains(x.only, l.probe.name) {
			continue
		}
		genuine, injected := l.provoke(x, false), l.provoke(x, true)
		g := func(name string) string { return cmp.Or(genuine.said[name], "-") }
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d ms\t%d ms\t%s\n", x.name, g("class"), g("code"), g("tx"), g("then"), g("commit"), g("after"),
			genuine.took.Milliseconds(), injected.took.Milliseconds(), l.compare(x, genuine, injected))
	}
	_ = w.Flush()
	l.Log("\n" + table.String())
}

// timing is what two measurements of one thing may differ by, on a machine that has more to do.
const timing = 750 * time.Millisecond

// compare says what differs, and fails on what is not known, or differs no more.
func (l *lab) compare(x trouble, genuine, injected sight) string {
	if d := genuine.took - injected.took; x.timed && d.Abs() > timing {
		genuine.said["time"], injected.said["time"] = genuine.took.String(), injected.took.String()
	}
	known := knownOf(l.probe.name, x.name)
	var differ []string
	for _, name := range slices.Sorted(maps.Keys(merged(genuine.said, injected.said))) {
		g, i := genuine.said[name], injected.said[name]
		if g == i {
			continue
		}
		differ = append(differ, name)
		if known[name] == "" {
			l.Errorf("%s: %s\n  genuine   %s\n  injected  %s", x.name, name, g, i)
		}
	}
	for name, why := range known {
		if !slices.Contains(differ, name) {
			l.Errorf("%s: %s differs no more; it is known as: %s", x.name, name, why)
		}
	}
	return cmp.Or(strings.Join(differ, ", "), "=")
}

func merged(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

var digits = regexp.MustCompile(`[0-9]+`)

// plain leaves out what differs by chance: ports, process ids, transaction numbers, places of tuples.
func plain(name, text string) string {
	if name == "class" || name == "code" || name == "position" {
		return text
	}
	return digits.ReplaceAllString(text, "0")
}
