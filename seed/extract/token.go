package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a number, or one mark. Offsets are kept twice: code points
// for the answer, bytes for slicing the text.
type token struct {
	s, e   int // code points
	bs, be int // bytes
	low    string
	tag    tag
	forms  form
	verb   *verb
	upper  bool // begins with a capital letter
	caps   bool // has capital letters only
	glued  bool // no space before it
}

// tokenize cuts text, of which at is the first code point and bat the first
// byte in the document, into tokens.
func (l *language) tokenize(dst []token, text string, at, bat int) []token {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) || r == '\u200b' || r == '\u200e' || r == '\u200f' || r == '\ufeff' {
			i, at = i+n, at+1
			continue
		}
		end, runes := l.tokenEnd(text, i, r, n)
		raw := text[i:end]
		t := token{s: at, e: at + runes, bs: bat + i, be: bat + end, low: raw}
		if unicode.IsUpper(r) {
			t.upper = true
			t.caps = runes > 1 && strings.ToUpper(raw) == raw
		}
		t.low = straight(lower(raw))
		t.glued = len(dst) > 0 && dst[len(dst)-1].be == t.bs
		i, at = end, at+runes
		dst = l.split(dst, t, raw)
	}
	return dst
}

// tokenEnd returns the end in bytes and the length in code points of the token
// that begins at i with r.
func (l *language) tokenEnd(text string, i int, r rune, n int) (end, runes int) {
	if !isWord(r) {
		for _, mark := range l.longMarks {
			if strings.HasPrefix(text[i:], mark) {
				return i + len(mark), utf8.RuneCountInString(mark)
			}
		}
		return i + n, 1
	}
	end, runes = i+n, 1
	for end < len(text) && runes < maxWord {
		c, m := utf8.DecodeRuneInString(text[end:])
		if isWord(c) {
			end, runes = end+m, runes+1
			continue
		}
		if !joins(c) || end+m >= len(text) {
			break
		}
		after, _ := utf8.DecodeRuneInString(text[end+m:])
		if !isWord(after) || (c == ',' || c == ':') && (!unicode.IsDigit(after) || !unicode.IsDigit(lastRune(text[:end]))) {
			break
		}
		if (c == '\'' || c == '’') && !l.apostrophes {
			break
		}
		end, runes = end+m, runes+1
	}
	if end < len(text) && text[end] == '.' && l.abbreviated(text[i:end], text[end+1:]) {
		end, runes = end+1, runes+1
	}
	return end, runes
}

// maxWord bounds a word, so that text without spaces costs no more than other text.
const maxWord = 64

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '@' || r == '#' || r == '$' || r == '%' || r == '&'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\u200c'
}

func joins(r rune) bool {
	switch r {
	case '\'', '’', '-', '\u2011', '.', ',', ':', '/':
		return true
	}
	return false
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// abbreviated reports whether the point after word belongs to it.
func (l *language) abbreviated(word, rest string) bool {
	if len(word) == 1 && word[0] >= 'A' && word[0] <= 'Z' {
		return word != "I" || strings.HasPrefix(rest, " ") && len(rest) > 2 && rest[2] == '.'
	}
	if len(word) > 10 {
		return false
	}
	if i := strings.LastIndexByte(word, '-'); i > 0 {
		word = word[i+1:] // "R-Wis."
	}
	return l.abbreviations[lower(word)+"."]
}

// split takes an ending such as 's off the word, since it is a word of its own.
func (l *language) split(dst []token, t token, raw string) []token {
	for _, c := range l.clitics {
		if len(t.low) <= len(c) || !strings.HasSuffix(t.low, c) {
			continue
		}
		head, tail := t, t
		bytes := len(c)
		if raw[len(raw)-bytes] != '\'' {
			bytes += len("’") - len("'")
		}
		head.e, head.be = t.e-len(c), t.be-bytes
		head.low = t.low[:len(t.low)-len(c)]
		tail.s, tail.bs = head.e, head.be
		tail.low, tail.upper, tail.caps, tail.glued = c, false, false, true
		return append(dst, head, tail)
	}
	return append(dst, t)
}

// straight writes a curled apostrophe within a word as a straight one.
func straight(s string) string {
	if len(s) < 4 || strings.IndexByte(s, 0xe2) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "’", "'")
}

// lower folds to lower case, and returns s itself where there is nothing to fold.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}
