package span_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/span"
)

// texts have every width of code point, alone and at the edges of one another.
var texts = map[string]string{
	"empty":     "",
	"ascii":     "Trump said on July 30.",
	"quotes":    "the “deceitful and bullying regime” – he said…",
	"persian":   "رهبر انقلاب: «مذاکره نمی‌کنیم»، ۲۲ مرداد",
	"combining": "Khamene\u0301i s\u0327aid e\u0301\u0302",
	"emoji":     "yes 👍🏽 family 👨\u200d👩\u200d👧\u200d👦 flag 🇮🇷 end",
	"astral":    "𝔸𐎠𐎡𠀀",
	"bmp edge":  "\uffff\U00010000\ud7ff\ue000\U0010ffff\ufffd\u07ff\u0800\u007f\u0080",
	"nbsp":      "5\u00a0000 people\u202fsaid\u2003so",
	"newlines":  "a\r\n\r\nb\u2028c\x00d",
	"long":      strings.Repeat("ascii “x” ، 👍 ", 200),
	"exact":     strings.Repeat("é", 512),
	"late":      strings.Repeat("a", 1000) + "é" + strings.Repeat("b", 300) + "👍",
}

func TestTextAgreesWithRunes(t *testing.T) {
	t.Parallel()
	for name, s := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			points := len([]rune(s))
			for start := 0; start < points; start += 1 + points/50 {
				for _, end := range []int{start + 1, start + 2, start + 256, start + 300, points} {
					if end > start && end <= points {
						checkText(t, s, start, end)
					}
				}
			}
		})
	}
}

func TestOffsetErrors(t *testing.T) {
	t.Parallel()
	text, err := span.NewText("né👍.")
	if err != nil {
		t.Fatal(err)
	}
	if text.Len() != 4 || text.Bytes() != 8 || text.String() != "né👍." {
		t.Errorf("got %d code points, %d bytes", text.Len(), text.Bytes())
	}
	for _, c := range []struct {
		name   string
		at     func(int, int) (span.Span, error)
		a, b   int
		offset int
		want   string
	}{
		{"before", text.At, -1, 2, -1, "code point -1 of a text of 4"},
		{"behind", text.At, 1, 5, 5, "code point 5 of a text of 4"},
		{"empty", text.At, 2, 2, 2, "not empty"},
		{"turned", text.At, 3, 1, 1, "before it begins, at 3"},
		{"inside é", text.AtBytes, 2, 3, 2, "inside a code point"},
		{"to inside 👍", text.AtBytes, 3, 5, 5, "byte 5 of a text of 8"},
		{"behind in bytes", text.AtBytes, 3, 9, 9, "behind"},
		{"inside the pair", text.AtUTF16, 3, 4, 3, "surrogate"},
		{"to inside the pair", text.AtUTF16, 0, 3, 3, "UTF-16 unit 3 of a text of 5"},
		{"behind in UTF-16", text.AtUTF16, 0, 6, 6, "behind"},
		{"extremes", text.At, math.MinInt, math.MaxInt, math.MinInt, "before"},
	} {
		s, err := c.at(c.a, c.b)
		var offset *span.OffsetError
		if !errors.As(err, &offset) || offset.Offset != c.offset || !strings.Contains(err.Error(), c.want) || s != (span.Span{}) {
			t.Errorf("%s: got %v, %v; want offset %d and %q", c.name, s, err, c.offset, c.want)
		}
	}
	for _, s := range []string{"ab\xffc", "\xed\xa0\x80", "ok\xf0\x9f\x91", "\xc0\x80"} {
		_, err := span.NewText(s)
		var offset *span.OffsetError
		if !errors.As(err, &offset) || offset.Length != len(s) || offset.Offset != strings.IndexFunc(s, func(r rune) bool { return r == 0xfffd }) {
			t.Errorf("NewText(%q): %v", s, err)
		}
	}
}

