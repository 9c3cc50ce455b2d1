package export_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/graphtest/gen"
)

// BenchmarkExport writes a record of 2,000 statements in every format, beside a
// scan of the same record that only takes what is stored apart.
func BenchmarkExport(b *testing.B) {
	const statements = 2000
	rec := graphtest.Open(b)
	for rev := range gen.New(gen.Options{Statements: statements, Batch: 40}).Revisions() {
		if _, err := rec.Write(b.Context(), rev); err != nil {
			b.Fatal(err)
		}
	}
	v := graphtest.View(b, rec)
	b.Run("raw scan", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for s, err := range v.Stream(b.Context()) {
				if err != nil {
					b.Fatal(err)
				}
				n += len(s.ID())
			}
			if n == 0 {
				b.Fatal("nothing was read")
			}
		}
		b.ReportMetric(statements*float64(b.N)/b.Elapsed().Seconds(), "statements/s")
	})
	for name := range strings.FieldsSeq("nquads csv parquet jsonl graphml gexf cytoscape turtle jsonld ftm claimreview xlsx") {
		f := named(b, name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var out counting
			for b.Loop() {
				out = 0
				if _, err := export.Export(b.Context(), v, export.Selection{}, f, export.Options{}, &out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(statements*float64(b.N)/b.Elapsed().Seconds(), "statements/s")
			b.ReportMetric(float64(out)/statements, "B/statement")
		})
	}
}

type counting int64

func (c *counting) Write(b []byte) (int, error) {
	*c += counting(len(b))
	return len(b), nil
}
