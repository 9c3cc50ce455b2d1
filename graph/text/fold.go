package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxTerm is the greatest length of a term in bytes; what is longer is cut at a
// code point. No word of a language is, but addresses and keys are.
const maxTerm = 64

// Fold returns the words of s, folded and joined by single spaces: the form in
// which two spellings of a name are equal. It is empty where s has no words.
func Fold(s string) string { return strings.Join(Words(s), " ") }

// Words returns the words of s, folded but not stemmed, in their order.
// Compounds come in parts; a run of a script without spaces is one word.
func Words(s string) []string {
	var out []string
	t := tokenizer{s: s, plain: true, yield: func(t Token) bool {
		out = append(out, t.Term)
		return true
	}}
	t.run()
	return out
}

// appendFold appends the folded form of a word to dst, at most maxTerm bytes.
func appendFold(dst []byte, s string) []byte {
	n := len(dst)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return foldUnicode(dst[:n], s)
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c+('a'-'A'))
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			dst = append(dst, c)
		}
		if len(dst)-n == maxTerm {
			break
		}
	}
	return dst
}

func foldUnicode(dst []byte, s string) []byte {
	if len(s) > 8*maxTerm { // nothing behind it can reach the term
		s = s[:runeStart(s, 8*maxTerm)]
	}
	var stack [4 * maxTerm]byte
	n, base, marked := len(dst), rune(0), false
	for _, r := range string(norm.NFKD.AppendString(stack[:0], s)) {
		r = unicode.ToLower(r)
		if r >= 0x300 && unicode.Is(unicode.M, r) {
			if keepsMark(base, r) {
				if r == 0x901 { // candrabindu is written as anusvara as often as not
					r = 0x902
				}
				dst, marked = utf8.AppendRune(dst, r), true
			}
			continue
		}
		if f, ok := foldLetter[r]; ok {
			dst, base = append(dst, f...), r
			continue
		}
		switch {
		case unicode.IsLetter(r):
			dst, marked = utf8.AppendRune(dst, r), marked || 0x1100 <= r && r <= 0x11ff // jamo
		case unicode.Is(unicode.Nd, r):
			dst = append(dst, '0'+digit(r))
		case unicode.IsNumber(r), isEmoji(r):
			dst = utf8.AppendRune(dst, r)
		}
		base = r
	}
	if marked { // what was kept goes back into its letter
		dst = append(dst[:n], norm.NFC.Bytes(dst[n:])...)
	}
	if len(dst)-n > maxTerm {
		dst = dst[:n+runeStart(string(dst[n:]), maxTerm)]
	}
	return dst
}

// runeStart returns the greatest boundary of a code point in s that is not behind at.
func runeStart(s string, at int) int {
	if at >= len(s) {
		return len(s)
	}
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

// keepsMark tells whether the mark belongs to the letter rather than sits on it.
func keepsMark(base, mark rune) bool {
	switch {
	case mark >= 0x300 && mark <= 0x36f:
		if base < 0x400 || base > 0x52f {
			return false // Latin, Greek and what else has accents
		}
		switch mark {
		case 0x300, 0x301: // stress, except in Macedonian ѓ and ќ
			return mark == 0x301 && (base == 'г' || base == 'к')
		case 0x308:
			return base != 'е'
		}
		return true
	case mark >= 0x483 && mark <= 0x489, // Cyrillic titlo
		mark >= 0x591 && mark <= 0x5c7, // Hebrew points
		mark >= 0x610 && mark <= 0x61a, mark >= 0x64b && mark <= 0x65f, mark == 0x670,
		mark >= 0x6d6 && mark <= 0x6ed, mark >= 0x8ca && mark <= 0x8ff, // harakat
		mark >= 0x711 && mark <= 0x74a, // Syriac
		mark == 0x93c,                  // Devanagari nukta
		mark >= 0x1ab0 && mark <= 0x1aff, mark >= 0x1dc0 && mark <= 0x1dff,
		mark >= 0x20d0 && mark <= 0x20ff, mark >= 0xfe00 && mark <= 0xfe0f,
		mark >= 0xfe20 && mark <= 0xfe2f, mark >= 0xe0100:
		return false
	}
	return true
}

// foldLetter has the letters that Unicode does not decompose but people do.
var foldLetter = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l",
	'ħ': "h", 'ŧ': "t", 'ı': "i", 'ȷ': "j", 'ə': "a", 'ʻ': "", 'ʼ': "", 'ʾ': "", 'ʿ': "", 'ʹ': "", 'ʺ': "",
	'ς': "σ", '⁄': "/",
	'ي': "ی", 'ى': "ی", 'ې': "ی", 'ك': "ک", 'ڪ': "ک",
	'ة': "ه", 'ہ': "ه", 'ۃ': "ه", 'ە': "ه", 'ٱ': "ا", 'ـ': "",
}

// digit returns the value of a decimal digit of any script. Unicode encodes
// the digits of a script as ten code points in order.
func digit(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	return 0
}

// isEmoji tells whether r is a picture that is worth finding. The characters
// for skin colour are not: they would keep a gesture from finding itself.
func isEmoji(r rune) bool { return r >= 0x2600 && unicode.Is(unicode.So, r) }

// Spaceless tells whether r is of a script that writes no spaces between words,
// or, as Korean does, none between a word and what its grammar adds.
func Spaceless(r rune) bool {
	switch {
	case r < 0xe00:
		return false
	case r <= 0xeff, // Thai, Lao
		0x1000 <= r && r <= 0x109f, 0x1780 <= r && r <= 0x17ff, // Burmese, Khmer
		0x1100 <= r && r <= 0x11ff,                             // Jamo
		0x1980 <= r && r <= 0x19df, 0x1a20 <= r && r <= 0x1aad, // New Tai Lue, Tai Tham
		0x3005 <= r && r <= 0x3007, 0x3031 <= r && r <= 0x9fff, // kana, Bopomofo, Han
		0xa960 <= r && r <= 0xa97f, 0xa9e0 <= r && r <= 0xa9fe, 0xaa60 <= r && r <= 0xaa7f,
		0xac00 <= r && r <= 0xd7ff, 0xf900 <= r && r <= 0xfaff, // Hangul, Han
		0xff66 <= r && r <= 0xffdc, 0x1aff0 <= r && r <= 0x1b16f, 0x20000 <= r && r <= 0x3ffff:
		return unicode.IsLetter(r) || unicode.IsMark(r) || r == 0x3007
	}
	return false
}
