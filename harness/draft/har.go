package draft

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// archive is what a draft takes of a HAR 1.2 file.
type archive struct {
	Log struct {
		Entries []struct {
			Request struct {
				Method, URL string
				PostData    struct{ MimeType, Text string }
			}
			Response struct {
				Status  int
				Content struct{ MimeType string }
			}
		}
	}
}

// har takes the requests that succeeded and whose answer is data. No header field is taken, and no value that is called a secret.
func (d *Draft) har(path string, src []byte) error {
	var a archive
	if err := json.Unmarshal(src, &a); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	host := ""
	for _, e := range a.Log.Entries {
		u, err := url.Parse(e.Request.URL)
		if err != nil || e.Response.Status < 200 || e.Response.Status > 299 || !data(e.Response.Content.MimeType, e.Response.Status) {
			continue
		}
		if host == "" {
			host = u.Host
		}
		if u.Host != host || e.Request.Method == "OPTIONS" || d.health(u.Path) {
			continue
		}
		r := request{name: strings.ToLower(e.Request.Method) + " " + u.Path, method: e.Request.Method, path: escaped(u.EscapedPath()), status: itoa(e.Response.Status)}
		for name := range u.Query() {
			v := u.Query().Get(name)
			if secretive(name) {
				v, r.todo = "made-up", "a value for "+name+", which may be a secret"
			}
			r.query = append(r.query, field{name: text(name), value: literal(v)})
		}
		slices.SortFunc(r.query, func(a, b field) int { return strings.Compare(a.name, b.name) })
		if e.Request.PostData.Text != "" {
			r.takeBody(e.Request.PostData.Text)
		}
		d.ask(r)
	}
	if len(d.requests) == 0 {
		return fmt.Errorf("%s: no request in it succeeded with an answer of data (JSON, XML or text)", path)
	}
	if u := (&url.URL{Scheme: "http", Host: host}); d.system.url == "" {
		if d.system.own = true; local(u) {
			d.system.url = u.String()
		}
	}
	return nil
}

// data tells whether a type is that of an API's answer, not of a page's parts.
func data(mime string, status int) bool {
	return status == 204 || strings.Contains(mime, "json") || strings.Contains(mime, "xml") && !strings.Contains(mime, "svg") || strings.HasPrefix(mime, "text/plain")
}

func secretive(name string) bool {
	name = strings.ToUpper(strings.ReplaceAll(word(name), "-", "_"))
	return secretName.MatchString(name) || strings.Contains(name, "AUTH")
}

// takeBody takes a body that was sent, without the values that are called secrets.
func (r *request) takeBody(body string) {
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		r.raw = quoted(escaped(body))
		return
	}
	if masked(v) {
		r.todo = "values for what is made up in it, which may be secrets"
	}
	r.body = value(v)
}

// masked takes out the values of members that are called secrets, and tells whether there were any.
func masked(v any) bool {
	found := false
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if _, is := x.(string); is && secretive(k) {
				v[k], found = "made-up", true
			} else {
				found = masked(x) || found
			}
		}
	case []any:
		for _, x := range v {
			found = masked(x) || found
		}
	}
	return found
}
