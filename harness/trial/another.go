package trial

import (
	"context"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
)

// another sends the request once more, on a launch that has another value in place of a secret without which it was answered, where
// callers show that secret. A system that takes what they show although it was told another value knows theirs from elsewhere, as of the
// first password of an administrator, which is stored when the data are new and is not looked at again. A door that is open without its
// secret is shut by another one.
func (t *trial) another(ctx context.Context) error {
	edits := t.exchanged()
	if len(edits) == 0 || len(t.answered) == 0 || slices.ContainsFunc(t.answered, func(e exchange.Exchange) bool { return t.s.Expect.Missed(e) != "" }) {
		return nil
	}
	launch, err := t.Launch(ctx, exchange.Healed, edits)
	if err == nil && launch.Ready && t.Before(ctx, false) == nil {
		err = t.askAnother(ctx)
	}
	if err != nil {
		return err
	}
	return t.Replace(ctx)
}

func (t *trial) askAnother(ctx context.Context) error {
	n, err := t.prepareCase(ctx)
	if err != nil {
		return nil // what a caller shows is not taken
	}
	e, err := t.Lab.Ask(ctx, t.ask, n, exchange.Healed)
	if err != nil {
		return err
	}
	e.Role = check.Another
	t.keep([]exchange.Exchange{e})
	return nil
}

// exchanged are the edits of the case with another value in place of none; none when something else is given too, or when callers do not
// show what is edited.
func (t *trial) exchanged() []fault.Edit {
	var all []fault.Edit
	for _, e := range t.in.Edits {
		secret, known := t.Config.Secrets[e.Setting]
		if !known || e.Live || !e.Absent() || !t.shows(e.Setting, secret.Value) {
			return nil
		}
		all = append(all, e.Exchanged())
	}
	if len(t.in.Rules)+len(t.in.Links)+len(t.in.Acts)+len(t.c.Change) > 0 {
		return nil
	}
	return all
}

// shows tells whether callers show a secret, in whatever encoding: in the request of the case, or in what is sent before it.
func (t *trial) shows(name, value string) bool {
	hides := redact.Hiding(t.Config.Seed, redact.Given(name, value))
	return slices.ContainsFunc(t.sends(), func(r scenario.Request) bool {
		sent, err := t.Render(r, t.Scope())
		if err != nil {
			return false
		}
		said := []string{sent.Target, sent.Body, sent.Raw}
		for _, f := range sent.Header {
			said = append(said, f.Value)
		}
		text := strings.Join(said, "\n")
		return hides.Text(text) != text
	})
}

// sends are the request of the case and what is sent before it.
func (t *trial) sends() []scenario.Request {
	all := []scenario.Request{t.ask}
	for _, s := range append(slices.Clone(t.Config.Before), t.ask.Before...) {
		if s.Request != nil {
			all = append(all, *s.Request)
		} else if r, ok := t.Request(s.Use); ok {
			all = append(all, r)
		}
	}
	return all
}
