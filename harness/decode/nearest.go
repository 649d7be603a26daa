package decode

import (
	"fmt"
	"slices"
	"strings"
)

// Nearest returns the known word that the given one was probably meant to be, or "" if none is near. Near is a
// Damerau-Levenshtein distance of at most a third of the word (but always one), letter case aside; failing that, one of
// the two is the beginning of the other, of three letters or more; the longest such beginning counts. Of equally near words
// the alphabetically first is taken.
func Nearest(word string, known []string) string {
	lower := strings.ToLower(word)
	sorted := slices.Sorted(slices.Values(known))
	best, least := "", max(1, len([]rune(word))/3)+1
	for _, k := range sorted {
		if d := distance(lower, strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	if best != "" {
		return best
	}
	shared := 2
	for _, k := range sorted {
		l := strings.ToLower(k)
		if n := min(len(l), len(lower)); n > shared && l[:n] == lower[:n] {
			best, shared = k, n
		}
	}
	return best
}

// DidYouMean returns the end of a message about an unknown word: `; did you mean "x"?`, or all the known words when none is
// near and they are at most sixteen, or nothing.
func DidYouMean(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	if len(known) == 0 || len(known) > 16 {
		return ""
	}
	return "; known: " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// distance counts the letters to insert, drop, replace or swap with their neighbour to make one word of the other
// (optimal string alignment: no letter is touched twice).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	d := make([][]int, len(s)+1)
	for i := range d {
		d[i] = make([]int, len(t)+1)
		d[i][0] = i
	}
	for j := range t {
		d[0][j+1] = j + 1
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			differ := 1
			if s[i-1] == t[j-1] {
				differ = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+differ)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(s)][len(t)]
}
