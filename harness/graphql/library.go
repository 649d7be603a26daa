package graphql

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// IsLibrary tells whether a document has fragments and no operation: it is not sent by itself, others use it.
func IsLibrary(document []byte) bool {
	doc, err := parser.ParseQuery(&ast.Source{Input: string(document)})
	return err == nil && len(doc.Operations) == 0 && len(doc.Fragments) > 0
}

// WithFragments is a document behind which the fragments stand that it uses, also through others, and does not have itself, as far as
// libraries have them.
func WithFragments(document []byte, libraries [][]byte) []byte {
	doc, err := parser.ParseQuery(&ast.Source{Input: string(document)})
	if err != nil || len(libraries) == 0 {
		return document // which is told by who parses it
	}
	whole := ast.QueryDocument{Fragments: doc.Fragments}
	for _, l := range libraries {
		if library, err := parser.ParseQuery(&ast.Source{Input: string(l)}); err == nil {
			whole.Fragments = append(whole.Fragments, library.Fragments...)
		}
	}
	used := uses{fragments: map[string]bool{}, variables: map[string]bool{}, doc: &whole}
	for _, op := range doc.Operations {
		used.selection(op.SelectionSet)
	}
	var missing ast.QueryDocument
	for _, f := range whole.Fragments[len(doc.Fragments):] {
		if used.fragments[f.Name] && doc.Fragments.ForName(f.Name) == nil && missing.Fragments.ForName(f.Name) == nil {
			missing.Fragments = append(missing.Fragments, f)
		}
	}
	if len(missing.Fragments) == 0 {
		return document
	}
	var text strings.Builder
	text.Write(document)
	text.WriteString("\n")
	formatter.NewFormatter(&text).FormatQueryDocument(&missing)
	return []byte(text.String())
}
