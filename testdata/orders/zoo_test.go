package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The list and the switches in the code name the same bugs.
func TestZooIsComplete(t *testing.T) {
	switches := regexp.MustCompile(`(?:bug|has)\("([a-z0-9-]+)"\)`)
	used := map[string]bool{}
	files, _ := filepath.Glob("*.go")
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		for _, m := range switches.FindAllStringSubmatch(string(text), -1) {
			used[m[1]] = true
		}
	}
	listed := map[string]bool{}
	checks := strings.Fields("answered status success blame leak within healed shape retry-after trace logged log-secret alive unaffected liveness start attempts effect complete settled " +
		"graphql-status graphql-shape graphql-path graphql-nulls graphql-types graphql-partial graphql-mutation graphql-code graphql-debug graphql-calls")
	for _, b := range zoo() {
		if listed[b.name] {
			t.Errorf("%s is listed twice", b.name)
		}
		listed[b.name] = true
		if !used[b.name] {
			t.Errorf("%s has no switch", b.name)
		}
		if !slices.Contains(checks, b.check) || !strings.Contains(b.cases, "/") || b.what == "" {
			t.Errorf("%s is not described: %+v", b.name, b)
		}
	}
	for name := range used {
		if !listed[name] {
			t.Errorf("%s is not in the list", name)
		}
	}
	for _, check := range checks {
		if !slices.ContainsFunc(zoo(), func(b zooBug) bool { return b.check == check }) {
			t.Errorf("no bug for the check %s", check)
		}
	}
}
