package text

import (
	"unicode"
	"unicode/utf8"
)

// word emits one word of UAX 29, which may hold full stops, commas, colons,
// apostrophes, underscores and zero-width non-joiners between its letters.
func (t *tokenizer) word(p span) {
	s := t.s[p.start:p.end]
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = isAlnum(s[i])
	}
	if plain {
		t.emit(s, p, Word)
		return
	}
	var seps [maxPieces]rune // seps[i] is behind part i
	parts := t.pieces[:0]
	start, before := p.start, rune(0)
	for i, r := range s {
		if !separates(before, r) {
			before = r
			continue
		}
		before = r
		at := p.start + i
		if at == start { // two signs in a row, or one in front
			start = at + utf8.RuneLen(r)
			continue
		}
		if len(parts) == maxPieces-1 { // no language: an address or a key
			t.emit(s, p, Word)
			return
		}
		seps[len(parts)] = r
		parts = append(parts, span{start, at})
		start = at + utf8.RuneLen(r)
	}
	if start < p.end {
		parts = append(parts, span{start, p.end})
	}
	switch {
	case len(parts) == 0:
	case len(parts) == 1:
		t.emit(t.s[parts[0].start:parts[0].end], parts[0], Word)
	case t.acronym(parts, seps[:len(parts)-1]):
		t.emit(s, span{parts[0].start, parts[len(parts)-1].end}, Word)
	case t.decimal(parts, seps[:len(parts)-1]):
	default:
		t.compound(parts, seps[:len(parts)-1])
	}
}

// separates tells whether r, behind the letter before, may divide a word.
func separates(before, r rune) bool {
	switch r {
	case '.', ',', ':', ';', '_', '·', '\u2024', '\u2027', '\ufe13', '\ufe52', '\uff0e', '\uff1a', '\uff3f':
		return true
	case '\u200c': // in Arabic script between the parts of a word; elsewhere it shapes letters
		return unicode.Is(unicode.Arabic, before)
	}
	return apostrophe(r)
}

func apostrophe(r rune) bool {
	switch r {
	case '\'', '\u2018', '\u2019', '\u201b', '\u02bc', '\uff07', '`', '\u00b4', '\u2032':
		return true
	}
	return false
}

// acronym tells whether the parts are single letters with full stops between them.
func (t *tokenizer) acronym(parts []span, seps []rune) bool {
	for _, p := range parts {
		r, n := utf8.DecodeRuneInString(t.s[p.start:p.end])
		if n != p.end-p.start || !unicode.IsLetter(r) {
			return false
		}
	}
	for _, r := range seps {
		if r != '.' {
			return false
		}
	}
	return true
}

// decimal emits a number with points and commas: 3.67 and its parts, 1,000,000
// without them, 3,67 as 3.67.
func (t *tokenizer) decimal(parts []span, seps []rune) bool {
	for i, p := range parts {
		if !t.number(p) || i < len(seps) && seps[i] != '.' && seps[i] != ',' {
			return false
		}
	}
	buf, grouped := t.buf[len(t.buf):], false
	for i, p := range parts {
		if i > 0 {
			if seps[i-1] == ',' && p.end-p.start == 3 {
				grouped = true
			} else {
				buf = append(buf, '.')
			}
		}
		buf = appendFold(buf, t.s[p.start:p.end])
	}
	t.send(string(buf[:runeStart(string(buf), maxTerm)]), span{parts[0].start, parts[len(parts)-1].end}, Word)
	if grouped || t.plain {
		return true
	}
	for _, p := range parts {
		t.emit(t.s[p.start:p.end], p, Part)
	}
	return true
}

// compound emits a word with signs inside as a whole and in parts, after
// dropping English clitics.
func (t *tokenizer) compound(parts []span, seps []rune) {
	n := 0 // parts kept; parts[:n] and seps[:n-1] are in place
	short := false
	for i, p := range parts {
		if i == 0 || !apostrophe(seps[i-1]) {
			if i > 0 {
				seps[n-1] = seps[i-1]
			}
			parts[n] = p
			n++
			continue
		}
		switch tail := t.s[p.start:p.end]; {
		case clitic(tail): // Iran’s, we’ll
		case tail == "t" || tail == "T": // don’t
			parts[n-1].end = p.end
		default:
			if utf8.RuneCountInString(tail) < 3 { // Sana’a, Erdoğan’a: the head may be the word
				short = true
			}
			seps[n-1] = seps[i-1]
			parts[n] = p
			n++
		}
	}
	parts = parts[:n]
	if n == 1 {
		t.emit(t.s[parts[0].start:parts[0].end], parts[0], Word)
		return
	}
	whole := span{parts[0].start, parts[n-1].end}
	if t.plain && short { // a name: Sana’a is Sanaa
		t.emit(t.s[whole.start:whole.end], whole, Word)
		return
	}
	t.emit(t.s[whole.start:whole.end], whole, Whole)
	for i, p := range parts {
		letters := utf8.RuneCountInString(t.s[p.start:p.end])
		switch {
		case i > 0 && apostrophe(seps[i-1]) && letters < 3:
		case i == 0 && short && letters < 3:
		default:
			t.emit(t.s[p.start:p.end], p, Part)
		}
	}
}

func clitic(s string) bool {
	switch s {
	case "s", "S", "ll", "LL", "re", "RE", "ve", "VE", "d", "D", "m", "M":
		return true
	}
	return false
}
