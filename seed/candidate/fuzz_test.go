package candidate_test

import (
	"context"
	"testing"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/seed/candidate"
)

// Whatever the text, a record takes what is proposed of it.
func FuzzProposalIsWritten(f *testing.F) {
	for _, s := range []string{
		"“It is late,” Ann Lee told the mayor on May 8. “I (Lee) go.”", "Officials said Lee said officials said so.", "X: “a\n“b\n“c”",
		"He said that", "„Rot“, sagte er am Montag.", "“\u00a0” said Lee.", "“\u200f” said \u0301.", "Lee said \"\" and “[]” (…) said Lee.",
		"Ruled Out, Lee Says\n\nRuled Out, Lee Says\n\n“a b c,” said Lee yesterday, February 30, 9999.",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || !utf8.ValidString(text) {
			return
		}
		rec := graphtest.Open(t)
		defer rec.Close()
		graphtest.Build().Capture("c", text).Write(t, rec)
		a := article("c", text)
		a.Published, a.Language = edtf.When{EDTF: edtf.MustParse("2018-08-15")}, ""
		for _, s := range propose(t, a).Statements {
			if _, err := rec.Write(context.Background(), graph.Revision{Agent: "test", Method: candidate.Method, Changes: s.Changes}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
