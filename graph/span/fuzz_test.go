package span_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph/span"
)

// checkText compares a span with what a slice of runes says of it.
func checkText(t *testing.T, s string, start, end int) {
	t.Helper()
	text, err := span.NewText(s)
	if err != nil {
		t.Fatal(err)
	}
	runes := []rune(s)
	if text.Len() != len(runes) {
		t.Fatalf("%d code points, want %d", text.Len(), len(runes))
	}
	got, err := text.At(start, end)
	if start < 0 || end > len(runes) || start >= end {
		if err == nil {
			t.Fatalf("At(%d, %d) of %d = %v, want an error", start, end, len(runes), got)
		}
		return
	}
	exact := string(runes[start:end])
	from := len(string(runes[:start]))
	want := span.Span{Start: start, End: end, ByteStart: from, ByteEnd: from + len(exact)}
	if err != nil || got != want || got.Validate() != nil {
		t.Fatalf("At(%d, %d) = %v, %v, %v; want %v", start, end, got, err, got.Validate(), want)
	}
	if back, err := text.AtBytes(want.ByteStart, want.ByteEnd); back != want || err != nil {
		t.Fatalf("AtBytes: %v, %v, want %v", back, err, want)
	}
	if e, err := text.Exact(want); e != exact || err != nil {
		t.Fatalf("Exact(%v) = %q, %v, want %q", want, e, err, exact)
	}
	u := len(utf16.Encode(runes[:start]))
	v := u + len(utf16.Encode(runes[start:end]))
	if a, b, err := text.UTF16(want); a != u || b != v || err != nil {
		t.Fatalf("UTF16(%v) = %d, %d, %v, want %d, %d", want, a, b, err, u, v)
	}
	if back, err := text.AtUTF16(u, v); back != want || err != nil {
		t.Fatalf("AtUTF16(%d, %d) = %v, %v, want %v", u, v, back, err, want)
	}
	prefix, suffix := text.Context(want, 3)
	if prefix != string(runes[max(0, start-3):start]) || suffix != string(runes[end:min(end+3, len(runes))]) {
		t.Fatalf("Context(%v) = %q, %q", want, prefix, suffix)
	}
	if found, err := text.Find(exact, prefix, suffix); err == nil && found != want {
		t.Fatalf("Find(%q, %q, %q) = %v, want %v", exact, prefix, suffix, found, want)
	} else if n := strings.Count(s, prefix+exact+suffix); err != nil && n == 0 {
		t.Fatalf("Find(%q, %q, %q): %v", exact, prefix, suffix, err)
	}
	if back, rest, err := span.Decode(want.Append(nil)); back != want || len(rest) != 0 || err != nil {
		t.Fatalf("Decode(Append(%v)) = %v, %v", want, back, err)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range texts {
		f.Add(s, 0, 1)
		f.Add(s, 3, 300)
	}
	f.Add("\xff", 0, 1)
	f.Fuzz(func(t *testing.T, s string, start, end int) {
		if !utf8.ValidString(s) {
			if text, err := span.NewText(s); err == nil {
				t.Fatalf("%q is a text of %d code points", s, text.Len())
			}
			return
		}
		checkText(t, s, start, end)
	})
}

// FuzzPlaces gives offsets of every unit, most of them inside something.
func FuzzPlaces(f *testing.F) {
	for _, s := range texts {
		f.Add(s, 1, 4, 1, 4)
	}
	f.Fuzz(func(t *testing.T, s string, a, b, c, d int) {
		text, err := span.NewText(s)
		if err != nil {
			return
		}
		for _, at := range []func(int, int) (span.Span, error){text.At, text.AtBytes, text.AtUTF16} {
			if sp, err := at(a, b); err == nil {
				checkText(t, s, sp.Start, sp.End)
			}
		}
		sp := span.Span{Start: a, End: b, ByteStart: c, ByteEnd: d}
		exact, err := text.Exact(sp)
		if same, err2 := text.At(a, b); (err == nil) != (err2 == nil && same == sp) {
			t.Fatalf("Exact(%v) = %q, %v; At gives %v, %v", sp, exact, err, same, err2)
		}
		text.Context(sp, 5)
		valid := sp.Validate() == nil
		if err == nil && !valid {
			t.Fatalf("%v is in the text and not valid", sp)
		}
		if back, _, err := span.Decode(sp.Append(nil)); valid && sp.ByteEnd < 1<<60 && (err != nil || back != sp) || !valid && err == nil && back == sp {
			t.Fatalf("%v is read back as %v, %v", sp, back, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xbb\x1b\x07\x2f\x00tail"))
	f.Add([]byte("\x00\x01\x00\x03"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, rest, err := span.Decode(b)
		if err != nil {
			return
		}
		if s.Validate() != nil || !bytes.Equal(append(s.Append(nil), rest...), b) {
			t.Fatalf("%x decodes to %v, %v", b, s, s.Validate())
		}
	})
}

// FuzzCut checks that nothing is in the words that is not in the content, and
// that what is kept stands in its order.
func FuzzCut(f *testing.F) {
	f.Add("negotiations (with the US) will", 0, 31, 13, 26, 20, 22)
	f.Add("“they (Americans) do”", 1, 20, 6, 17, 0, 3)
	f.Fuzz(func(t *testing.T, s string, a, b, c, d, e, g int) {
		text, err := span.NewText(s)
		if err != nil {
			return
		}
		content, err := text.At(a, b)
		if err != nil {
			return
		}
		var remove []span.Span
		for _, p := range [][2]int{{c, d}, {e, g}} {
			if sp, err := text.At(p[0], p[1]); err == nil {
				remove = append(remove, sp)
			}
		}
		got := span.Cut(text, []span.Span{content}, remove)
		var kept []rune
		for k, r := range []rune(s) {
			in := func(sp span.Span) bool { return sp.Start <= k && k < sp.End }
			cut := false
			for _, sp := range remove {
				cut = cut || in(sp)
			}
			if in(content) && !cut {
				kept = append(kept, r)
			}
		}
		words := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if words(got) != words(string(kept)) || got != strings.TrimSpace(got) {
			t.Fatalf("Cut(%q, %v, %v) = %q, kept %q", s, content, remove, got, string(kept))
		}
	})
}
