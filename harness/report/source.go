package report

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Source says where the lab stands, for reports that name lines of files.
type Source struct {
	File  string         `json:"file"`            // of the lab, relative to the repository, with slashes
	Lines map[string]int `json:"lines,omitempty"` // where the file declares each dependency
	Root  string         `json:"-"`               // the directory of the repository; frames below it are its own files
}

// spot is a line of a file of the repository; line 0 is not known.
type spot struct {
	file string
	line int
}

// spots are where a group is to be looked for: the first frame of the log that is a file of the repository, then the dependency in the lab.
func (r Run) spots(g Group) []spot {
	var all []spot
	if c, ok := r.result(g.Example); ok {
		if s, ok := r.frame(logged(c.Subject).at); ok {
			all = append(all, s)
		}
	}
	return append(all, r.declared(g.Dependencies))
}

// declared is where the lab declares the first of so many dependencies, else its beginning.
func (r Run) declared(names []string) spot {
	if r.Source == nil {
		return spot{strings.TrimPrefix(orWord(Plain(r.Lab), "failwell.yaml"), "/"), 1}
	}
	for _, name := range names {
		if line := r.Source.Lines[name]; line > 0 {
			return spot{r.Source.File, line}
		}
	}
	return spot{r.Source.File, 1}
}

var fileInFrame = regexp.MustCompile(`(/[^\s():"']+\.\w+)(?::(\d+))?`)

// frame is the file that a frame of a stack names, where it is one of the repository.
func (r Run) frame(text string) (spot, bool) {
	m := fileInFrame.FindStringSubmatch(text)
	if m == nil || r.Source == nil || r.Source.Root == "" {
		return spot{}, false
	}
	rel, err := filepath.Rel(r.Source.Root, m[1])
	if err != nil || slices.Contains(strings.Split(filepath.ToSlash(rel), "/"), "..") {
		return spot{}, false
	}
	line, _ := strconv.Atoi(m[2])
	return spot{Plain(filepath.ToSlash(rel)), line}, true
}
