package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	keyMin     = 16   // bytes of a usable signing key
	keyFileMax = 4096 // bytes of a plausible key file
)

// key returns the signing key of JWT_KEY or of the file that JWT_KEY_FILE names.
func (l *loader) key(b bugs) []byte {
	setting, key, trouble := l.findKey()
	if trouble == "" {
		trouble = keyTrouble(key)
	}
	if trouble == "" {
		return key
	}
	if b.has("fail-open") || b.has("start-without-key") {
		return nil
	}
	l.reject(setting, "%s", trouble)
	return nil
}

func (l *loader) findKey() (setting string, key []byte, trouble string) {
	value, direct := l.env("JWT_KEY")
	path, file := l.env("JWT_KEY_FILE")
	switch {
	case direct && file:
		return "JWT_KEY", nil, "and JWT_KEY_FILE are both set, give one"
	case direct:
		return "JWT_KEY", []byte(value), ""
	case !file:
		return "JWT_KEY", nil, "is missing, and JWT_KEY_FILE too"
	case strings.TrimSpace(path) == "":
		return "JWT_KEY_FILE", nil, "is empty"
	}
	key, trouble = readKey(path)
	return "JWT_KEY_FILE", key, trouble
}

// readKey reads a key file, without the newline that editors leave at its end.
// It looks at the mode too: root could read a file that nobody may read.
func readKey(path string) (key []byte, trouble string) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, "names a file that does not exist"
	case err != nil:
		return nil, "names a file that cannot be reached"
	case !info.Mode().IsRegular():
		return nil, "does not name a regular file"
	case info.Mode().Perm()&0o444 == 0:
		return nil, "names a file that nobody may read"
	case info.Mode().Perm()&0o022 != 0:
		return nil, "names a file that others may write"
	case info.Size() > keyFileMax:
		return nil, "names a file that is too big for a key"
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, "names a file that cannot be read"
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(content, []byte("\n")), []byte("\r")), ""
}

// keyTrouble says what is wrong with a key, and nothing about its content.
func keyTrouble(key []byte) string {
	text := string(key)
	switch {
	case strings.TrimSpace(text) == "":
		return "is empty"
	case len(key) < keyMin:
		return "is too short for a key, at least 16 bytes are needed"
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return "is not text in one line"
	case strings.TrimSpace(text) != text:
		return "has blanks around the key"
	}
	return ""
}
