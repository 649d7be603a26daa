package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func goodSettings() map[string]string {
	return map[string]string{"PORT": "8080", "DATABASE_URL": "postgres://app:hunter22@127.0.0.1:5432/shop",
		"PAYMENTS_URL": "http://127.0.0.1:8081", "JWT_KEY": testKey}
}

func lookupIn(settings map[string]string) lookup {
	return func(key string) (string, bool) { v, ok := settings[key]; return v, ok }
}

func TestGoodSettings(t *testing.T) {
	if _, err := load(lookupIn(goodSettings())); err != nil {
		t.Fatal(err)
	}
}

// Every wrong setting ends the program at once, with one line that names the key and no value.
func TestWrongSettings(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(content), 0o600))
		must(t, os.Chmod(path, mode))
		return path
	}
	const gone = "\x00"
	for name, c := range map[string]struct{ key, value string }{
		"port missing": {"PORT", gone}, "port empty": {"PORT", ""}, "port word": {"PORT", "canary-http"}, "port zero": {"PORT", "0"}, "port big": {"PORT", "65536"},
		"database missing": {"DATABASE_URL", gone}, "database blank": {"DATABASE_URL", "  "}, "database scheme": {"DATABASE_URL", "mysql://canary@h/d"},
		"database host": {"DATABASE_URL", "postgres:///canary"}, "database name": {"DATABASE_URL", "postgres://canary@h"}, "database text": {"DATABASE_URL", "canary%zz://"},
		"database mode": {"DATABASE_URL", "postgres://h/d?sslmode=canary"}, "database port": {"DATABASE_URL", "postgres://h:99999/canary"},
		"payments missing": {"PAYMENTS_URL", gone}, "payments empty": {"PAYMENTS_URL", ""}, "payments scheme": {"PAYMENTS_URL", "ftp://canary"},
		"payments host": {"PAYMENTS_URL", "http://"}, "payments text": {"PAYMENTS_URL", "canary"},
		"key missing": {"JWT_KEY", gone}, "key empty": {"JWT_KEY", ""}, "key blank": {"JWT_KEY", strings.Repeat(" ", 20)}, "key short": {"JWT_KEY", "canary"},
		"key lines": {"JWT_KEY", "canary-canary\ncanary-canary"}, "key binary": {"JWT_KEY", strings.Repeat("canary\xff", 4)},
		"file missing": {"JWT_KEY_FILE", filepath.Join(dir, "canary")}, "file directory": {"JWT_KEY_FILE", dir}, "file name empty": {"JWT_KEY_FILE", ""},
		"file empty": {"JWT_KEY_FILE", file("empty", "", 0o600)}, "file unreadable": {"JWT_KEY_FILE", file("unreadable", testKey, 0)},
		"file writable": {"JWT_KEY_FILE", file("writable", testKey, 0o666)}, "file big": {"JWT_KEY_FILE", file("big", strings.Repeat("canary", 1000), 0o600)},
		"deadline empty": {"DEADLINE", ""}, "deadline number": {"DEADLINE", "5"}, "deadline zero": {"DEADLINE", "0s"}, "deadline negative": {"DEADLINE", "-1s"},
		"pool zero": {"POOL_SIZE", "0"}, "pool big": {"POOL_SIZE", "101"}, "pool word": {"POOL_SIZE", "canary"},
		"bug unknown": {"ORDERS_BUGS", "html-errr"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := goodSettings()
			if c.key == "JWT_KEY_FILE" {
				delete(settings, "JWT_KEY")
			}
			settings[c.key] = c.value
			if c.value == gone {
				delete(settings, c.key)
			}
			var out bytes.Buffer
			started := time.Now()
			if code := run(t.Context(), nil, lookupIn(settings), &out); code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
			if took := time.Since(started); took > 100*time.Millisecond {
				t.Errorf("took %v", took)
			}
			var line struct{ Level, Key, Cause string }
			if err := json.Unmarshal(out.Bytes(), &line); err != nil || line.Level != "ERROR" || line.Key != c.key {
				t.Errorf("not one line that names %s: %s", c.key, out.String())
			}
			if strings.Contains(out.String(), "canary") || strings.Contains(out.String(), "hunter22") || strings.Contains(out.String(), testKey) {
				t.Errorf("a value is in the log: %s", out.String())
			}
		})
	}
}

func TestAllWrongSettingsAtOnce(t *testing.T) {
	var out bytes.Buffer
	run(t.Context(), nil, lookupIn(nil), &out)
	for _, key := range []string{"PORT", "DATABASE_URL", "PAYMENTS_URL", "JWT_KEY"} {
		if !strings.Contains(out.String(), key) {
			t.Errorf("%s is not named in %s", key, out.String())
		}
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	must(t, os.WriteFile(path, []byte(testKey+"\n"), 0o600))
	settings := maps.Clone(goodSettings())
	delete(settings, "JWT_KEY")
	settings["JWT_KEY_FILE"] = path
	cfg, err := load(lookupIn(settings))
	must(t, err)
	if string(cfg.key) != testKey {
		t.Errorf("the key is %q", cfg.key)
	}
}
