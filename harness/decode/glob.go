package decode

import (
	"fmt"
	"regexp"
	"strings"
)

// Glob is a pattern of names, the same wherever one is written: in `waive` of a lab and in --only. * stands for anything, also slashes and
// colons, ? for one letter, [ab] for one of these.
type Glob string

// Check says why it is no pattern.
func (g Glob) Check() error {
	if _, err := g.expression(); err != nil {
		return fmt.Errorf("%q is no pattern: * stands for anything, ? for one letter, [ab] for one of these", string(g))
	}
	return nil
}

// Matches tells whether a text fits the pattern. What is no pattern fits itself alone.
func (g Glob) Matches(text string) bool {
	if string(g) == text {
		return true
	}
	re, err := g.expression()
	return err == nil && re.MatchString(text)
}

// Case tells whether it names a case: by its id, by its id without variants, or by its scenario.
func (g Glob) Case(id string) bool {
	scenario, _, _ := strings.Cut(id, "@")
	return g.Matches(id) || (g + ":*").Matches(id) || g.Matches(scenario)
}

var parts = regexp.MustCompile(`\\\*|\\\?|\\\[[^\[\]]+\\\]`)

// expression is the pattern as a regular expression.
func (g Glob) expression() (*regexp.Regexp, error) {
	return regexp.Compile("(?s)^" + parts.ReplaceAllStringFunc(regexp.QuoteMeta(string(g)), func(part string) string {
		switch part {
		case `\*`:
			return ".*"
		case `\?`:
			return "."
		}
		return "[" + strings.TrimSuffix(strings.TrimPrefix(part, `\[`), `\]`) + "]"
	}) + "$")
}