func TestExactRefuses(t *testing.T) {
	t.Parallel()
	text, _ := span.NewText("né👍 n")
	if s, err := text.Exact(span.Span{Start: 1, End: 3, ByteStart: 1, ByteEnd: 7}); s != "é👍" || err != nil {
		t.Errorf("got %q, %v", s, err)
	}
	for _, s := range []span.Span{
		{},
		{Start: 1, End: 3, ByteStart: 1, ByteEnd: 3},
		{Start: 0, End: 1, ByteStart: 8, ByteEnd: 9}, // the same letter elsewhere
		{Start: 4, End: 6, ByteStart: 8, ByteEnd: 10},
		{Start: 4, End: 5, ByteStart: 8, ByteEnd: 8},
		{Start: -1, End: 5, ByteStart: 8, ByteEnd: 9},
	} {
		if got, err := text.Exact(s); err == nil {
			t.Errorf("Exact(%v) = %q, want an error", s, got)
		}
		if _, _, err := text.UTF16(s); err == nil {
			t.Errorf("UTF16(%v) is no error", s)
		}
		if p, q := text.Context(s, 5); p+q != "" {
			t.Errorf("Context(%v) = %q, %q", s, p, q)
		}
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	text, _ := span.NewText("né👍 n2")
	s, _ := text.At(2, 3)
	for n, want := range map[int][2]string{
		0: {"", ""}, -1: {"", ""}, 1: {"é", " "}, 2: {"né", " n"}, 32: {"né", " n2"}, math.MaxInt: {"né", " n2"},
	} {
		if p, q := text.Context(s, n); p != want[0] || q != want[1] {
			t.Errorf("Context(%d) = %q, %q, want %q", n, p, q, want)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	text, _ := span.NewText("“They want to.” They – the US – want to. aaa ééé")
	for _, c := range []struct {
		exact, prefix, suffix string
		at                    int // or minus the number of places
		without               int
	}{
		{"US", "", "", 27, 0},
		{"They", "", "", -2, 0},
		{"They", "“", "", 1, 0},
		{"They", "", " –", 16, 0},
		{"want to", "US – ", ".", 32, 0},
		{"want to", "EU – ", ".", 0, 2},
		{"\"They", "", "", 0, 0},
		{"aa", "", "", -2, 0}, // they overlap
		{"é", "", "", -3, 0},
		{"ééé", "", "", 45, 0},
		{"“They want to.” They – the US – want to. aaa ééé", "", "", -1, 0},
	} {
		s, err := text.Find(c.exact, c.prefix, c.suffix)
		var find *span.FindError
		switch {
		case c.at == -1 && err == nil && s.Len() == text.Len():
		case c.at > 0:
			if exact, err2 := text.Exact(s); err != nil || err2 != nil || s.Start != c.at || exact != c.exact {
				t.Errorf("%q: got %v, %v, want %d", c.exact, s, err, c.at)
			}
		case !errors.As(err, &find) || find.Count != -c.at || find.Without != c.without:
			t.Errorf("%q: got %v, %v, want %d places and %d", c.exact, s, err, -c.at, c.without)
		}
	}
	for _, bad := range [][3]string{{"", "a", ""}, {"\xa9", "", ""}, {"a", "\xc3", ""}} {
		if s, err := text.Find(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("Find(%q) = %v", bad, s)
		}
	}
	many, _ := span.NewText(strings.Repeat("a", 100_000))
	if _, err := many.Find(strings.Repeat("a", 500), "", ""); err == nil || !strings.Contains(err.Error(), "1000 or more") {
		t.Errorf("got %v", err)
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	s := span.Span{Start: 3515, End: 3522, ByteStart: 3562, ByteEnd: 3569}
	if s.Validate() != nil || s.Len() != 7 || s.String() != "3515-3522 (bytes 3562-3569)" {
		t.Errorf("%v: %v", s, s.Validate())
	}
	at := func(a, b int) span.Span { return span.Span{Start: a, End: b} }
	if !at(1, 5).Contains(at(1, 5)) || at(1, 5).Contains(at(1, 6)) || !at(1, 5).Overlaps(at(4, 6)) || at(1, 5).Overlaps(at(5, 6)) {
		t.Error("Contains or Overlaps")
	}
	for _, bad := range []span.Span{
		{},
		{1, 1, 1, 1},
		{2, 1, 2, 1},
		{-1, 1, 0, 2},
		{0, 1, -1, 1},
		{0, 2, 0, 1},
		{0, 1, 0, 5},
		{1, 2, 5, 6},
		{2, 3, 1, 2},
		{0, 1, 1, 2},
		{0, math.MaxInt, 0, 5},
		{0, 1, 0, math.MaxInt},
		{math.MinInt, math.MaxInt, 0, 1},
	} {
		if bad.Validate() == nil {
			t.Errorf("%v is valid", bad)
		}
	}
}

func TestBinary(t *testing.T) {
	t.Parallel()
	s := span.Span{Start: 3515, End: 3522, ByteStart: 3562, ByteEnd: 3569}
	b := s.Append([]byte("head"))
	if string(b) != "head\xbb\x1b\x07\x2f\x00" { // the stored form does not change
		t.Errorf("got %q", b)
	}
	got, rest, err := span.Decode(append(b[4:], "tail"...))
	if got != s || string(rest) != "tail" || err != nil {
		t.Errorf("got %v, %q, %v", got, rest, err)
	}
	for _, bad := range []string{
		"", "\x01", "\x01\x00\x00\x00", "\x01\x01\x00", "\x81\x00\x01\x00\x00", "\x01\x01\x04\x00", "\x01\x01\x00\x04",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01\x00\x00", "\x80\x80\x80\x80\x80\x80\x80\x80\x40\x01\x00\x00",
	} {
		if s, rest, err := span.Decode([]byte(bad)); err == nil || s != (span.Span{}) || string(rest) != bad {
			t.Errorf("Decode(%q) = %v, %q, %v; want an error", bad, s, rest, err)
		}
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	if got, want := span.Hash("abc"), [8]byte{0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea}; got != want {
		t.Errorf("got %x, want %x", got, want)
	}
}
