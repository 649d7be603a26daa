package main

import (
	"errors"
	"math"
	"strconv"
)

// givenID is an ID as it is given: a string, or a whole number.
type givenID string

// ImplementsGraphQLType names the scalar.
func (givenID) ImplementsGraphQLType(name string) bool { return name == "ID" }

// UnmarshalGraphQL takes numbers of literals and of variables.
func (id *givenID) UnmarshalGraphQL(input any) error {
	switch v := input.(type) {
	case string:
		*id = givenID(v)
		return nil
	case int32:
		*id = givenID(strconv.Itoa(int(v)))
		return nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			*id = givenID(strconv.FormatInt(int64(v), 10))
			return nil
		}
	}
	return errors.New("not an ID")
}
