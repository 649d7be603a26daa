package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	gqlerrors "github.com/graph-gophers/graphql-go/errors"
)

const (
	typeGraphQL = "application/graphql-response+json"
	typeJSON    = "application/json"
)

// chosen is the media type of the answer; "": the caller takes neither.
func chosen(accept string) string {
	if strings.Contains(accept, typeGraphQL) {
		return typeGraphQL
	}
	if accept == "" || strings.Contains(accept, typeJSON) || strings.Contains(accept, "*/*") || strings.Contains(accept, "application/*") {
		return typeJSON
	}
	return ""
}

func write(w http.ResponseWriter, status int, media string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"errors":[{"message":"`+publicText[codeOurs]+`"}]}`)
	}
	h := w.Header()
	h.Set("Content-Type", media+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// refuse answers a request that is not carried out.
func refuse(w http.ResponseWriter, media string, status int, text string) {
	write(w, status, media, map[string]any{"errors": []any{map[string]any{"message": text, "extensions": map[string]any{"code": "BAD_REQUEST"}}}})
}

type key struct{ name string }

var idKey, loadsKey = key{"id"}, key{"loads"}

var traceparent = regexp.MustCompile(`^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)

// traced gives each request an id, that of its trace if it has one, and says it in the answer.
func traced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		id := newID(16)
		if m := traceparent.FindStringSubmatch(q.Header.Get("Traceparent")); m != nil {
			id = m[1]
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, q.WithContext(context.WithValue(q.Context(), idKey, id)))
	})
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(idKey).(string)
	return id
}

// of gives what the request of ctx has loaded.
func of(ctx context.Context) *loads { return ctx.Value(loadsKey).(*loads) }

// newID is a random id of n bytes.
func newID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// LogPanic logs a panic of a resolver.
func (q quiet) LogPanic(ctx context.Context, value any) {
	q.log.Error("panic", "request_id", requestID(ctx), "cause", value)
}

// MakePanicError says a panic to callers.
func (q quiet) MakePanicError(context.Context, any) *gqlerrors.QueryError { return q.text() }
