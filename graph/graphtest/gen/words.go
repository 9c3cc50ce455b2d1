package gen

import (
	"math/rand/v2"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

var epoch = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)

// words is a vocabulary whose frequencies follow the law of Zipf and Mandelbrot
// with the exponent 1.16 and the offset 4.4, as fitted to 600,000 words of news.
type words struct {
	forms []string
	// drawn holds each form as often as it is drawn out of all of drawn.
	drawn []uint16
}

// syllables have three letters each, so that no two words are the same.
var syllables = strings.Fields(`bar den kor mil tas vel sor lin pra gon rus nes cha tol mer
	qua fiz zan bel dro hul sta per wen jol lam kís ost rin vün`)

const forms = 20_250

var vocabulary = sync.OnceValue(func() *words {
	w := &words{forms: make([]string, forms), drawn: make([]uint16, 1<<18)}
	for i := range w.forms {
		w.forms[i] = form(i)
	}
	sums := zipf(forms, 1.16, 4.4)
	k := 0
	for i := range w.drawn {
		for sums[k] < (float64(i)+.5)/float64(len(w.drawn))*sums[forms-1] {
			k++
		}
		w.drawn[i] = uint16(k)
	}
	return w
})

// form makes the frequent words the short ones.
func form(i int) string {
	n := len(syllables)
	if i < n {
		return syllables[i]
	}
	if i -= n; i < n*n {
		return syllables[i%n] + syllables[i/n]
	}
	i -= n * n
	return syllables[i%n] + syllables[i/n%n] + syllables[i/n/n]
}

// of is the word of a rank.
func (w *words) of(i int) string { return w.forms[i%forms] }

// text draws n words.
func (w *words) text(r *rand.Rand, n int) string {
	var b strings.Builder
	b.Grow(7 * n)
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.forms[w.drawn[r.Uint32()%uint32(len(w.drawn))]])
	}
	return b.String()
}

// sentence is a text that begins with a capital.
func (w *words) sentence(r *rand.Rand, n int) string { return capital(w.text(r, n)) }

func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// Word is the word of a rank in the corpus, the most frequent first: of 20,250.
func Word(rank int) string { return vocabulary().of(rank) }
