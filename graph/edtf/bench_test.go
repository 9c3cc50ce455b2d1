package edtf_test

import (
	"testing"

	"github.com/onrecord/onrecord/graph/edtf"
)

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"2018-05-08", "XXXX-05-08", "156X-12-25", "1985-04-12T23:20:30+04:30", "2004-06/2006-08"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := edtf.Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkKey is what a record does with a date that it reads to index it.
func BenchmarkKey(b *testing.B) {
	w := edtf.When{Written: "May 8", EDTF: day("XXXX-05-08"), NotBefore: day("2015"), NotAfter: day("2018-08-13")}
	stored, _ := w.AppendBinary(nil)
	key := make([]byte, 0, edtf.SortKeySize)
	b.ReportAllocs()
	for b.Loop() {
		w, _, err := edtf.DecodeWhen(stored)
		if err != nil {
			b.Fatal(err)
		}
		key = edtf.AppendSortKey(key[:0], w.Interval())
	}
}

func BenchmarkImpossible(b *testing.B) {
	for b.Loop() {
		if _, err := edtf.Parse("XXX1-02-29"); err == nil {
			b.Fatal("accepted")
		}
	}
}
