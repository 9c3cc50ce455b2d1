// Package text turns writing into terms that can be searched, and back into
// snippets that can be shown. It is pure: no I/O, no clock, no state that a
// caller could see.
//
// # Nouns
//
// A word is what Unicode's word segmentation (UAX 29) finds. A [Token] is a
// place in a text with the term that stands for it. A term is a word folded
// and, if it is written in a–z, stemmed. [Tokens] yields the tokens of a text,
// [Words] its folded words without stemming, [Fold] the same as one string:
// the form under which names are compared.
//
// # Folding
//
// Folding removes what a searcher does not type, and keeps what tells words
// apart:
//
//   - compatibility forms go (NFKD): ligatures, width, superscripts,
//     presentation forms; so do case, quotes, invisible characters, and every
//     script's own digits, which become 0–9;
//   - Latin and Greek lose all diacritics and ß ø ł đ æ œ þ ı become ASCII, so
//     that a name is found from any keyboard (Müller is Muller; it is not
//     Mueller, which would need to know the language);
//   - Cyrillic ё is е and stress marks go, but й, ї and ў stay letters;
//   - Arabic loses harakat and tatweel, and its letter variants meet across
//     Arabic, Persian and Urdu keyboards: ي ى ئ are ی, ك is ک, ة ہ are ه, alef
//     with anything is ا. Urdu ے and ھ stay: they tell words apart;
//   - Hebrew loses its points, Devanagari the nukta, and candrabindu is
//     anusvara; other vowel signs are letters in all but name, and stay.
//
// # Compounds
//
// Hyphenated words, elisions and Persian words with a zero-width non-joiner
// are found whole and in parts: "anti-Iran" gives "antiiran" (a [Whole]) and
// its [Part] terms "anti" and "iran". Numbers, dates and the likes of "5+1"
// and "9/11" are one word, with their parts beside it. "U.S." is "us". English
// clitics are dropped ("Iran’s" is "iran", "we’ll" is "we").
//
// Scripts that do not write spaces (Chinese, Japanese, Korean, Thai, Lao,
// Khmer, Burmese) give overlapping pairs of characters, and a single character
// only where it stands alone.
//
// # Stemming
//
// The English snowball stemmer is applied to every term made of a–z, whatever
// the language of the text, which a short quotation does not reveal. It is
// wrong for German in the same way on both sides, text and query, so a word
// always finds itself; what it costs is that a few foreign words meet that
// should not.
//
// A change to folding, segmentation or stemming changes what stored indexes
// mean: raise [Version] with it, and owners rebuild.
package text

// Version is the version of the rules by which terms are made.
const Version = 1
