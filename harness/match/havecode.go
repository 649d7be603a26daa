package match

import (
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// HaveErrorCode asks that every error of a GraphQL answer has one of these codes in its extensions.
func HaveErrorCode(oneOf ...string) *Matcher {
	return one("have the error code "+strings.Join(oneOf, " or "), "graphql-code", check.GraphQLCode{OneOf: oneOf})
}
