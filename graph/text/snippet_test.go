package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/google/go-cmp/cmp"
)

func matcher(query string) func(string) bool {
	terms := map[string]bool{}
	for t := range Tokens(query) {
		terms[t.Term] = true
	}
	return func(s string) bool { return terms[s] }
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	const long = "Nothing is here at all. The foreign minister said that negotiations over sanctions had ended. " +
		"Sanctions hurt, he said much later, and nobody in the room disagreed with that."
	for _, c := range []struct {
		name, text, query string
		around            int
		want              string // with [ ] around highlights
	}{
		{"whole text", "Iran’s negotiations", "iran negotiation", 50, "[Iran]’s [negotiations]"},
		{"most distinct", long, "negotiation sanction", 15, "…said that [negotiations] over [sanctions] had ended.…"},
		{"no match", long, "zebra", 20, "Nothing is here at all. The foreign…"},
		{"at the end", long, "disagreed", 12, "…in the room [disagreed] with that."},
		{"parts join", "an anti-Iran act", "anti-Iran", 40, "an [anti-Iran] act"},
		{"Chinese", "他说习近平说中国", "近平", 2, "…说习[近平]说中…"},
		{"astral", "😀😀 Iran 😀", "iran", 10, "😀😀 [Iran] 😀"},
		{"graphemes", "👨‍👩‍👧👨‍👩‍👧x👨‍👩‍👧", "x", 6, "…👨‍👩‍👧[x]👨‍👩‍👧"},
		{"long word", strings.Repeat("a", 300) + " b", "b", 5, "…[b]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, hl := Snippet(c.text, matcher(c.query), c.around)
			r := []rune(s)
			for _, h := range slices.Backward(hl) {
				r = slices.Insert(r, h[1], ']')
				r = slices.Insert(r, h[0], '[')
			}
			if d := cmp.Diff(c.want, string(r)); d != "" {
				t.Error(d)
			}
		})
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("Iran’s anti-Iran 习近平 👨‍👩‍👧 กำ", "iran", 3)
	f.Add("🇮🇷🇮🇷🇮🇷🇮🇷 a", "a", 1)
	f.Fuzz(func(t *testing.T, s, query string, around int) {
		if !utf8.ValidString(s) {
			return
		}
		around = around&63 + 1
		snip, hl := Snippet(s, matcher(query), around)
		body := strings.TrimSuffix(strings.TrimPrefix(snip, Ellipsis), Ellipsis)
		at := strings.Index(s, body)
		if at < 0 {
			t.Fatalf("%q is not in %q", body, s)
		}
		bounds := map[int]bool{0: true}
		for g := graphemes.FromString(s); g.Next(); {
			bounds[g.End()] = true
		}
		for !strings.Contains(s, Ellipsis) {
			if bounds[at] && bounds[at+len(body)] {
				break
			}
			next := strings.Index(s[at+1:], body)
			if next < 0 {
				t.Fatalf("%q cuts a grapheme of %q", snip, s)
			}
			at += 1 + next
		}
		last, n := 0, utf8.RuneCountInString(snip)
		for _, h := range hl {
			if h[0] < last || h[1] <= h[0] || h[1] > n {
				t.Fatalf("highlights %v of %q", hl, snip)
			}
			last = h[1]
		}
	})
}

// prose is about what a news article looks like.
const prose = "Iran’s foreign minister, Mohammad Javad Zarif, said on Monday that the negotiations with the Group 5+1 " +
	"had reached a “critical stage” and that sanctions must be lifted on the first day of any agreement. "

func BenchmarkTokens(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"english", strings.Repeat(prose, 20)},
		{"persian", strings.Repeat("وزیر امور خارجه گفت که مذاکرات با گروه ۵+۱ به مرحله حساسی رسیده است و می‌خواهیم ", 30)},
		{"chinese", strings.Repeat("外交部长说谈判已经到了关键阶段。", 60)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				for range Tokens(c.text) {
					n++
				}
			}
		})
	}
}

func BenchmarkSnippet(b *testing.B) {
	s := strings.Repeat(prose, 20)
	m := matcher("critical agreement")
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Snippet(s, m, 80)
	}
}
