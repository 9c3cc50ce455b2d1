package postings

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph/text"
)

// Parsed is what a person typed, as terms.
type Parsed struct {
	All     []string
	Any     [][]string
	Prefix  []Prefix
	Not     []string
	Phrases []Phrase
}

// Phrase is a sequence of terms that must come one behind the other, or must not.
type Phrase struct {
	Terms   []string
	Exclude bool
}

// maxQueryTerms bounds the work of one search.
const maxQueryTerms = 32

// ErrTooManyTerms is returned for a query of too many words.
var ErrTooManyTerms = errors.New("a search takes at most 32 words")

// ParseQuery reads a search as people type it, in any script: words, all of
// which must be there; "phrases" in any kind of double quotes; -excluded words
// and -"excluded phrases"; and prefix*. A compound such as anti-Iran is found
// joined or in parts. A query without a word to look for is [ErrNoTerms].
//
// The index has no positions: it finds the texts that have all words of a
// phrase, and the owner, who has the texts, asks [Parsed.Accepts].
func ParseQuery(s string) (Parsed, error) {
	var p Parsed
	for rest := s; ; {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if rest == "" {
			break
		}
		exclude := false
		if after, ok := strings.CutPrefix(rest, "-"); ok {
			rest, exclude = after, true
		}
		if r, n := utf8.DecodeRuneInString(rest); quote(r) {
			end := strings.IndexFunc(rest[n:], quote)
			phrase := rest[n:]
			if rest = ""; end >= 0 {
				_, m := utf8.DecodeRuneInString(phrase[end:])
				phrase, rest = phrase[:end], phrase[end+m:]
			}
			p.phrase(phrase, exclude)
			continue
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || quote(r) && r != '"' })
		if i := strings.IndexByte(rest, '"'); i >= 0 && (end < 0 || i < end) && !inWord(rest, i) {
			end = i
		}
		word := rest
		if rest = ""; end >= 0 {
			word, rest = word[:end], word[end:]
		}
		p.word(word, exclude)
	}
	n := len(p.All) + len(p.Any) + len(p.Prefix)
	switch {
	case n == 0:
		return Parsed{}, fmt.Errorf("search %q: %w", s, ErrNoTerms)
	case n+len(p.Not)+len(p.Phrases) > maxQueryTerms:
		return Parsed{}, ErrTooManyTerms
	}
	return p, nil
}

// quote tells whether r opens or closes a phrase, in one of the world's ways.
func quote(r rune) bool {
	switch r {
	case '"', '“', '”', '„', '‟', '«', '»', '＂', '「', '」', '『', '』', '〝', '〞':
		return true
	}
	return false
}

// inWord tells whether the quote at i is inside a word, as in Hebrew ארה"ב.
func inWord(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i+1:])
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.Is(unicode.Hebrew, r) && unicode.Is(unicode.Hebrew, before)
}

func (p *Parsed) word(s string, exclude bool) {
	if base, ok := strings.CutSuffix(s, "*"); ok && !exclude {
		words := text.Words(base)
		if n := len(words); n > 0 {
			p.need(strings.Join(words[:n-1], " "))
			if last := words[n-1]; len(sequence(last)) == 1 {
				start, also := text.Prefix(last)
				p.Prefix = append(p.Prefix, Prefix{start, also})
			} else {
				p.need(last)
			}
		}
		return
	}
	if !exclude {
		p.need(s)
		return
	}
	switch seq := sequence(s); len(seq) {
	case 0:
	case 1:
		p.Not = append(p.Not, seq[0])
	default:
		p.Phrases = append(p.Phrases, Phrase{seq, true})
	}
}

func (p *Parsed) phrase(s string, exclude bool) {
	seq := sequence(s)
	if len(seq) < 2 {
		p.word(s, exclude)
		return
	}
	if !exclude {
		p.need(s)
	}
	p.Phrases = append(p.Phrases, Phrase{seq, exclude})
}

// need adds the terms of s to those that must be there.
func (p *Parsed) need(s string) {
	whole := ""
	for t := range text.Tokens(s) {
		switch t.Form {
		case text.Word:
			whole = ""
			if r, n := utf8.DecodeRuneInString(t.Term); n == len(t.Term) && text.Spaceless(r) {
				// A single character is a term only where it stands alone.
				// Elsewhere it begins a pair, unless it ends its sentence.
				p.Prefix = append(p.Prefix, Prefix{Start: t.Term})
			} else if !slices.Contains(p.All, t.Term) {
				p.All = append(p.All, t.Term)
			}
		case text.Whole:
			whole = t.Term
		case text.Part:
			if whole != "" {
				p.Any = append(p.Any, []string{t.Term, whole})
			}
		}
	}
}

// sequence returns the terms that stand one behind the other in s.
func sequence(s string) (terms []string) {
	parts := false
	for t := range text.Tokens(s) {
		switch {
		case t.Form == text.Whole:
			parts = true
			continue
		case t.Form == text.Word:
			parts = false
		case !parts:
			continue
		}
		terms = append(terms, t.Term)
	}
	return terms
}

// Match tells whether a text has the phrase.
func (f Phrase) Match(s string) bool { return f.in(sequence(s)) }

func (f Phrase) in(seq []string) bool {
	for i := 0; i+len(f.Terms) <= len(seq); i++ {
		if slices.Equal(seq[i:i+len(f.Terms)], f.Terms) {
			return true
		}
	}
	return false
}

// Accepts tells whether any of a document's texts has each of the phrases, and
// none has an excluded one.
func (p Parsed) Accepts(texts ...string) bool {
	if len(p.Phrases) == 0 {
		return true
	}
	seqs := make([][]string, len(texts))
	for i, s := range texts {
		seqs[i] = sequence(s)
	}
	for _, f := range p.Phrases {
		if slices.ContainsFunc(seqs, f.in) == f.Exclude {
			return false
		}
	}
	return true
}

// Query returns the query for what was typed, to be completed by the caller.
func (p Parsed) Query() Query {
	return Query{All: p.All, Any: p.Any, Prefix: p.Prefix, Not: p.Not}
}

// Highlights tells whether the term is one that was looked for: what
// [text.Snippet] wants to know.
func (p Parsed) Highlights(term string) bool {
	if slices.Contains(p.All, term) {
		return true
	}
	for _, g := range p.Any {
		if slices.Contains(g, term) {
			return true
		}
	}
	for _, f := range p.Prefix {
		if strings.HasPrefix(term, f.Start) || slices.Contains(f.Also, term) {
			return true
		}
	}
	return false
}
