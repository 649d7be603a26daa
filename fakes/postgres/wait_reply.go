package postgres

import (
	"bytes"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// noticed takes a notice of the server that is about a wait of ours.
func (s *session) noticed(f frame) (ours bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wait == nil || !bytes.Contains(f.body, []byte(s.wait.token)) {
		return false
	}
	if field(f.body, 'C') == successful {
		close(s.wait.begun)
	} else {
		s.wait.say = saying(f)
	}
	return true
}

const successful = "00000" // SQLSTATE successful_completion

// saying is what a message of the server says, to be said about their statement.
func saying(f frame) fault.Saying {
	return fault.Saying{Status: field(f.body, 'C'), Fields: map[string]string{
		"message": field(f.body, 'M'), "file": "postgres.c", "routine": "ProcessInterrupts"}}
}

// waited handles a message of the server while a wait of ours is at hand.
func (s *session) waited(f frame, u *unit) error {
	switch {
	case u.owed > 0 && isPreliminary(f.kind):
		return s.preliminary(f, u)
	case f.kind == 'E':
		return s.waitFailed(f, u)
	}
	if err := s.out.skip(f); err != nil {
		return err
	}
	if f.kind == '3' || f.kind == 'Z' {
		w := u.wait
		s.over(u, "")
		s.mu.Lock()
		s.endWait(w)
		s.mu.Unlock()
	}
	return nil
}

// waitFailed handles an error in the place of a wait: of a message before it, of the end of the session, or because the
// server cannot wait like this.
func (s *session) waitFailed(f frame, u *unit) error {
	w, code := u.wait, field(f.body, 'C')
	fatal := field(f.body, 'V') == "FATAL" || field(f.body, 'V') == "PANIC"
	s.mu.Lock()
	switch {
	case fatal:
		w.code = code
	case w.simple && code == canceled.Status: // a second cancel, which our statement does not catch
		w.aborted = true
		w.say = saying(f)
	case w.simple:
		w.unable = true
	}
	s.mu.Unlock()
	if w.simple && !fatal {
		return s.out.skip(f)
	}
	raw := withoutContext(f.body)
	if err := s.out.skip(f); err != nil {
		return err
	}
	if err := s.out.say(raw); err != nil || fatal {
		return err
	}
	if u.owed == 0 && code != canceled.Status {
		s.cannotWait.Store(true)
	}
	s.over(u, "")
	s.skips()
	return nil
}

// withoutContext is an ErrorResponse without what it says of a statement of ours: where and at which place of which text.
func withoutContext(body []byte) []byte {
	var kept []byte
	for len(body) > 1 {
		name := body[0]
		value, after := word(body[1:])
		if !strings.ContainsRune("WPpq", rune(name)) {
			kept = append(append(append(kept, name), value...), 0)
		}
		body = after
	}
	return message('E', kept, []byte{0})
}

// field is a field of an ErrorResponse or NoticeResponse.
func field(body []byte, name byte) string {
	for len(body) > 1 {
		value, after := word(body[1:])
		if body[0] == name {
			return string(value)
		}
		body = after
	}
	return ""
}
