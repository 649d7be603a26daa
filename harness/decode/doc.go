// Package decode is the strict reader of the YAML and JSON files that people write for failwell.
//
// A file becomes a tree of Nodes, each knowing its file, line and column, and a tree becomes Go values:
//
//	bytes --Parse--> *Node --Expand--> *Node --Into--> struct
//
// Nothing is skipped and nothing is guessed. An unknown field, a key given twice, a number where a duration is owed: each is
// a Problem with its position, its remedy and the nearest known word, and all problems of a file are reported at once.
package decode
