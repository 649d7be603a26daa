package redact_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
)

// A given password is looked for everywhere, unless it is a word that occurs by chance.
func TestWhichGivenPasswordsAreCommon(t *testing.T) {
	for _, c := range []struct {
		password, user, database, host string
		common                         bool
	}{
		{"hunter2real", "shop", "app", "db", false},
		{"correcthorsebattery", "shop", "app", "db", false},
		{"pass-w0rd", "shop", "app", "db", false},
		{"short1", "shop", "app", "db", true},
		{"postgres", "postgres", "app", "db", true},
		{"password", "shop", "app", "db", true},
		{"orders-db-1", "shop", "orders-db-1", "db", true},
		{"db.internal-7", "shop", "app", "db.internal-7", true},
		{"20260101", "shop", "app", "db", true},
	} {
		if got := redact.IsCommon(c.password, c.user, c.database, c.host); got != c.common {
			t.Errorf("%q beside %q, %q, %q: %v", c.password, c.user, c.database, c.host, got)
		}
	}
}

func TestACommonPasswordIsReplacedOnlyWhereItStands(t *testing.T) {
	r := redact.Hiding("1", redact.Given("password of db", "postgres", "postgres"))
	for text, hidden := range map[string]bool{
		"postgres://postgres:postgres@db:5432/app":            true,
		"jdbc:postgresql://db?password=postgres&user=x":       true,
		"PGPASSWORD=postgres psql":                            true,
		"host=db password='postgres'":                         true,
		`{"dsn":"postgres:\/\/postgres:postgres@db"}`:         true,
		"postgres%3A%2F%2Fpostgres%3Apostgres%40db":           true,
		"postgres is down: connect to postgres:5432":          false,
		"password=postgres2":                                  false,
		"user=postgres database=postgres":                     false,
		base64.StdEncoding.EncodeToString([]byte("postgres")): false,
	} {
		got := r.Text(text)
		if (got != text) != hidden || hidden && !strings.Contains(got, "redacted-") {
			t.Errorf("%q gives %q", text, got)
		}
	}
	if len(r.Canaries()) != 0 || len(r.Common()) != 1 {
		t.Errorf("canaries %v, common %v", r.Canaries(), r.Common())
	}
	if got := r.Text("postgres://postgres:postgres@db"); strings.Count(got, "postgres") != 2 {
		t.Errorf("more than the password went: %q", got)
	}
}

func TestWhatCalmSaysIsCommonFromThenOn(t *testing.T) {
	all := []redact.Secret{redact.Given("password of db", "sunflower-77"), {Name: "api-key", Value: "sunflower-key-1"}}
	r := redact.Hiding("1", all...)
	if r.Seen("nothing of it") != r {
		t.Error("another redactor, though nothing was seen")
	}
	after := r.Seen(`{"name":"sunflower-77","also":"sunflower-key-1"}`)
	if got := after.Text("a sunflower-77 of sunflower-key-1, x://u:sunflower-77@h"); !strings.HasPrefix(got, "a sunflower-77 of ") ||
		strings.Contains(got, "sunflower-key-1") || strings.Contains(got, "u:sunflower") {
		t.Errorf("%q", got)
	}
	if len(r.Canaries()) != 2 || len(after.Canaries()) != 1 {
		t.Errorf("canaries: %v, then %v", r.Canaries(), after.Canaries())
	}
}

