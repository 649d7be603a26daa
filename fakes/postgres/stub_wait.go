package postgres

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
)

// waits carries out the statement that lets a server wait (see wait.go) as a server would: it sleeps, and tells what
// ended the sleep before its time.
func (s *stubSession) waits(p *plan) (result, *pgproto3.ErrorResponse) {
	done := result{tag: "DO"}
	token, d, lock, _ := readWait(p.sql)
	expires := func(after string) (<-chan time.Time, func() bool) {
		t := time.NewTimer(timeoutOf(after))
		if timeoutOf(after) <= 0 {
			t.Stop()
		}
		return t.C, t.Stop
	}
	statement, stop := expires(s.settings["statement_timeout"])
	defer stop()
	locked, stopLock := expires(s.settings["lock_timeout"])
	defer stopLock()
	if !lock {
		locked = nil
	}
	sleep := time.NewTimer(d)
	defer sleep.Stop()
	tell := func(code, message string) {
		s.wire.Send(&pgproto3.NoticeResponse{Severity: "INFO", SeverityUnlocalized: "INFO", Code: code, Message: message, Hint: token})
	}
	cancelled := s.begins()
	defer s.ends()
	tell(successful, "begun")
	if err := s.wire.Flush(); err != nil {
		return done, nil // who waits is gone; the next read says so
	}
	select {
	case <-sleep.C:
	case <-statement:
		tell("57014", "canceling statement due to statement timeout")
	case <-locked:
		tell("55P03", "canceling statement due to lock timeout")
	case <-cancelled:
		tell("57014", "canceling statement due to user request")
	case <-s.stopping:
	}
	return done, nil
}

// secret is the key of a session in a CancelRequest, with its process id before it.
func (s *stubSession) secret() string {
	return string(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, s.id), s.id*2654435761))
}

// begins notes that a statement runs which may be cancelled; the channel is closed when it is.
func (s *stubSession) begins() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	running := make(chan struct{})
	s.waiting[s.secret()] = running
	return running
}

func (s *stubSession) ends() {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, s.secret())
}

// cancel carries out a CancelRequest.
func (b *stub) cancel(m *pgproto3.CancelRequest) {
	key := string(append(binary.BigEndian.AppendUint32(nil, m.ProcessID), m.SecretKey...))
	b.mu.Lock()
	defer b.mu.Unlock()
	if running := b.waiting[key]; running != nil {
		close(running)
		delete(b.waiting, key)
	}
}

// timeoutOf reads a setting such as statement_timeout: milliseconds, or with a unit. 0: none.
func timeoutOf(value string) time.Duration {
	number := strings.TrimRight(value, "abcdefghijklmnopqrstuvwxyz ")
	n, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0
	}
	unit := map[string]time.Duration{"us": time.Microsecond, "": time.Millisecond, "ms": time.Millisecond, "s": time.Second,
		"min": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[strings.TrimSpace(value[len(number):])]
	return time.Duration(n * float64(unit))
}

// startSettings takes the settings that the StartupMessage carries: by name, and as options (-c name=value, --name=value). Of others
// than a server has, nothing is kept.
func (s *stubSession) startSettings(parameters map[string]string) {
	take := func(name, value string) {
		name = strings.ToLower(name)
		if _, known := s.settings[name]; known {
			s.settings[name] = value
		}
	}
	for name, value := range parameters {
		take(name, value)
	}
	for _, option := range strings.Fields(parameters["options"]) {
		option = strings.TrimPrefix(strings.TrimPrefix(option, "--"), "-c")
		if name, value, ok := strings.Cut(option, "="); ok {
			take(strings.ReplaceAll(name, "-", "_"), value)
		}
	}
}
