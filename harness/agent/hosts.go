//go:build linux

package agent

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// hosts is the file that resolvers read first. It is bound into the container, so that it is written in place.
const hosts = "/etc/hosts"

// lose takes every line of the names out, and prints them.
func lose(names []string) error {
	text, err := os.ReadFile(hosts)
	if err != nil {
		return err
	}
	kept, lost := sift(string(text), names)
	if lost == "" {
		return fmt.Errorf("%s does not name %s", hosts, strings.Join(names, ", "))
	}
	if err := rewrite(kept); err != nil {
		return err
	}
	_, err = os.Stdout.WriteString(lost)
	return err
}

// sift parts the lines of a hosts file: those that hold one of the names are lost.
func sift(text string, names []string) (kept, lost string) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) > 1 && slices.ContainsFunc(fields[1:], func(name string) bool { return slices.Contains(names, name) }) {
			lost += line
			continue
		}
		kept += line
	}
	return kept, lost
}

// find adds lines.
func find(lines []string) error {
	text, err := os.ReadFile(hosts)
	if err != nil {
		return err
	}
	return rewrite(string(text) + strings.Join(lines, ""))
}

// rewrite replaces the text; a reader meanwhile sees the new one, at worst with the end of the old.
func rewrite(text string) error {
	f, err := os.OpenFile(hosts, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	if err := f.Truncate(int64(len(text))); err != nil {
		return err
	}
	return f.Close()
}
