package exchange

import (
	"regexp"
	"strings"
)

// Crash is what a runtime prints when an error that nobody has handled ends the program.
type Crash struct {
	Says     string // the message of the error, with that of its cause
	From, To int    // the lines that the runtime has printed, To not included
}

// crashes tell for each runtime where its words begin, and what they say. Sources: Go runtime/panic.go, the traceback module of
// Python, Node's lib/internal/process/execution.js (the place with a caret, the error, the version), Thread.dispatchUncaughtException
// of Java, error.c of Ruby, main.c of PHP (Uncaught), the host of .NET (Unhandled exception.), library/std/src/panicking.rs of Rust.
var crashes = []struct {
	begins *regexp.Regexp
	says   func(lines []string) string // of the lines from there on
}{
	{regexp.MustCompile(`^(panic|fatal error): `), first},
	{regexp.MustCompile(`^Traceback \(most recent call last\):`), ofTraceback},
	{regexp.MustCompile(`^\s*\^+\s*$`), afterCaret},
	{regexp.MustCompile(`^Exception in thread "`), ofThread},
	{regexp.MustCompile("^[^\\s:]+:\\d+:in [`'].*?': "), ofRuby},
	{regexp.MustCompile(`^(PHP )?(Fatal|Parse) error: +`), ofPHP},
	{regexp.MustCompile(`^Unhandled exception\. `), ofDotNet},
	{regexp.MustCompile(`^thread '.*' (\(\d+\) )?panicked at `), ofRust}, // since 1.73 with the message on a line of its own
}

// CrashOf finds the first crash among the lines that a program has printed.
func CrashOf(lines []string) (Crash, bool) {
	for i, line := range lines {
		for _, c := range crashes {
			if !c.begins.MatchString(line) {
				continue
			}
			if says := c.says(lines[i:]); says != "" {
				return Crash{Says: says, From: i, To: i + 1 + printed(lines[i+1:])}, true
			}
		}
	}
	return Crash{}, false
}

// trouble is in lines by which programs say that something is wrong.
var trouble = regexp.MustCompile(`(?i)\b(errors?|fatal|critical|panic|exception|fail(s|ed|ing|ure)?|cannot|can't|can not|could not|couldn't|unable|refused|denied|invalid|missing|required|` +
	`not (set|found|ready|reachable)|no such|tim(ed|e)[ -]?out|unreachable|unavailable|waiting|retry(ing)?|E(CONN|TIMEDOUT|NOTFOUND|AI_)[A-Z]*)\b`)

// SaysTrouble tells whether a line speaks of something that is wrong.
func SaysTrouble(line string) bool { return trouble.MatchString(line) }

// Why is the line that says why a program has ended, of those that it has printed: the message of a crash, else the first line that
// speaks of trouble, else the last.
func Why(lines []string) string {
	if c, ok := CrashOf(lines); ok {
		return c.Says
	}
	last := ""
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if SaysTrouble(line) {
			return line
		}
		if line != "" {
			last = line
		}
	}
	return last
}

// frames continue what a runtime prints, beside what is indented: goroutines and their functions, chained tracebacks, causes, the end
// of an object, versions and hints.
var frames = regexp.MustCompile(`^(\s|$|goroutine \d|\S+\(.*\)$|created by |exit status|\[signal|(The above|During handling)|Traceback |[\w.$]*(Error|Exception|Rejection|Interrupt|Exit)\b|Caused by: |` +
	`Emitted '|\}|Node\.js v|Stack trace:|#\d|note: |stack backtrace|\S+:\d+:in |\.\.\. \d+)`)

// printed counts the lines that go on with what a runtime prints; the first may be the message itself.
func printed(lines []string) int {
	for i, line := range lines {
		if i > 0 && !frames.MatchString(line) {
			return i
		}
	}
	return len(lines)
}
