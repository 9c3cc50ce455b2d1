package engine

import (
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// gate refuses a query by counting, in one pass and without recursion, before
// anything parses it. It reads no more of the language than where strings and
// comments end; what it lets pass may still be no GraphQL.
func (e *Engine) gate(query string) *gqlerror.Error {
	if len(query) > e.opts.MaxBytes {
		return coded(CodeBytes, "the query has %d bytes, at most %d are taken", len(query), e.opts.MaxBytes)
	}
	if !utf8.ValidString(query) {
		return coded(CodeParse, "the query is not UTF-8")
	}
	s := scan{query: query}
	for s.next() {
		var err *gqlerror.Error
		switch {
		case s.depth > e.opts.MaxDepth:
			err = coded(CodeDepth, "the query is nested deeper than %d", e.opts.MaxDepth)
		case s.tokens > e.opts.MaxTokens:
			err = coded(CodeTokens, "the query has more than %d tokens", e.opts.MaxTokens)
		case s.run > e.opts.MaxDirectives:
			err = coded(CodeDirectives, "the query has more than %d directives at one place", e.opts.MaxDirectives)
		case s.bad != "":
			err = coded(CodeParse, "%s", s.bad)
		default:
			continue
		}
		return at(err, locate(query, s.start))
	}
	return nil
}

// scan walks over the tokens of a query.
type scan struct {
	query      string
	start, end int // of the token

	tokens int
	depth  int // of brackets of all kinds
	run    int // of directives at one place

	runDepth int    // the depth at which the run stands
	named    bool   // whether the token before was an @
	bad      string // what is wrong with a string that gqlparser would take
}

// next reads a token. It answers false at the end.
func (s *scan) next() bool {
	q := s.query
	for s.end < len(q) {
		switch c := q[s.end]; c {
		case ' ', ',', '\t', '\n', '\r':
			s.end++
			continue
		case '#':
			n := strings.IndexAny(q[s.end:], "\r\n")
			if n < 0 {
				s.end = len(q)
				return false
			}
			s.end += n
			continue
		}
		break
	}
	if s.start = s.end; s.start == len(q) {
		return false
	}
	s.tokens++
	directive := false
	switch c := q[s.start]; {
	case c == '"':
		s.end = s.afterString(s.start)
	case c == '{' || c == '[' || c == '(':
		s.end++
		s.depth++
		if c == '{' && s.depth <= s.runDepth+1 {
			s.run = 0
		}
	case c == '}' || c == ']' || c == ')':
		s.end++
		s.depth--
		if s.depth < s.runDepth {
			s.run = 0
		}
	case c == '@':
		s.end++
		if s.run == 0 || s.depth == s.runDepth {
			s.run++
			s.runDepth = s.depth
		}
		directive = true
	case c == '.' && strings.HasPrefix(q[s.start:], "..."):
		s.end += 3
	case word(c):
		for s.end < len(q) && word(q[s.end]) {
			s.end++
		}
		// A name that no @ stands before begins another place, unless it
		// stands within the arguments of the last directive.
		if !s.named && s.depth == s.runDepth {
			s.run = 0
		}
	default:
		s.end++
	}
	s.named = directive
	return true
}

func word(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// afterString returns where the string that begins at i ends.
func (s *scan) afterString(i int) int {
	q := s.query
	if strings.HasPrefix(q[i:], `"""`) {
		for j := i + 3; j < len(q); j++ {
			if strings.HasPrefix(q[j:], `\"""`) {
				j += 3
			} else if strings.HasPrefix(q[j:], `"""`) {
				if j+3 < len(q) && q[j+3] == '"' {
					s.bad = "a block string ends in more than three quotes"
				}
				return j + 3
			}
		}
		return len(q)
	}
	for j := i + 1; j < len(q); j++ {
		switch q[j] {
		case '\\':
			r, n := surrogate(q[j:])
			switch {
			case r == highHalf:
				if low, m := surrogate(q[j+n:]); low == lowHalf {
					n += m
				} else {
					s.bad = loneHalf
				}
			case r == lowHalf:
				s.bad = loneHalf
			}
			j += n - 1
		case '"':
			return j + 1
		case '\n', '\r':
			return j
		}
	}
	return len(q)
}

const loneHalf = "half of a surrogate pair stands alone"

type half int

const (
	noHalf half = iota
	highHalf
	lowHalf
)

// surrogate says which half of a pair the escape at the front of q is, and how
// many bytes it has.
func surrogate(q string) (half, int) {
	if len(q) < 6 || q[:2] != `\u` || q[2] == '{' {
		return noHalf, min(2, len(q))
	}
	var r rune
	for _, c := range []byte(q[2:6]) {
		d := strings.IndexByte(hex16, c|0x20)
		if d < 0 {
			return noHalf, 2
		}
		r = r<<4 | rune(d)
	}
	switch {
	case r >= 0xD800 && r < 0xDC00:
		return highHalf, 6
	case r >= 0xDC00 && r < 0xE000:
		return lowHalf, 6
	}
	return noHalf, 6
}