// The redactor never changes: what it learns is known to the next one.
func TestARedactorLearns(t *testing.T) {
	r := redact.Hiding("1", redact.Secret{Name: "api-key", Value: "plainsecretPASSword99"}, redact.Secret{Name: "db password", Value: "abcdefghijkl", Where: "db password"})
	next := r.And(redact.Secret{Name: "token", Value: "first-t0ken-111", Sort: redact.Borrowed}, redact.Secret{Name: "token", Value: "second-t0ken-22", Sort: redact.Borrowed})
	if next == r || next.And(redact.Secret{Name: "else", Value: "first-t0ken-111"}) != next || next.And(redact.Secret{Name: "short", Value: "abc"}) != next {
		t.Error("a new redactor is made when there is something new, and only then")
	}
	a, b := next.Text("first-t0ken-111"), next.Text("second-t0ken-22")
	if a != b || !strings.HasPrefix(a, "redacted-") || r.Text("first-t0ken-111") != "first-t0ken-111" {
		t.Errorf("%q, %q", a, b)
	}
	want := []leak.Canary{{Token: leak.Mint("1", "secret", "api-key"), Kind: leak.KindSecret, Where: "the secret api-key"},
		{Token: leak.Mint("1", "secret", "db password"), Kind: leak.KindSecret, Where: "db password"}}
	for _, c := range want {
		if got := next.Canaries(); len(got) != 2 || got[0] != c && got[1] != c {
			t.Errorf("%v lacks %v", got, c)
		}
	}
	joined := redact.Join(nil, r, nil, next, redact.New("1", map[string]string{"other": "another-secret-1"}))
	if got := joined.Text("plainsecretPASSword99 first-t0ken-111 another-secret-1"); strings.ContainsAny(got, "19") && strings.Contains(got, "t0ken") || strings.Contains(got, "another") {
		t.Errorf("%q", got)
	}
	var none *redact.Redactor
	if redact.Join() != nil || none.Seen("x") != nil || none.And(redact.Secret{Name: "a", Value: "a-secret-of-one"}).Text("a-secret-of-one") == "a-secret-of-one" {
		t.Error("no redactor")
	}
}

func TestALabThatLogsInAgainAndAgain(t *testing.T) {
	r := redact.New("1", map[string]string{"api-key": "plainsecretPASSword99"})
	var group sync.WaitGroup
	for i := range 600 {
		r = r.And(redact.Secret{Name: "token", Value: fmt.Sprintf("token-number-%d", i+1000), Sort: redact.Borrowed})
		one := r
		group.Go(func() { one.Text("token-number-1001") })
	}
	group.Wait()
	if r.Text("token-number-1599 plainsecretPASSword99") == "token-number-1599 plainsecretPASSword99" || r.Text("token-number-1599") == "token-number-1599" {
		t.Error("the last token, or what was declared, is forgotten")
	}
	if r.Text("token-number-1000") != "token-number-1000" {
		t.Error("the oldest token is kept for ever")
	}
}

func names(all []redact.Secret) string {
	var text []string
	for _, s := range all {
		text = append(text, s.Name+"="+s.Value)
	}
	return strings.Join(text, "; ")
}

