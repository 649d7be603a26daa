package postgres

import (
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// shutdownNow is what a server says to its sessions, idle or not, when it shuts down or is restarted (PostgreSQL manual, "Shutting
// Down the Server", fast shutdown), and pg_terminate_backend makes it say.
var shutdownNow = fault.Saying{Status: "57P01", Fields: map[string]string{
	"message": "terminating connection due to administrator command", "file": "postgres.c", "routine": "ProcessInterrupts"}}

// part ends the session as a server that shuts down does: what it says last comes behind what it has said, also where nothing
// was asked. It returns when that has been said, after a second at the latest.
func (s *session) part() {
	s.parting.Store(true)
	s.mu.Lock()
	server := s.server
	s.mu.Unlock()
	_ = server.SetReadDeadline(time.Unix(1, 0))
	late := time.NewTimer(time.Second)
	defer late.Stop()
	select {
	case <-s.parted:
	case <-late.C:
	}
}
