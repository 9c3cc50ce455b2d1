package text

import (
	"hash/maphash"
	"strings"
	"sync/atomic"

	"github.com/kljensen/snowball/english"
)

// Most words of a text are among a few thousand that were seen before. The
// cache is direct-mapped: an entry goes where its hash says and replaces what
// is there, so that it is bounded and needs no lock.
const cacheBits = 15

type folded struct{ word, fold, term string }

var (
	cache     [1 << cacheBits]atomic.Pointer[folded]
	cacheSeed = maphash.MakeSeed()
)

// foldCached returns the folded word, stemmed unless plain is set.
func foldCached(s string, plain bool) string {
	slot := &cache[maphash.String(cacheSeed, s)>>(64-cacheBits)]
	f := slot.Load()
	if f == nil || f.word != s {
		var stack [2 * maxTerm]byte
		b := appendFold(stack[:0], s)
		f = &folded{fold: string(b)}
		f.term = stem(f.fold)
		if len(s) <= maxTerm {
			f.word = strings.Clone(s) // the cache must not keep a text alive
			slot.Store(f)
		}
	}
	if plain {
		return f.fold
	}
	return f.term
}

// stemmed returns a term that is folded already, stemmed unless plain is set.
func stemmed(b []byte, plain bool) string {
	if plain {
		return string(b)
	}
	return stem(string(b))
}

// stem returns the English stem of a folded term made of a–z.
func stem(term string) string {
	if len(term) < 3 {
		return term
	}
	for i := 0; i < len(term); i++ {
		if term[i] < 'a' || term[i] > 'z' {
			return term
		}
	}
	if s := english.Stem(term, true); s != "" {
		return s
	}
	return term
}

// endings are what a reader may have left off when looking for a word by its
// beginning, as far as they change the stem.
var endings = []string{
	"", "e", "t", "s", "y", "es", "ed", "er", "al", "ly", "ing", "ion", "ions", "ent", "ence", "ive", "ate", "able",
	"ity", "ies", "ment", "ness", "ation", "n", "on", "nt", "ial", "ities", "ization", "ous", "ism", "ist",
}

// Prefix returns what finds the words that begin with s: the terms that begin
// with prefix and the terms of also. Stems are shorter than their words: a
// search for "presiden*" must find "presid", the stem of president.
func Prefix(s string) (prefix string, also []string) {
	w := Words(s)
	if len(w) == 0 {
		return "", nil
	}
	prefix = w[len(w)-1]
	if len(prefix) < 4 || stem(prefix+"s") == prefix+"s" && stem(prefix+"ing") == prefix+"ing" {
		return prefix, nil
	}
	seen := map[string]bool{}
	for _, e := range endings {
		term := stem(prefix + e)
		if len(term) >= 3 && !strings.HasPrefix(term, prefix) && !seen[term] {
			seen[term] = true
			also = append(also, term)
		}
	}
	return prefix, also
}
