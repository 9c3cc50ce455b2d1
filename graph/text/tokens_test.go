package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// render writes tokens as "term", "whole=" and "+part", separated by spaces.
func render(s string) string {
	var out []string
	for t := range Tokens(s) {
		switch t.Form {
		case Whole:
			out = append(out, t.Term+"=")
		case Part:
			out = append(out, "+"+t.Term)
		default:
			out = append(out, t.Term)
		}
	}
	return strings.Join(out, " ")
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"signs only", " … — “” !?", ""},
		{"stems meet", "negotiation negotiations Negotiating negotiated", "negoti negoti negoti negoti"},
		{"possessive", "Iran’s people's peoples' Iran‘s", "iran peopl peopl iran"},
		{"clitics", "we’ll they've I'm don’t can't", "we they i dont cant"},
		{"names with apostrophes", "O’Brien Sana'a Qur’an l'accord", "obrien= +o +brien sanaa= +sana quran= +qur laccord= +l +accord"},
		{"acronym", "the U.S. and U.S.-led JCPOA, e.g.", "the us and us led jcpoa eg"},
		{"plus", "Group 5+1, P5+1, 5 + 1", "group 5+1 +5 +1 p5+1 +p5 +1 5 1"},
		{"ampersand", "AT&T", "at&t +at +t"},
		{"hyphen", "anti-Iran co‑operation", "antiiran= +anti +iran cooper= +co +oper"},
		{"dangling hyphens", "-a- b-- c-", "a b c"},
		{"numbers", "1,000,000 at 3.67% or 3,67", "1000000 at 3.67 +3 +67 or 3.67 +3 +67"},
		{"dates", "2015-07-14 and 9/11 24/7 and/or", "2015-07-14 +2015 +07 +14 and 9/11 +9 +11 24/7 +24 +7 and or"},
		{"mixed", "F-35 COVID-19 F35", "f35= +f +35 covid19= +covid +19 f35"},
		{"address", "https://www.example.com/a_b?x=1", "https wwwexamplecom= +www +exampl +com ab= +a +b x 1"},
		{"sentence without space", "end.Start a:b", "endstart= +end +start ab= +a +b"},
		{"ligature and width", "ﬁnance ＩＲＡＮ ２０１５ CO₂ ½", "financ iran 2015 co 2 1/2"},
		{"soft hyphen", "nego\u00adtiation", "negoti"},
		{"German", "Müller Straße Größe ÜBER", "muller strass gross uber"},
		{"French", "d'Estaing l’État", "desta= +d +esta letat= +l +etat"},
		{"Spanish decomposed", "man\u0303ana Perón", "manana peron"},
		{"Polish Danish", "Łódź København Đoković", "lodz kobenhavn dokov"},
		{"Turkish", "İstanbul ISPARTA Iğdır Erdoğan'ın Türkiye’nin", "istanbul isparta igdir erdoganin= +erdogan turkiyenin= +turkiy +nin"},
		{"Persian", "محمدجواد ظريف می‌خواهیم كتاب‌ها ۱۳۹۴", "محمدجواد ظریف میخواهیم= +می +خواهیم کتابها= +کتاب +ها 1394"},
		{"Arabic", "إيران آية الأُمّة مـحـمـد ٢٠١٥", "ایران ایه الامه محمد 2015"},
		{"Arabic presentation forms", "ﻻ ﷲ", "لا الله"},
		{"Urdu", "وزیرِ اعظم ہے لڑکے لڑکی", "وزیر اعظم هے لڑکے لڑکی"},
		{"Hebrew", "שָׁלוֹם צה\"ל ארה״ב תל־אביב", "שלום צהל ארהב תלאביב= +תל +אביב"},
		{"Hindi", "नरेंद्र मोदी की क़ीमत कीमत हाँ हां", "नरेंद्र मोदी की कीमत कीमत हां हां"},
		{"Bengali", "শেখ হাসিনা", "শেখ হাসিনা"},
		{"Tamil", "ஸ்டாலின்", "ஸ்டாலின்"},
		{"Russian", "Ещё еще Россия́ Горбачёв Майкл", "еще еще россия горбачев майкл"},
		{"Ukrainian", "Зеленський Київ їжак", "зеленський київ їжак"},
		{"Greek", "Μητσοτάκης ΜΗΤΣΟΤΑΚΗΣ λόγος", "μητσοτακησ μητσοτακησ λογοσ"},
		{"Georgian Armenian", "საქართველო Հայաստան", "საქართველო հայաստան"},
		{"Chinese", "习近平说：中国", "习近 近平 平说 中国"},
		{"Chinese single", "我 a 5", "我 a 5"},
		{"Japanese", "岸田首相はｶﾞｽ・ガス", "岸田 田首 首相 相は はガ ガス ガス"},
		{"Korean", "이란은 핵", "이란 란은 핵"},
		{"Korean decomposed and mixed", "이란 EU와", "이란 eu 와"},
		{"Thai", "ประยุทธ์", "ปร ระ ะยุ ยุท ทธ์"},
		{"emoji", "👍🏽 👍 🇮🇷 ok ☢️ ©", "👍 👍 🇮🇷 ok ☢"},
		{"combining", "Z̴a̷l̵g̶o é", "zalgo e"},
		{"marks alone", "\u0301 \u200d \u200c", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := render(c.in); got != c.want {
				t.Errorf("Tokens(%q)\n got %s\nwant %s", c.in, got, c.want)
			}
			check(t, c.in)
		})
	}
}

