package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

func calmCommand(p *program) *cobra.Command {
	var f labFlags
	c := &cobra.Command{
		Use:     "calm [LAB]",
		Short:   "Start the lab and send every request once, without any fault",
		Example: "  failwell calm testdata/orders",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withLab(c.Context(), args, f, func(_ context.Context, lab *harness.Lab, seen []harness.Seen, l *loaded) error {
				p.calm(lab, seen)
				if err := harness.MostlyCalm(seen); err != nil {
					return err
				}
				for _, s := range seen {
					if !s.OK {
						p.code = 3
					}
				}
				return nil
			})
		},
	}
	f.add(c)
	return c
}

// withLab starts one lab, lets it learn what calm is, and stops it afterwards.
func (p *program) withLab(ctx context.Context, args []string, f labFlags, use func(context.Context, *harness.Lab, []harness.Seen, *loaded) error) error {
	l, err := p.load(args, f)
	if err != nil {
		return err
	}
	p.warn(l)
	state, done, err := openState(ctx, f.host)
	if err != nil {
		return err
	}
	defer done()
	cfg, err := l.sweep(1, state, state.Dir()).Make(ctx, 0)
	if err != nil {
		return err
	}
	lab, err := harness.Start(ctx, cfg)
	if err != nil {
		return l.place(err)
	}
	seen, err := lab.Calm(ctx)
	if err == nil {
		err = use(ctx, lab, seen, l)
	}
	if ctx.Err() != nil {
		err = nil // asked to stop
	}
	return lab.Veiled(errors.Join(err, lab.Close()))
}

// calm prints what calm showed.
func (p *program) calm(lab *harness.Lab, seen []harness.Seen) {
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "request\tstatus\ttime\tcalls")
	for _, s := range seen {
		status := fmt.Sprint(s.Exchange.Status())
		if !s.OK {
			status += " !"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", report.Plain(s.Request.Name), status, s.Exchange.Took.Round(100*time.Microsecond), report.Plain(calls(s)))
	}
	_ = w.Flush()
	for _, s := range seen {
		if !s.OK {
			_, _ = fmt.Fprintf(p.out, "! %s: %s\n", report.Plain(s.Request.Name), report.Plain(s.Why))
			_, _ = fmt.Fprintf(p.out, "  got %s\n", report.Got(s.Exchange))
		}
	}
	p.sketches(lab, seen)
	for _, call := range lab.Background() {
		_, _ = fmt.Fprintf(p.out, "background: %s\n", report.Plain(lab.Redactor().Text(call)))
	}
	for _, name := range lab.Redactor().Common() {
		_, _ = fmt.Fprintf(p.out, "note: %s\n", report.Plain(commonly(name)))
	}
	for _, n := range lab.Notes() {
		_, _ = fmt.Fprintf(p.out, "note: %s\n", report.Plain(n))
	}
	f := lab.Facts()
	for _, d := range f.Dependencies {
		if !reached(f, d.Name) {
			_, _ = fmt.Fprintf(p.out, "missing: no request reaches %s, so nothing of it can be judged\n", d.Name)
		}
	}
}

// sketches prints, for calls to which a stub knew no answer, lines to begin with.
func (p *program) sketches(lab *harness.Lab, seen []harness.Seen) {
	kinds := map[string]string{}
	for _, d := range lab.Facts().Dependencies {
		kinds[d.Name] = d.Kind.Name
	}
	var hits []fault.Hit
	for _, s := range seen {
		hits = append(hits, s.Exchange.Hits...)
	}
	for _, h := range fakes.Unstubbed(hits) {
		sketch := p.catalog.Fakes[kinds[h.Call.On]].Sketch
		if sketch == nil {
			continue
		}
		_, _ = fmt.Fprintf(p.out, "the stub of %s does not know this statement; fill in and paste under `statements:`\n", report.Plain(h.Call.On))
		for line := range strings.Lines(sketch(h.Call)) {
			text := strings.TrimLeft(line, " ")
			_, _ = fmt.Fprintln(p.out, line[:len(line)-len(text)]+report.Plain(strings.TrimRight(text, "\n")))
		}
	}
}

func reached(f scenario.Facts, dependency string) bool {
	for _, a := range f.Requests {
		if a.Calm && a.Reaches(dependency) {
			return true
		}
	}
	return false
}

// calls says which dependencies a request called, how often, and how.
func calls(s harness.Seen) string {
	var order []string
	count := map[string]int{}
	for _, h := range s.Exchange.Hits {
		if h.Background {
			continue
		}
		key := h.Call.On + " " + h.Call.Op
		if count[key] == 0 {
			order = append(order, key)
		}
		count[key]++
	}
	for i, key := range order {
		if count[key] > 1 {
			order[i] = fmt.Sprintf("%s x%d", key, count[key])
		}
	}
	return strings.Join(order, ", ")
}
