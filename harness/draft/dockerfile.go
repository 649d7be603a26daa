package draft

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// dockerfile makes the image that a Dockerfile builds the system.
func (d *Draft) dockerfile(path string, src []byte) {
	build := []field{{name: "context", value: text(filepath.ToSlash(filepath.Dir(path)))}}
	if base := filepath.Base(path); base != "Dockerfile" {
		build = append(build, field{name: "dockerfile", value: text(base)})
	}
	d.system.container = []field{{name: "build", value: flow(build)}}
	var exposed []string
	for line := range strings.Lines(string(src)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch strings.ToUpper(words[0]) {
		case "EXPOSE":
			port, _, _ := strings.Cut(words[1], "/")
			exposed = append(exposed, port)
		case "ENV":
			if name, _, _ := strings.Cut(words[1], "="); slices.Contains(ownPorts, name) {
				d.setting(name, "", true)
			}
		case "HEALTHCHECK":
			for _, w := range words {
				if u, err := url.Parse(strings.Trim(w, `"'[],`)); err == nil && local(u) {
					d.ready = u.Path
				}
			}
		}
	}
	if len(exposed) > 0 && plainNumber(exposed[0]) {
		d.system.container = append(d.system.container, field{name: "listen", value: exposed[0]})
		d.system.listens = true
	}
}
