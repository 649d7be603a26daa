package graphql

import "github.com/vektah/gqlparser/v2/ast"

// Introspection is the query that asks a service for its schema. It asks for nothing that services of older editions of the
// specification do not know.
func Introspection() string {
	return `query IntrospectionQuery {
  __schema {
    queryType { name }
    mutationType { name }
    subscriptionType { name }
    types { ...Definition }
    directives { name locations args { ...Input } }
  }
}
fragment Definition on __Type {
  kind
  name
  fields(includeDeprecated: true) { name isDeprecated args { ...Input } type { ...Reference } }
  inputFields { ...Input }
  interfaces { name }
  enumValues(includeDeprecated: true) { name isDeprecated }
  possibleTypes { name }
}
fragment Input on __InputValue { name type { ...Reference } defaultValue }
fragment Reference on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }
`
}

// described is a schema as introspection tells it (specification, 4.2).
type described struct {
	QueryType, MutationType, SubscriptionType *struct{ Name string }
	Types                                     []describedType
	Directives                                []struct {
		Name      string
		Locations []ast.DirectiveLocation
		Args      []describedInput
	}
}

type describedType struct {
	Kind        string
	Name        string
	Fields      []describedField
	InputFields []describedInput
	Interfaces  []struct{ Name string }
	EnumValues  []struct {
		Name         string
		IsDeprecated bool
	}
	PossibleTypes []struct{ Name string }
}

type describedField struct {
	Name         string
	IsDeprecated bool
	Args         []describedInput
	Type         *reference
}

type describedInput struct {
	Name         string
	Type         *reference
	DefaultValue *string
}

// reference is a type where it is used.
type reference struct {
	Kind   string
	Name   string
	OfType *reference
}
