package draft

import (
	"slices"
	"strings"
)

// The names under which services say that they are ready, and that they live.
var (
	readyNames = []string{"readyz", "ready", "readiness", "health/ready", "healthz/ready", "actuator/health/readiness"}
	liveNames  = []string{"livez", "live", "liveness", "health/live", "healthz/live", "alive", "actuator/health/liveness"}
	either     = []string{"healthz", "health", "healthcheck", "health-check", "status", "ping", "up", "_health", "actuator/health", "heartbeat"}
)

// health takes a path as the place of readiness or liveness, when it is called like one. A path that only says "health" is asked
// whether the system is ready; whether it follows the dependencies nobody knows.
func (d *Draft) health(path string) bool {
	called := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(strings.ToLower(path), "/"+n) })
	}
	switch {
	case strings.Contains(path, "{"):
		return false
	case called(readyNames):
		d.ready = path
	case called(liveNames):
		d.live = path
	case called(either):
		if d.ready == "" {
			d.ready = path
		}
	default:
		return false
	}
	return true
}
