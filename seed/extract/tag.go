package extract

import (
	"strings"
	"unicode"
)

// A tag is the class of a token, as far as this method tells classes apart.
type tag uint8

const (
	noun tag = iota
	name
	adj
	det
	poss
	pron
	object
	rel
	that
	wh
	sub
	conj
	prep
	to
	neg
	modal
	be
	have
	do
	adv
	time
	num
	verbBase
	verbFinite
	verbGerund
	verbParticiple
	comma
	stop
	colon
	semicolon
	dash
	quoteMark
	open
	shut
	quote // a quotation as one item
	other
)

var classNames = map[string]tag{
	"det": det, "poss": poss, "pron": pron, "obj": object, "rel": rel, "wh": wh, "sub": sub, "conj": conj, "prep": prep, "to": to,
	"neg": neg, "modal": modal, "be": be, "have": have, "do": do, "adv": adv, "time": time, "num": num, "that": that, "adj": adj,
}

// tags gives every token its class: first by the word alone, then by its neighbours.
func (l *language) tags(t []token) {
	for i := range t {
		l.tagWord(t, i)
	}
	if l.titleCase(t) {
		verbed := false
		for i := range t {
			// Capital letters tell nothing here, only the word does.
			k := &t[i]
			if i == 0 || k.tag != name || k.verb == nil {
				continue
			}
			if k.forms&nounToo == 0 || k.forms&third != 0 && i+1 < len(t) && (k.verb.particle[t[i+1].low] != nil || !verbed && k.verb.frames != 0 && t[i-1].tag == name && t[i+1].tag == name) {
				verbed = true
				k.tag = verbTag(k.forms)
			}
		}
	}
	for i := range t {
		if l.grammar == "svo" {
			l.tagContext(t, i)
		}
	}
}

// titleCase reports whether nearly all long words of a short line have a capital.
func (l *language) titleCase(t []token) bool {
	long, capital := 0, 0
	for i := range t {
		if len(t[i].low) > 3 && t[i].tag < comma {
			long++
			if t[i].upper {
				capital++
			}
		}
	}
	return len(t) <= 30 && long >= 3 && capital*5 >= long*4
}

func (l *language) tagWord(t []token, i int) {
	k := &t[i]
	r := firstRune(k.low)
	if !isWord(r) {
		k.tag = markTag(k.low, r, k)
		return
	}
	start := i == 0 || t[i-1].tag == stop || t[i-1].tag == quoteMark || t[i-1].tag == open || t[i-1].tag == colon
	if f, ok := l.forms[k.low]; ok {
		k.forms, k.verb = f.forms, f.verb
	}
	switch l.grammar {
	case "v2":
		l.tagV2(k, start)
		return
	case "marked":
		if c, ok := l.class[k.low]; ok {
			k.tag = c
		} else if unicode.IsDigit(r) {
			k.tag = num
		}
		return
	}
	if c, ok := l.class[k.low]; ok {
		k.tag = c
		if k.upper && !start && (c == adj || c == adv || c == time) && c != time {
			k.tag = name
		}
		if k.low == "that" {
			k.tag = that
		}
		return
	}
	switch {
	case unicode.IsDigit(r) || r == '$':
		k.tag = num
	case k.upper && (!start || k.verb == nil || k.forms&nounToo != 0):
		k.tag = name
		if start && !k.caps && l.plain(k.low) {
			k.tag = noun
		}
	case k.verb != nil && k.forms&nounToo == 0:
		k.tag = verbTag(k.forms)
	case k.verb != nil:
		k.tag = noun
	default:
		k.tag = bySuffix(k.low)
	}
}

// tagV2 gives a word its class where nouns have a capital.
func (l *language) tagV2(k *token, start bool) {
	c, ok := l.class[k.low]
	switch {
	case ok && (!k.upper || start || c == time || c == pron):
		k.tag = c
	case unicode.IsDigit(firstRune(k.low)):
		k.tag = num
	case k.upper:
		k.tag = name
	case l.v2[k.low] != nil:
		k.tag = verbFinite
	case k.verb != nil:
		k.tag = verbParticiple
	case adjectiveEnding(k.low):
		k.tag = adj
	default:
		k.tag = adv
	}
}

func adjectiveEnding(w string) bool {
	for _, e := range []string{"e", "en", "er", "es", "em"} {
		if strings.HasSuffix(w, e) && len(w) > 4 {
			return true
		}
	}
	return false
}

// plain reports whether a word at the start of a sentence is likely no name.
func (l *language) plain(w string) bool {
	return l.persons[w] || l.groups[w] || l.documents[w] || l.nouns[w] != nil || strings.HasSuffix(w, "ing") || strings.HasSuffix(w, "ly") || strings.HasSuffix(w, "ed")
}

