package text

import (
	"iter"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/words"
)

// Token is a place in a text and the term that stands for it.
type Token struct {
	Term       string
	Start, End int // half-open, in bytes; [Offsets] gives code points
	Form       Form
}

// Form tells how a token relates to its neighbours.
type Form uint8

const (
	// Word is a word by itself. A query for it needs its term.
	Word Form = iota
	// Whole is a compound, joined. The Parts that follow inside its place
	// stand for it too: a query for it needs the whole or all of them.
	Whole
	// Part is a part of the token that came last and was no Part. If that is
	// a Word, a query needs only the word.
	Part
)

// Tokens yields the tokens of s in the order of their places, a compound
// before its parts. It takes time linear in the length of s, whatever s holds.
func Tokens(s string) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		t := tokenizer{s: s, yield: yield}
		t.run()
	}
}

// maxPieces is how many parts a compound may have to be a term as a whole.
const maxPieces = 8

type span struct{ start, end int }

type tokenizer struct {
	s     string
	yield func(Token) bool
	plain bool // words rather than terms: no stems, no wholes, no pairs
	done  bool // the consumer left
	part  bool // what is emitted are parts of a chunk

	chunk   []span // pieces joined by joiners, such as "anti-Iran"
	joiners []rune // between them, and perhaps one behind the last
	runs    span   // of a spaceless script; none where start == end

	pieces [maxPieces]span
	buf    []byte
}

func (t *tokenizer) run() {
	seg := words.FromString(t.s)
	for seg.Next() && !t.done {
		t.segment(seg.Start(), seg.End())
	}
	t.flush()
}

// segment takes what UAX 29 regards as one word, space or sign.
func (t *tokenizer) segment(start, end int) {
	s := t.s[start:end]
	if c := s[0]; c < utf8.RuneSelf {
		switch {
		case len(s) == 1 && (c == '-' || c == '+' || c == '/' || c == '&'):
			t.joiner(rune(c), start)
			return
		case len(s) == 1 && !isAlnum(c):
			t.flush()
			return
		}
	} else if r, n := utf8.DecodeRuneInString(s); n == len(s) && hyphen(r) {
		t.joiner('-', start)
		return
	}
	// UAX 29 joins Hangul and Katakana to the letters beside them; they part here.
	for from := start; from < end; {
		to, class := t.class(from, end)
		switch class {
		case classRun:
			t.flushChunk()
			if t.runs.end != from {
				t.flush()
				t.runs.start = from
			}
			t.runs.end = to
		case classWord:
			t.flushRun()
			t.piece(span{from, to})
		case classEmoji:
			t.flush()
			t.emit(t.s[from:to], span{from, to}, Word)
		default:
			t.flush()
		}
		from = to
	}
}

const (
	classOther = iota
	classWord
	classRun
	classEmoji
)

// class returns the end of the longest part of s[from:end] that is of one class.
func (t *tokenizer) class(from, end int) (to, class int) {
	for i, r := range t.s[from:end] {
		c := classOther
		switch {
		case r < utf8.RuneSelf:
			if isAlnum(byte(r)) {
				c = classWord
			}
		case Spaceless(r):
			c = classRun
		case unicode.IsLetter(r), unicode.IsNumber(r):
			c = classWord
		case isEmoji(r):
			c = classEmoji
		}
		switch {
		case c == classOther || c == class: // marks and signs go with what is before
		case class == classOther:
			class = c
		case class == classRun || c == classRun:
			return from + i, class
		}
	}
	return end, class
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func hyphen(r rune) bool {
	switch r {
	case '-', '\u2010', '\u2011', '\u2013', '\u05be', '\ufe63', '\uff0d':
		return true
	}
	return false
}

// joiner meets a sign that may hold two pieces together.
func (t *tokenizer) joiner(r rune, at int) {
	n := len(t.chunk)
	if n == 0 || t.chunk[n-1].end != at || len(t.joiners) == n {
		t.flush()
		return
	}
	t.joiners = append(t.joiners, r)
}

func (t *tokenizer) piece(p span) {
	n := len(t.chunk)
	if n > 0 {
		last := t.chunk[n-1]
		if len(t.joiners) < n || !t.joins(last, t.joiners[n-1], p) {
			t.flushChunk()
		}
	}
	t.chunk = append(t.chunk, p)
}

// joins tells whether the sign between a and b makes a compound of them.
func (t *tokenizer) joins(a span, sign rune, b span) bool {
	switch sign {
	case '/': // 9/11, not and/or
		return t.number(a) && t.number(b)
	case '+', '&': // 5+1, AT&T
		return a.end-a.start <= 4 && b.end-b.start <= 4
	}
	return true
}

// number tells whether the piece begins with a digit.
func (t *tokenizer) number(p span) bool {
	r, _ := utf8.DecodeRuneInString(t.s[p.start:])
	return unicode.IsDigit(r)
}

func (t *tokenizer) flush() {
	t.flushChunk()
	t.flushRun()
}

func (t *tokenizer) flushChunk() {
	chunk, joiners := t.chunk, t.joiners
	t.chunk, t.joiners = chunk[:0], joiners[:0]
	switch n := len(chunk); {
	case n == 0:
		return
	case n == 1:
		t.word(chunk[0])
		return
	case n > maxPieces:
		for _, p := range chunk {
			t.word(p)
		}
		return
	}
	form, exact := Whole, true
	for _, p := range chunk {
		exact = exact && t.number(p)
	}
	for _, j := range joiners[:len(chunk)-1] {
		exact = exact || j == '+' || j == '&'
	}
	if exact {
		form = Word
	}
	t.buf = t.buf[:0]
	for i, p := range chunk {
		if i > 0 && exact {
			t.buf = append(t.buf, byte(joiners[i-1]))
		}
		t.buf = appendFold(t.buf, t.s[p.start:p.end])
	}
	whole := span{chunk[0].start, chunk[len(chunk)-1].end}
	if len(t.buf) > maxTerm {
		t.buf = t.buf[:runeStart(string(t.buf), maxTerm)]
	}
	t.send(stemmed(t.buf, t.plain), whole, form)
	if t.plain && exact {
		return
	}
	t.part = true
	for _, p := range chunk {
		t.word(p)
	}
	t.part = false
}

// flushRun emits the pairs of a run of a script without spaces.
func (t *tokenizer) flushRun() {
	r := t.runs
	t.runs = span{}
	if r.start == r.end {
		return
	}
	if t.plain {
		t.emit(t.s[r.start:r.end], r, Word)
		return
	}
	var last span
	var lastTerm string
	n := 0
	g := graphemes.FromString(t.s[r.start:r.end])
	for g.Next() && !t.done {
		here := span{r.start + g.Start(), r.start + g.End()}
		term := foldCached(t.s[here.start:here.end], true)
		if term == "" {
			continue
		}
		if n++; n > 1 {
			t.send(lastTerm+term, span{last.start, here.end}, Word)
		}
		last, lastTerm = here, term
	}
	if n == 1 {
		t.send(lastTerm, last, Word)
	}
}

// emit folds and stems one word and yields it.
func (t *tokenizer) emit(s string, at span, form Form) {
	t.send(foldCached(s, t.plain), at, form)
}

func (t *tokenizer) send(term string, at span, form Form) {
	if t.part {
		if form == Whole && t.plain {
			return
		}
		if !t.plain {
			form = Part
		}
	}
	if term == "" || t.done || t.plain && form == Whole {
		return
	}
	t.done = !t.yield(Token{term, at.start, at.end, form})
}
