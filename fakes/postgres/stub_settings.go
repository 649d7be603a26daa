package postgres

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/failwell/failwell/harness/decode"
)

const stubVersion = "15.0 (failwell stub)"

//go:embed settings.yaml
var settingsFile []byte

// A parameter is a setting of a server: its name as a server writes it, and its value at the start of a session.
type parameter struct{ name, value string }

// knownSettings are the settings of a server by their names in lower case, read once.
var knownSettings = sync.OnceValue(func() map[string]parameter {
	var file map[string]string
	if err := decode.YAML("fakes/postgres/settings.yaml", settingsFile, &file); err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	known := map[string]parameter{}
	for name, value := range file {
		known[strings.ToLower(name)] = parameter{name, value}
	}
	return known
})

// settings are the values at the start of a session, by names in lower case.
func settings() map[string]string {
	all := map[string]string{}
	for name, s := range knownSettings() {
		all[name] = s.value
	}
	return all
}

// reported are the settings that go to the client as ParameterStatus, at the start and at each change.
var reported = []string{"server_version", "server_encoding", "client_encoding", "DateStyle", "TimeZone", "integer_datetimes",
	"standard_conforming_strings", "IntervalStyle", "is_superuser", "in_hot_standby", "default_transaction_read_only", "application_name"}

// settingName is the name as a server writes it.
func settingName(name string) string {
	if s, ok := knownSettings()[strings.ToLower(name)]; ok {
		return s.name
	}
	return name
}

func unknownSetting(name string) *pgproto3.ErrorResponse {
	return failure("42704", `unrecognized configuration parameter "%s"`, name)
}

// shownSetting is the name in a SHOW.
func shownSetting(sql string) string {
	name := strings.Trim(strings.TrimSpace(trimStatement(sql)[len("show"):]), `"`)
	switch strings.ToLower(strings.Join(strings.Fields(name), " ")) {
	case "time zone":
		return "TimeZone"
	case "transaction isolation level":
		return "transaction_isolation"
	case "session authorization":
		return "session_authorization"
	}
	return settingName(name)
}

// show gives the value of a setting.
func (s *stubSession) show(name string) (string, *pgproto3.ErrorResponse) {
	value, ok := s.settings[strings.ToLower(name)]
	if !ok {
		return "", unknownSetting(name)
	}
	return value, nil
}

// change gives a setting a value; DEFAULT is its value at the start. A name with a dot is anybody's own.
func (s *stubSession) change(name, value string, byDefault bool) *pgproto3.ErrorResponse {
	key := strings.ToLower(name)
	known, ok := knownSettings()[key]
	switch {
	case !ok && !strings.Contains(name, "."):
		return unknownSetting(name)
	case byDefault:
		value = known.value
	case key == "datestyle" && !strings.Contains(value, ","):
		value += ", MDY"
	}
	s.settings[key] = value
	for _, name := range reported {
		if strings.EqualFold(name, key) {
			s.wire.Send(&pgproto3.ParameterStatus{Name: name, Value: value})
		}
	}
	return nil
}

var (
	setWords  = regexp.MustCompile(`(?is)^set\s+(?:(?:session|local)\s+)?(.*)$`)
	setIs     = regexp.MustCompile(`(?is)^("[^"]+"|[a-z_][a-z_0-9.]*)\s*(?:=|\sto\s)\s*(.+)$`)
	setLevel  = regexp.MustCompile(`(?is)isolation\s+level\s+(serializable|repeatable\s+read|read\s+committed|read\s+uncommitted)`)
	setOthers = regexp.MustCompile(`(?is)^(time\s+zone|names|role|authorization|constraints|transaction|characteristics)\s+(.+)$`)
)

// set carries out a SET.
func (s *stubSession) set(sql string) *pgproto3.ErrorResponse {
	m := setWords.FindStringSubmatch(trimStatement(sql))
	if m == nil {
		return failure("42601", "syntax error at end of input")
	}
	if is := setIs.FindStringSubmatch(m[1]); is != nil {
		return s.change(strings.Trim(is[1], `"`), settingValue(is[2]), strings.EqualFold(is[2], "default"))
	}
	other := setOthers.FindStringSubmatch(m[1])
	if other == nil {
		return failure("42601", `syntax error at or near "%s"`, m[1])
	}
	word, value := strings.ToLower(strings.Join(strings.Fields(other[1]), " ")), other[2]
	switch word {
	case "transaction", "characteristics":
		name := map[string]string{"transaction": "transaction_isolation", "characteristics": "default_transaction_isolation"}[word]
		if level := setLevel.FindStringSubmatch(value); level != nil {
			return s.change(name, strings.ToLower(strings.Join(strings.Fields(level[1]), " ")), false)
		}
		return nil
	case "constraints", "authorization":
		return nil
	}
	name := map[string]string{"time zone": "timezone", "names": "client_encoding", "role": "role"}[word]
	return s.change(name, settingValue(value), strings.EqualFold(value, "default"))
}

// settingValue is a value without its quotes.
func settingValue(written string) string {
	written = strings.TrimSpace(written)
	if strings.HasPrefix(written, "'") && strings.HasSuffix(written, "'") && len(written) > 1 {
		return strings.ReplaceAll(written[1:len(written)-1], "''", "'")
	}
	return strings.Trim(written, `"`)
}

// reset carries out a RESET.
func (s *stubSession) reset(sql string) *pgproto3.ErrorResponse {
	name := strings.Trim(strings.TrimSpace(trimStatement(sql)[len("reset"):]), `"`)
	switch strings.ToLower(name) {
	case "all":
		for key, known := range knownSettings() {
			if s.settings[key] != known.value && key != "application_name" {
				_ = s.change(known.name, known.value, false)
			}
		}
		return nil
	case "session authorization":
		return nil
	case "time zone":
		name = "timezone"
	}
	return s.change(name, "", true)
}