func TestTokensOfRequestsAndAnswers(t *testing.T) {
	sent := exchange.Header{
		{Name: "Authorization", Value: "Bearer abc.DEF-123456"}, {Name: "Proxy-Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte("ann:s3cret-of-ann"))},
		{Name: "Cookie", Value: `theme=dark; sid="5id-112233445566"; n=1`}, {Name: "X_Api_Key", Value: "k3y-k3y-k3y"}, {Name: "X-CSRF-Token", Value: "csrf-99-aa-77"},
		{Name: "X-Auth-Token", Value: "invalid-token"}, {Name: "X-Session", Value: "12345678"}, {Name: "Accept", Value: "application/x-1.2.3.4"}, {Name: "If-Match", Value: `"etag-1234567890"`},
	}
	want := "authorization=abc.DEF-123456; proxy-authorization=YW5uOnMzY3JldC1vZi1hbm4=; password in proxy-authorization=s3cret-of-ann; cookie sid=5id-112233445566; x_api_key=k3y-k3y-k3y; x-csrf-token=csrf-99-aa-77"
	if got := names(redact.Sent(sent)); got != want {
		t.Errorf("sent:\n%s\nwant\n%s", got, want)
	}
	handed := exchange.Header{{Name: "Set-Cookie", Value: "sid=abc-123-abc; Path=/"}, {Name: "Set-Cookie", Value: "theme=dark-mode-2024; Path=/"}, {Name: "Set-Cookie", Value: "flash=the%20order%20was%20not%20stored%21; HttpOnly"}, {Name: "Set-Cookie", Value: "PHPSESSID=deleted; Path=/; HttpOnly"},
		{Name: "Set-Cookie", Value: "x=0123456789abcdef0123; Path=/"}, {Name: "Set-Cookie", Value: "y=abc-45-def; HttpOnly"}, {Name: "X-Auth-Token", Value: "tok-1-tok-2"}, {Name: "Date", Value: "Mon, 1 Jan"}}
	want = "cookie sid=abc-123-abc; cookie x=0123456789abcdef0123; cookie y=abc-45-def; x-auth-token=tok-1-tok-2"
	if got := names(redact.Handed(handed)); got != want {
		t.Errorf("handed:\n%s\nwant\n%s", got, want)
	}
	if got := names(redact.Sent(exchange.Header{{Name: "Cookie", Value: "a=" + strings.Repeat("a1", 20000)}})); got != "" {
		t.Errorf("no server takes a token of 40000 bytes: %.40s", got)
	}
}

// What is captured is a secret only when a name says so: ids are needed in paths, and are shown.
func TestWhichCapturesAreSecret(t *testing.T) {
	for _, c := range []struct {
		name, from, value string
		secret            bool
	}{
		{"token", "/token", "a1b2c3d4", true},
		{"t", "/session/accessToken", "a1b2c3d4", true},
		{"csrf", "/x", "a1b2c3d4", true},
		{"sid", "Set-Cookie", "sid=abc-123-abc; Path=/", true},
		{"order", "/id", "a1b2c3d4-4711", false},
		{"etag", "ETag", `"a1b2c3d4"`, false},
		{"token", "/token", "active", false},
		{"key", "/key", "10000042", false},
		{"monkey", "/monkey", "a1b2c3d4", false},
	} {
		if got := redact.Captured(c.name, c.from, c.value); (len(got) > 0) != c.secret {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestSecretsOfSettingsAndAddresses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"DB", "postgres://shop:g1ven%2Fpass@db:5432/app?x=1", "DB=g1ven/pass"},
		{"DB", "two: redis://:r3d1s-pass@a, amqp://u:4mqp-pass@b/v", "DB=r3d1s-pass; DB=4mqp-pass"},
		{"DB", "host=db user=shop password='pa55 w0rd' dbname=app", "DB=pa55 w0rd"},
		{"DB", "Server=db;Uid=shop;Pwd=pa55w0rd!;", "DB=pa55w0rd!"},
		{"SMTP_PASSWORD", "literalpass12345", "SMTP_PASSWORD=literalpass12345"},
		{"apiKey", "k3y-1234", "apiKey=k3y-1234"},
		{"SIGNING_KEY", "k3y-1234", "SIGNING_KEY=k3y-1234"},
		{"CACHE_KEY", "v1-orders", ""},
		{"TOKEN_TTL", "3600seconds", ""},
		{"TOKEN_URL", "http://idp/token", ""},
		{"PORT", "8080", ""},
	} {
		if got := names(redact.Setting(c.name, c.text)); got != c.want {
			t.Errorf("%s=%s gives %q, want %q", c.name, c.text, got, c.want)
		}
	}
	if got := redact.InAddress("db", "postgres://postgres:postgres@db/app"); len(got) != 1 || got[0].Sort != redact.Common {
		t.Errorf("%+v", got)
	}
	if got := redact.Userinfo("read a://u:one1@h and b://:tw%2Fo@h, http://h:80/p@x"); got != "read a://u:redacted@h and b://:redacted@h, http://h:80/p@x" {
		t.Errorf("%q", got)
	}
}