func TestTokenPlaces(t *testing.T) {
	t.Parallel()
	const s = "Öl: Iran’s anti-Iran 习近平"
	var got [][2]string
	for tok := range Tokens(s) {
		got = append(got, [2]string{tok.Term, s[tok.Start:tok.End]})
	}
	want := [][2]string{
		{"ol", "Öl"},
		{"iran", "Iran"},
		{"antiiran", "anti-Iran"},
		{"anti", "anti"},
		{"iran", "Iran"},
		{"习近", "习近"},
		{"近平", "近平"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Mohammad Javad Zarif", "MOHAMMAD  Javad, Zarif", "Mohammad-Javad Zarif"},
		{"محمدجواد ظریف", "محمدجواد ظريف"},
		{"Recep Tayyip Erdoğan", "recep tayyip erdogan", "RECEP TAYYİP ERDOĞAN"},
		{"U.S.", "US"},
		{"Angela Merkel’s", "Angela Merkel"},
		{"Sana’a", "Sanaa"},
		{"José", "Jose\u0301"},
		{"習近平", "習近平"},
		{"group 5+1", "Group 5+1"},
	} {
		for _, s := range same {
			if Fold(s) != Fold(same[0]) || Fold(s) == "" {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", s, Fold(s), same[0], Fold(same[0]))
			}
		}
	}
	if Fold("Wells") != "wells" || Fold("习近平") != "习近平" || Fold("?") != "" {
		t.Error("Fold stems or pairs")
	}
}

func TestPrefix(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ prefix, word string }{
		{"negot", "negotiations"},
		{"negotiat", "negotiations"},
		{"presiden", "presidents"},
		{"polic", "policies"},
		{"policy", "policy"},
		{"Zar", "Zarif"},
		{"sanct", "sanctioned"},
		{"government", "governments"},
		{"khar", "Kharrazi"},
		{"ظري", "ظریف"},
		{"happines", "happiness"},
		{"enrich", "enrichment"},
	} {
		p, also := Prefix(c.prefix)
		term := ""
		for tok := range Tokens(c.word) {
			term = tok.Term
		}
		found := strings.HasPrefix(term, p)
		for _, a := range also {
			found = found || a == term
		}
		if !found {
			t.Errorf("Prefix(%q) = %q, %q does not find %q (%q)", c.prefix, p, also, c.word, term)
		}
	}
}

// check holds what must be true of every text's tokens.
func check(t *testing.T, s string) {
	t.Helper()
	start, wholeEnd := 0, 0
	points := NewOffsets(s)
	for tok := range Tokens(s) {
		if tok.Start < start || tok.End <= tok.Start || tok.End > len(s) {
			t.Fatalf("%q: token %+v is out of place", s, tok)
		}
		start = tok.Start
		if tok.Form == Part {
			if tok.End > wholeEnd {
				t.Fatalf("%q: part %+v is outside its whole", s, tok)
			}
		} else {
			wholeEnd = tok.End
		}
		if tok.Term == "" || len(tok.Term) > 2*maxTerm || utf8.ValidString(s) && !utf8.ValidString(tok.Term) {
			t.Fatalf("%q: bad term %q", s, tok.Term)
		}
		if utf8.ValidString(s) {
			if !utf8.ValidString(s[tok.Start:tok.End]) {
				t.Fatalf("%q: token %+v cuts a code point", s, tok)
			}
			if got, want := points.At(tok.Start), utf8.RuneCountInString(s[:tok.Start]); got != want {
				t.Fatalf("%q: offset %d is %d, want %d", s, tok.Start, got, want)
			}
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{
		"", "Iran’s anti-Iran U.S. 5+1", "می‌خواهیم", "a\xffb\u0301", "习近平ab한국", "👍🏽🇮🇷", "1.2,3;4:5_6'7·8.9.a.b",
		"กำ", "'s", "a-", "\u200c\u200c", "İ", "ẞ", "ﷺ", "x'''y",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check(t, s)
		fold := Fold(s)
		if again := Fold(fold); again != Fold(again) {
			t.Errorf("Fold(%q) = %q, which folds to %q and then to %q", s, fold, again, Fold(again))
		}
		Prefix(s)
	})
}

// BenchmarkLinear cuts texts of one unit again and again: what a text of four
// times the length costs more than four times is not linear. It is measured and
// not asserted, because a machine that others use too keeps no time.
func BenchmarkLinear(b *testing.B) {
	for _, unit := range []string{
		"a", "a.", "a'", "-a", "1,", "a_", "\u0301", "é", "👍\u200d", "🇮🇷", "กำ", "ا\u200c", "习", "1+", "\u1100", "क्\u200dष", "\xff", "ﷺ",
	} {
		for _, n := range []int{3_000, 12_000} {
			s := strings.Repeat(unit, n)
			b.Run(fmt.Sprintf("%+q/%d", unit, n), func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					for range Tokens(s) {
					}
					Snippet(s, func(string) bool { return true }, 100)
				}
			})
		}
	}
}
