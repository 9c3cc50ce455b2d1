package extract

import (
	"unicode"
	"unicode/utf8"
)

// inner are the marks of a quotation within a quotation, by the one that opens it.
// Straight marks are none: they are apostrophes too.
var inner = map[rune]rune{'‘': '’', '‚': '‘', '‹': '›'}

// nested returns what is quoted within the quotations of the tokens r, its marks
// included, as the brackets of an insertion are. A mark between two letters is an apostrophe and closes nothing.
func (d *document) nested(p *paragraph, r [2]int) []Span {
	var out []Span
	for _, q := range p.quotesIn([2]int{r[0] - 1, r[1] + 1}) {
		if q.from < r[0]-1 || q.to > r[1]+1 || q.from+1 >= q.to {
			continue
		}
		first := p.t[q.from]
		text, at := d.text[first.be:p.t[q.to-1].be], first.e
		from, closer := -1, rune(0)
		before := ' '
		for i, c := range text {
			switch {
			case from < 0 && inner[c] != 0 && !unicode.IsLetter(before):
				from, closer = at, inner[c]
			case from >= 0 && c == closer:
				next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(c):])
				if unicode.IsLetter(before) && unicode.IsLetter(next) {
					break
				}
				if from+1 < at {
					out = append(out, Span{from, at + 1})
				}
				from = -1
			}
			before = c
			at++
		}
	}
	return out
}
