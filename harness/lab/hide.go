package lab

import (
	"maps"
	"slices"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
)

// Redactor takes the secrets that the lab knows by now out of what leaves it. It never changes: whoever asks again later gets one
// that knows the tokens that came up since.
func (l *Lab) Redactor() *redact.Redactor { return l.redactor.Load() }

// Hide makes these secrets of the lab too. It is safe for concurrent use.
func (l *Lab) Hide(more ...redact.Secret) {
	l.redact(func(r *redact.Redactor) *redact.Redactor {
		return r.And(slices.DeleteFunc(slices.Clone(more), func(s redact.Secret) bool {
			return s.Sort == redact.Borrowed && r.Text(s.Value) != s.Value // another secret is in it, which says more
		})...)
	})
}

// redact puts another redactor in the place of the lab's, and lets answers be read with it.
func (l *Lab) redact(change func(*redact.Redactor) *redact.Redactor) {
	l.hiding.Lock()
	defer l.hiding.Unlock()
	old := l.redactor.Load()
	if next := change(old); next != old {
		l.redactor.Store(next)
		l.read()
	}
}

// LookFor says which canaries, beside those of secrets, long bodies are looked through for from now on.
func (l *Lab) LookFor(canaries []leak.Canary) {
	l.hiding.Lock()
	defer l.hiding.Unlock()
	l.looked = canaries
	l.read()
}

func (l *Lab) read() {
	l.Client.ReadWith(capture.Capture{Detector: check.Detector, Redact: l.redactor.Load(), Canaries: l.looked})
}

// Canaries are what is looked for in answers: what was handed out, with the stand-in of each secret in its place.
func (l *Lab) Canaries() []leak.Canary {
	r := l.Redactor()
	handed := slices.DeleteFunc(slices.Clone(l.Config.Canaries), func(c leak.Canary) bool { return r.Text(c.Token) != c.Token })
	return slices.Concat(handed, l.addresses(), r.Canaries())
}

// addresses are where the dependencies listen for the system, and where the servers behind them do: no secrets, but nothing that a
// caller should read either. What stands before a part of the system is left out, since a part may say where it is.
func (l *Lab) addresses() []leak.Canary {
	var all []leak.Canary
	for _, name := range slices.Sorted(maps.Keys(l.Config.Fakes)) {
		if _, tap := l.Config.Taps[name]; tap {
			continue
		}
		for _, addr := range []string{l.names.launch[name+".addr"], l.names.launch[name+".direct.addr"]} {
			known := slices.ContainsFunc(all, func(c leak.Canary) bool { return c.Token == addr })
			if addr != "" && !known {
				all = append(all, leak.Canary{Token: addr, Kind: leak.KindAddress, Where: "the address of " + name})
			}
		}
	}
	return all
}

// declared are the secrets that are known before anything is started: those that the lab declares, and those that failwell made.
func (c Config) declared() []redact.Secret {
	var all []redact.Secret
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		s := redact.Secret{Name: name, Value: c.Secrets[name].Value}
		if len(s.Value) < 6 {
			s.Sort = redact.Common
		}
		all = append(all, s)
	}
	for _, m := range c.Canaries {
		if m.Kind == leak.KindSecret {
			all = append(all, redact.Secret{Name: m.Where, Value: m.Token, Where: m.Where})
		}
	}
	return append(all, c.Given...)
}

// ofServers are the passwords with which servers are reached, and those in the addresses that the system is given: where failwell
// did not make them, they are real.
func (l *Lab) ofServers() []redact.Secret {
	var all []redact.Secret
	for _, name := range slices.Sorted(maps.Keys(l.Config.Fakes)) {
		if b := l.backends[name]; b != nil {
			facts := b.Names()
			all = append(all, redact.Given("password of "+name, facts["password"], facts["user"], facts["database"], facts["host"]))
		}
		for _, url := range []string{name + ".url", name + ".direct.url"} {
			all = append(all, redact.InAddress("password of "+name, l.names.launch[url])...)
		}
	}
	return all
}

// seen takes what came without a fault for what everybody may see: a given password in it is no more than a word.
func (l *Lab) seen(e exchange.Exchange) {
	if e.Response == nil {
		return
	}
	texts := []string{e.Response.Body, e.Response.Reason}
	for _, f := range slices.Concat(e.Response.Header, e.Response.Trailer) {
		texts = append(texts, f.Value)
	}
	l.redact(func(r *redact.Redactor) *redact.Redactor { return r.Seen(texts...) })
}

// Veiled is an error without the secrets that the lab knows.
func (l *Lab) Veiled(err error) error {
	if err == nil {
		return nil
	}
	if text := l.Redactor().Text(err.Error()); text != err.Error() {
		return &veiled{text, err}
	}
	return err
}

// veiled is an error in other words.
type veiled struct {
	text  string
	cause error
}

func (v *veiled) Error() string { return v.text }
func (v *veiled) Unwrap() error { return v.cause }
