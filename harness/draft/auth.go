package draft

import (
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// authenticate finds how requests say who asks: a login whose answer has a token, or a header field that nobody can know.
func (s spec) authenticate() {
	if s.doc.Components == nil {
		return
	}
	for _, name := range sortedNames(s.doc.Components.SecuritySchemes) {
		scheme := s.doc.Components.SecuritySchemes[name].Value
		if scheme == nil || !s.required(name) {
			continue
		}
		switch {
		case scheme.Type == "apiKey" && scheme.In == "header":
			s.header = append(s.header, field{text(scheme.Name), "an-api-key-of-the-tests", "a key that the system accepts"})
		case scheme.Type == "http" && strings.EqualFold(scheme.Scheme, "basic"):
			s.header = append(s.header, field{"Authorization", "Basic YW5uOnNlY3JldA==", "base64 of USER:PASSWORD that the system accepts"})
		case scheme.Type == "http" && strings.EqualFold(scheme.Scheme, "bearer"), scheme.Type == "oauth2", scheme.Type == "openIdConnect":
			if s.findLogin(); s.login != nil {
				s.header = append(s.header, field{"Authorization", "Bearer $login.token", ""})
			} else {
				s.header = append(s.header, field{"Authorization", "Bearer a-token-of-the-tests", "a token that the system accepts, or a login under `before`"})
			}
		}
		if len(s.header) > 0 {
			return
		}
	}
}

// required tells whether the document asks for a scheme anywhere.
func (s spec) required(name string) bool {
	asks := func(all openapi3.SecurityRequirements) bool {
		return slices.ContainsFunc(all, func(r openapi3.SecurityRequirement) bool { _, ok := r[name]; return ok })
	}
	if asks(s.doc.Security) {
		return true
	}
	for _, item := range s.doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.Security != nil && asks(*op.Security) {
				return true
			}
		}
	}
	return false
}

var logins = []string{"login", "signin", "sign-in", "token", "auth", "authenticate", "session", "sessions"}

// findLogin takes the POST that is called as a login is, and whose answer has a token. Without an example of its body nobody can know
// whom to log in.
func (s spec) findLogin() {
	for _, path := range s.doc.Paths.InMatchingOrder() {
		op := s.doc.Paths.Value(path).Post
		if op == nil || !slices.Contains(logins, strings.ToLower(lastPart(path))) || op.RequestBody == nil || op.RequestBody.Value == nil {
			continue
		}
		pointer := tokenIn(answer(op))
		if pointer == "" {
			continue
		}
		r := request{name: "login", method: http.MethodPost, path: s.base + path}
		content := op.RequestBody.Value.Content.Get("application/json")
		if example, ok := mediaExample(content); ok {
			r.body = value(example)
		} else {
			r.body, r.todo = "{username: ann, password: secret}", "a user that exists"
		}
		s.Draft.login, s.Draft.token = &r, pointer
		return
	}
}

// tokenIn is the JSON Pointer of the token in an answer.
func tokenIn(a *openapi3.Schema) string {
	if a == nil {
		return ""
	}
	for _, name := range []string{"access_token", "accessToken", "token", "id_token", "jwt"} {
		if a.Properties[name] != nil {
			return "/" + name
		}
	}
	return ""
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
