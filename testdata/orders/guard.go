package main

import (
	"fmt"
	"net/http"
	"path"
	"strings"
)

// tooLarge refuses what is too long before anything is done with it.
func tooLarge(r *http.Request) error {
	if len(r.RequestURI) > targetLimit {
		return &failure{Status: 414, Code: "target_too_long", Detail: "The address is too long."}
	}
	size := 0
	for name, values := range r.Header {
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	if size > headerLimit {
		return &failure{Status: 431, Code: "fields_too_large", Detail: "The header fields are too large."}
	}
	return nil
}

// unknown answers what no route takes: 501, 405 with Allow, or 404.
func (s *server) unknown(r *http.Request) (reply, error) {
	known := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"}
	token, allow := false, []string{}
	for _, m := range known {
		token = token || m == r.Method
		probe := r.Clone(r.Context())
		probe.Method = m
		if _, pattern := s.mux.Handler(probe); strings.Contains(pattern, " ") && strings.HasPrefix(r.URL.Path, "/") && path.Clean(r.URL.Path) == r.URL.Path && m != "CONNECT" {
			allow = append(allow, m)
		}
	}
	switch {
	case !token:
		return reply{}, &failure{Status: 501, Code: "method_unknown", Detail: "This method is not supported anywhere here."}
	case len(allow) > 0:
		if s.bug("wrong-method-500") {
			return reply{}, fmt.Errorf("no handler for %s", r.Method)
		}
		return reply{}, &failure{Status: 405, Code: "method_not_allowed", Detail: "This resource does not support the method.",
			Header: http.Header{"Allow": {strings.Join(allow, ", ")}}}
	}
	return reply{}, notFound()
}

func notFound() *failure {
	return &failure{Status: 404, Code: "not_found", Detail: "There is nothing at this address."}
}