func verbTag(f form) tag {
	switch {
	case f&(past|third) != 0:
		return verbFinite
	case f&participle != 0:
		return verbParticiple
	case f&gerund != 0:
		return verbGerund
	}
	return verbBase
}

func bySuffix(w string) tag {
	n := len(w)
	has := func(s string) bool { return strings.HasSuffix(w, s) }
	switch {
	case n < 4:
		return noun
	case has("ly"):
		return adv
	case has("ing"):
		return verbGerund
	case has("ed"):
		return verbParticiple
	case has("ous"), has("ful"), has("ive"), has("able"), has("ible"), has("less"), has("ical"), has("ional"), has("ish"), has("ary"), has("ic"), has("ial"):
		return adj
	}
	return noun
}

func markTag(s string, r rune, k *token) tag {
	switch s {
	case "''", "``":
		return quoteMark
	case "...":
		return other
	case "--":
		return dash
	}
	switch r {
	case ',', '،':
		return comma
	case '.', '!', '?', '؟', '。', '۔':
		return stop
	case ':':
		return colon
	case ';', '؛':
		return semicolon
	case '—', '–':
		return dash
	case '-':
		if !k.glued {
			return dash
		}
		return other
	case '"', '“', '”', '„', '«', '»':
		return quoteMark
	case '(', '[':
		return open
	case ')', ']':
		return shut
	}
	return other
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func isNominal(g tag) bool {
	return g == noun || g == name || g == num || g == time
}

// tagContext settles words that may be of several classes.
func (l *language) tagContext(t []token, i int) {
	k := &t[i]
	prev, next := other, other
	prevLow := ""
	if i > 0 {
		prev, prevLow = t[i-1].tag, t[i-1].low
		if prev == quoteMark && i > 1 {
			prev, prevLow = t[i-2].tag, t[i-2].low
		}
	}
	if i+1 < len(t) {
		next = t[i+1].tag
		if next == quoteMark && i+2 < len(t) {
			next = t[i+2].tag
		}
	}
	switch {
	case k.low == "'s":
		if prev == pron || prev == wh || prev == rel || prev == that && next != noun {
			k.tag = be
		} else if next == verbGerund || next == det || next == neg || next == adv && !isNominal(next) {
			k.tag = be
		} else {
			k.tag = poss
		}
		return
	case k.low == "'" || k.low == "’":
		if i > 0 && k.glued && strings.HasSuffix(prevLow, "s") && (next == noun || next == name || next == adj) {
			k.tag = poss
		}
		return
	case k.low == "her":
		k.tag = poss
		if next != noun && next != adj && next != name && next != verbGerund && next != num && next != verbParticiple && next != other {
			k.tag = object
		}
		return
	case k.low == "to":
		if i+1 < len(t) && t[i+1].forms&base == 0 && next != be && next != have && next != do && next != adv && next != neg {
			k.tag = prep
		}
		return
	case k.low == "like" && (prev == modal || prev == to || prev == pron):
		k.tag = verbBase
		return
	case k.low == "so" && next == that, k.low == "no" || k.low == "both":
		return
	}
	skipAdv := i - 1
	for skipAdv >= 0 && i-skipAdv < 5 && (t[skipAdv].tag == adv || t[skipAdv].tag == neg || t[skipAdv].tag == quoteMark) {
		skipAdv--
	}
	pv := other
	if skipAdv >= 0 {
		pv = t[skipAdv].tag
	}
	if k.verb == nil || k.tag != noun && k.tag != verbBase && k.tag != verbFinite && k.tag != verbGerund && k.tag != verbParticiple && k.tag != adj {
		if k.verb == nil && k.tag == verbParticiple && (prev == det || prev == poss) {
			k.tag = adj
		}
		if k.verb == nil && k.tag == noun && prev == pron && strings.HasSuffix(k.low, "s") && len(k.low) > 3 && !k.upper {
			k.tag = verbFinite // an unknown word: "it humanizes"
		}
		if k.verb == nil && k.tag == verbParticiple && (isNominal(pv) || pv == pron || pv == rel) {
			k.tag = verbFinite
		}
		return
	}
	f := k.forms
	if k.tag == adj && pv != to && pv != modal && pv != do {
		return // "people close to her"
	}
	switch {
	case f&base != 0 && (pv == to || pv == modal || pv == do):
		k.tag = verbBase
	case f&(participle|past) != 0 && (pv == be || pv == have):
		k.tag = verbParticiple
	case f&gerund != 0:
		k.tag = verbGerund
		if prev == det || prev == adj {
			k.tag = noun
		}
	case f&(past|base) != 0 && prev == det && l.standsFor[prevLow] && (next == det || next == that || next == pron || next == name || next == poss || next == object):
		k.tag = verbFinite // "few believed the", "many say that"
	case f&(past|participle) != 0 && (prev == det || prev == poss || prev == adv && (pv == det || pv == poss) && isNominal(next)):
		k.tag = adj
	case f&past != 0 && f&participle != 0 && isNominal(prev) && next == prep && l.reduced(t, i):
		k.tag = verbParticiple
	case f&past != 0 && f&participle != 0 && isNominal(prev) && i+1 < len(t) && t[i+1].low == "by":
		k.tag = verbParticiple
	case f&(past|participle) != 0 && f&base == 0:
		if f&past == 0 {
			k.tag = verbParticiple
		} else {
			k.tag = verbFinite
		}
	case prev == det || prev == poss || prev == adj && f&nounToo != 0 || prev == prep || prev == num && f&nounToo != 0:
		k.tag = noun
	case f&third != 0:
		k.tag = verbFinite
		if f&nounToo != 0 && !thirdAsVerb(pv, next) {
			k.tag = noun
		}
	case f&base != 0 && f&past != 0 && f&nounToo == 0 && (isNominal(pv) || pv == pron || pv == rel):
		k.tag = verbFinite // "shut", "quit": the past is like the base
	case f&base != 0:
		k.tag = l.baseTag(t, i, max(skipAdv, 0), next)
	}
	if k.tag == noun && k.verb.frames&(quoted|clausal) != 0 && (next == stop || next == comma) && i > 0 && l.closing(t, i) {
		k.tag = verbFinite
	}
}

// closing reports whether the form at i can end a sentence as its verb of
// saying: a comma and the noun phrase of its number stand before it, ", polls show."
func (l *language) closing(t []token, i int) bool {
	many := strings.HasSuffix(t[i-1].low, "s") || strings.HasSuffix(t[i-1].low, "men") || t[i-1].low == "people"
	if f := t[i].forms; f&third == 0 && !many || f&third != 0 && many {
		return false
	}
	for j := i - 1; j >= 0 && i-j < 10; j-- {
		switch t[j].tag {
		case noun, name, num, adj, det, poss, prep, verbGerund, quoteMark:
			if t[j].tag == quoteMark && j < i-1 {
				return true
			}
		case comma:
			return j < i-1
		default:
			return false
		}
	}
	return false
}

// reduced reports whether the form at i stands in a relative clause without its
// pronoun, "people briefed on the plan said": a finite verb follows that has no
// other subject.
func (l *language) reduced(t []token, i int) bool {
	for j := i + 1; j < min(i+16, len(t)); j++ {
		switch t[j].tag {
		case noun, name, num, time, adj, det, poss, prep, adv, quoteMark:
			if t[j].forms&past != 0 && t[j].forms&base == 0 && t[j].tag != noun {
				return true
			}
			continue
		case comma:
			return j+1 < len(t) && (t[j+1].tag == verbFinite && t[j+1].forms&past != 0 || t[j+1].tag == have || t[j+1].tag == be)
		case verbFinite:
			return isNominal(t[j-1].tag) && t[j].forms&(past|third) != 0
		case have, be, modal:
			return isNominal(t[j-1].tag)
		}
		return false
	}
	return false
}

func thirdAsVerb(prev, next tag) bool {
	switch prev {
	case pron, rel, that, time:
		return true
	case name, noun, poss, shut, comma:
		switch next {
		case that, to, det, poss, pron, name, prep, object, wh, quoteMark, verbGerund, colon, adv, neg, adj:
			return prev != poss && (prev != noun || next != prep)
		}
	}
	return false
}

// baseTag tells a finite plural form (officials say) from a noun.
func (l *language) baseTag(t []token, i, before int, next tag) tag {
	k, prev := &t[i], t[before].tag
	if before == i {
		prev = other
	}
	asVerb := next != prep && next != be && next != modal && next != verbFinite && next != stop && next != comma
	switch prev {
	case pron, rel, conj:
		if prev == conj && k.forms&nounToo != 0 && !asVerb {
			return noun
		}
		return verbFinite
	case num, comma, shut, time:
		if k.forms&nounToo == 0 {
			return verbFinite
		}
	case noun, name:
		if !strings.HasSuffix(t[before].low, "s") && !strings.HasSuffix(t[before].low, "men") && t[before].low != "people" && before == i-1 {
			break
		}
		if k.forms&nounToo == 0 || asVerb && prev == noun {
			return verbFinite
		}
	}
	if k.forms&nounToo != 0 {
		return noun
	}
	return verbBase
}
