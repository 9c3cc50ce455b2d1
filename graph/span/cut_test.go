package span_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/span"
)

// marked reads a text with {content} and, within it, <what to remove>.
func marked(t *testing.T, s string) (text *span.Text, content, remove []span.Span) {
	t.Helper()
	var plain strings.Builder
	var starts [2]int
	var places [2][][2]int
	at := 0
	for _, r := range s {
		switch r {
		case '{', '<':
			starts[strings.IndexRune("{<", r)] = at
		case '}', '>':
			k := strings.IndexRune("}>", r)
			places[k] = append(places[k], [2]int{starts[k], at})
		default:
			plain.WriteRune(r)
			at++
		}
	}
	text, err := span.NewText(plain.String())
	if err != nil {
		t.Fatal(err)
	}
	var spans [2][]span.Span
	for k, ps := range places {
		for _, p := range ps {
			sp, err := text.At(p[0], p[1])
			if err != nil {
				t.Fatal(err)
			}
			spans[k] = append(spans[k], sp)
		}
	}
	return text, spans[0], spans[1]
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"whole", "{one two}", "one two"},
		{"between words", "“{But at present, negotiations <(with the US)> will} not", "But at present, negotiations will"},
		{"short", "{they <(Americans)> do}", "they do"},
		{"before a comma", "{talks <(with the US)>, he said}", "talks, he said"},
		{"before a Persian comma", "{گفتگو <(با آمریکا)>، گفت}", "گفتگو، گفت"},
		{"before a quotation mark", "{talks <(with the US)>” and}", "talks” and"},
		{"behind a bracket", "{see (<sic> this)}", "see (this)"},
		{"two behind a bracket", "{see (<a> <b> this)}", "see (this)"},
		{"at the start", "{<(The US)> will not}", "will not"},
		{"at the end", "{will not <(he said)>}", "will not"},
		{"everything", "{<all>}", ""},
		{"side by side", "{a <b><c> d}", "a d"},
		{"with a space between", "{a <b> <c> d}", "a d"},
		{"only a space between, then a comma", "{a <b> <c>, d}", "a, d"},
		{"without spaces", "{neg<X>otiations}", "negotiations"},
		{"space on the left", "{a <[b]>c}", "a c"},
		{"no-break space is kept", "{5\u00a0<[b]>000}", "5\u00a0000"},
		{"white space of all kinds", "{a\u00a0\n<[b]>\u2003c}", "a c"},
		{"spaces elsewhere stay", "{a  b <x> c\n\nd}", "a  b c\n\nd"},
		{"several", "“{we will},” he said, “{never <(ever)> talk} ”", "we will never talk"},
		{"ends are trimmed", "{a }x{ b}", "a b"},
		{"reaches out on the left", "<a {b> c}", "c"},
		{"reaches out on the right", "{a <b} c>", "a"},
		{"beside", "<a >{b}< c>", "b"},
		{"emoji", "{we 👍🏽 <(👨\u200d👩)> agree 🇮🇷}", "we 👍🏽 agree 🇮🇷"},
	} {
		text, content, remove := marked(t, c.in)
		if got := span.Cut(text, content, remove); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCutOverlapping(t *testing.T) {
	t.Parallel()
	text, _ := span.NewText("0 1 2 3 4 5")
	at := func(a, b int) span.Span {
		s, err := text.At(a, b)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	all := []span.Span{at(0, 11)}
	if got := span.Cut(text, all, []span.Span{at(6, 9), at(2, 7), at(4, 5)}); got != "0 5" {
		t.Errorf("got %q", got)
	}
	if got := span.Cut(text, append(all, span.Span{Start: 90, End: 91, ByteStart: 90, ByteEnd: 91}), []span.Span{{}}); got != "0 1 2 3 4 5" {
		t.Errorf("spans of another text: got %q", got)
	}
	if got := span.Cut(text, nil, nil); got != "" {
		t.Errorf("no content: got %q", got)
	}
}
