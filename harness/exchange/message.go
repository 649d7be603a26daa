package exchange

import (
	"regexp"
	"slices"
	"strings"
)

func first(lines []string) string { return strings.TrimSpace(lines[0]) }

// withCause joins the message of an error and that of its cause, either of which may say nothing.
func withCause(says, cause string) string {
	switch {
	case says == "":
		return cause
	case cause == "" || strings.Contains(says, cause):
		return says
	}
	return says + " (caused by " + cause + ")"
}

// firstMatch is the first group of an expression in the first of the lines that it matches.
func firstMatch(lines []string, of *regexp.Regexp) string {
	for _, line := range lines {
		if m := of.FindStringSubmatch(line); m != nil {
			return strings.TrimSpace(m[1])
		}
	}
	return ""
}

var chained = regexp.MustCompile(`^(The above exception was the direct cause|During handling of the above exception)`)

// ofTraceback takes the message of the last of several chained errors, which is the one that nobody has handled, and that of the
// first, which is its cause.
func ofTraceback(lines []string) string {
	var says []string
	inside := true
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "Traceback "):
			inside = true
		case inside && line != "" && !strings.HasPrefix(line, " ") && !chained.MatchString(line):
			says = append(says, strings.TrimSpace(line))
			inside = false
		case !inside && line != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") && !chained.MatchString(line):
			return joined(says)
		}
	}
	return joined(says)
}

func joined(says []string) string {
	if len(says) < 2 {
		return strings.Join(says, "")
	}
	return withCause(says[len(says)-1], says[0])
}

var (
	thrown   = regexp.MustCompile(`^(?:Uncaught )?((?:[\w$.]*(?:Error|Exception|Rejection)|\[[\w$.]*(?:Error|Rejection))\b.*)`)
	nested   = regexp.MustCompile(`^\s+(?:\[cause\]: )?((?:Aggregate|Type|Range)?Error: .+)`)
	hollow   = regexp.MustCompile(`^AggregateError[^:]*:?\s*$`)
	causedBy = regexp.MustCompile(`^Caused by: (.*)`)
	inner    = regexp.MustCompile(`^ ---> (.*)`)
	anything = regexp.MustCompile(`^(\S.*)`)
	noWords  = regexp.MustCompile(`^[\w.$]+$`)
)

// afterCaret is the error behind the place at which it was thrown. What was thrown may be no error, and is printed as it is.
func afterCaret(lines []string) string {
	near := lines[1:min(len(lines), 5)]
	says := firstMatch(near, thrown)
	if says == "" && slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Node.js v") }) {
		return firstMatch(near, anything)
	}
	if says == "" {
		return "" // a caret alone may stand anywhere
	}
	if strings.HasSuffix(says, "{") {
		says = strings.TrimSpace(strings.TrimSuffix(says, "{"))
	}
	cause := firstMatch(lines[1:], nested)
	if hollow.MatchString(says) {
		return strings.Trim(strings.TrimRight(says, ": ")+": "+cause, ": ")
	}
	return withCause(says, cause)
}

// ofThread is the message of the error, and that of its last cause.
func ofThread(lines []string) string {
	_, says, _ := strings.Cut(strings.TrimPrefix(lines[0], `Exception in thread "`), `" `)
	cause := ""
	for _, line := range lines[1:] {
		if m := causedBy.FindStringSubmatch(line); m != nil {
			cause = strings.TrimSpace(m[1])
		}
	}
	if noWords.MatchString(says) && cause != "" {
		return cause
	}
	return withCause(says, cause)
}

var atLine = regexp.MustCompile("^[^\\s:]+:\\d+:in [`'].*?': (.*)")

// ofRuby is the message of the error that ended the program; what it was raised for stands last.
func ofRuby(lines []string) string {
	says := firstMatch(lines[:1], atLine)
	cause := firstMatch(lines[1:], atLine)
	return withCause(says, cause)
}

var (
	fatal = regexp.MustCompile(`^(?:PHP )?(?:Fatal|Parse) error: +(?:Uncaught )?(.*)`)
	place = regexp.MustCompile(` in \S+(:\d+| on line \d+)$`)
)

func ofPHP(lines []string) string { return place.ReplaceAllString(firstMatch(lines[:1], fatal), "") }

func ofDotNet(lines []string) string {
	return withCause(strings.TrimPrefix(first(lines), "Unhandled exception. "), firstMatch(lines[1:], inner))
}

var quoted = regexp.MustCompile(`panicked at '(.*)', \S+:\d+:\d+$`)

func ofRust(lines []string) string {
	if says := firstMatch(lines[:1], quoted); says != "" {
		return says
	}
	if strings.HasSuffix(lines[0], ":") && len(lines) > 1 {
		return strings.TrimSpace(lines[1])
	}
	return first(lines)
}
