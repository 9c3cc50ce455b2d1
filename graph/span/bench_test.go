package span_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/span"
)

// long are texts of 200 KB: what a long transcript has.
func long() map[string]string {
	fill := func(s string) string { return strings.Repeat(s, 200_000/len(s)+1) }
	return map[string]string{
		"ascii":   fill("Trump said on July 30 that he would meet them. "),
		"mixed":   fill("“I'm ready to meet whenever they want to” – he said on July 30. "),
		"persian": fill("رهبر انقلاب گفت مذاکره نمی‌کنیم، "),
	}
}

func benchmark(b *testing.B, run func(b *testing.B, s string, t *span.Text)) {
	for name, s := range long() {
		t, err := span.NewText(s)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			run(b, s, t)
		})
	}
}

func BenchmarkNewText(b *testing.B) {
	benchmark(b, func(b *testing.B, s string, _ *span.Text) {
		b.SetBytes(int64(len(s)))
		for b.Loop() {
			if _, err := span.NewText(s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAt(b *testing.B) {
	benchmark(b, func(b *testing.B, _ string, t *span.Text) {
		k := 0
		for b.Loop() {
			k = (k + 7919) % (t.Len() - 200)
			if _, err := t.At(k, k+200); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkExact(b *testing.B) {
	benchmark(b, func(b *testing.B, _ string, t *span.Text) {
		s, err := t.At(t.Len()-400, t.Len()-200)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := t.Exact(s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	for name, s := range long() {
		t, err := span.NewText(s + " once only ")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := t.Find("once", " ", " only"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
