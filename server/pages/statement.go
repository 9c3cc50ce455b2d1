package pages

import (
	"context"
	"strconv"
	"strings"
)

var statement = &view{
	name: "statement", kind: "STATEMENT",
	variables: func(_ *Site, r *Request) (map[string]any, error) { return map[string]any{"id": r.ID}, nil },
	prepare:   prepareStatement,
}

// Around a statement so much of its source is shown, in code points; a text that
// is not much longer is shown whole.
const (
	wholeText = 24_000
	around    = 3_000
)

// statementBody is what a statement's page shows beyond its answer.
type statementBody struct {
	Text          *Node // the capture that it stands in first
	Place         *Span
	Paragraphs    []Paragraph
	Before, After bool // whether the text goes on beyond what is shown
	Renderings    []rendering
	Citations     []citation
	Proof         string // the address of the citation with its proof; "" where none is made
}

// rendering is another rendering of the same utterance, with what differs
// marked on both sides.
type rendering struct {
	*Node
	Here, There []Segment
}

func prepareStatement(ctx context.Context, s *Site, m *Model) error {
	n := m.Node
	b := &statementBody{}
	m.Title, m.Body = statementTitle(n), b
	m.Summary = n.Text
	for _, other := range n.Renderings {
		r := rendering{Node: other}
		r.Here, r.There = differing(n.Text, other.Text)
		b.Renderings = append(b.Renderings, r)
	}
	if b.Citations = s.citations(m); b.Citations != nil && s.opts.Proofs {
		b.Proof = m.Base + "/cite/" + n.ID + "?asOf=" + strconv.Itoa(m.Record.Seq)
	}
	if len(n.QuotedIn) == 0 || n.QuotedIn[0].Capture == nil || n.Retracted {
		return nil
	}
	b.Place = n.QuotedIn[0]
	home := b.Place.Capture
	start, end := 0, home.Length
	if home.Length > wholeText {
		start, end = max(0, b.Place.Start-around), min(home.Length, b.Place.End+around)
	}
	a, err := s.ask(ctx, m, "capture", map[string]any{"id": home.ID, "start": start, "end": end})
	if err != nil {
		return err
	}
	if b.Text = a.Capture; b.Text == nil {
		return nil
	}
	b.Before, b.After = start > 0, end < home.Length
	var marks []Mark
	mark := func(class, title string, spans ...*Span) {
		for _, sp := range spans {
			if sp != nil && (sp.Capture == nil || sp.Capture.ID == home.ID) {
				marks = append(marks, Mark{Start: sp.Start, End: sp.End, Class: class, Title: title})
			}
		}
	}
	for _, sp := range n.QuotedIn {
		if sp.Capture != nil && sp.Capture.ID == home.ID {
			mark("content", "", sp)
		}
	}
	mark("insertion", "", n.Insertions...)
	mark("nested", "", n.NestedQuotations...)
	mark("narration", "", n.Narration...)
	mark("cue", "", n.Cue)
	mark("mention", "", n.Mention)
	b.Paragraphs = paragraphs(b.Text.Part.Exact, start, b.Text.Paragraphs, b.Text.Headline, marks)
	return nil
}

func statementTitle(n *Node) string {
	q := n.Quotation()
	text := n.Text
	if text == "" {
		return n.Label
	}
	if r := []rune(text); len(r) > 90 {
		text = strings.TrimRight(string(r[:90]), " ") + "…"
	}
	text = q.Open + text + q.Close
	if n.Speaker != nil {
		return n.Speaker.Label + ": " + text
	}
	return text
}

// differing marks the words in which two texts differ: those that are not in
// their longest common sequence of words. Long texts are only set side by side.
func differing(a, b string) (left, right []Segment) {
	x, y := strings.SplitAfter(a, " "), strings.SplitAfter(b, " ")
	if len(x) > 400 || len(y) > 400 {
		return []Segment{{Text: a}}, []Segment{{Text: b}}
	}
	same := func(i, j int) bool { return bareWord(x[i]) == bareWord(y[j]) }
	// longest[i][j] is the length for x[i:] and y[j:].
	longest := make([][]int, len(x)+1)
	for i := range longest {
		longest[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if same(i, j) {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && same(i, j):
			left, right = grow(left, x[i], ""), grow(right, y[j], "")
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && longest[i+1][j] >= longest[i][j+1]:
			left = grow(left, x[i], "differs")
			i++
		default:
			right = grow(right, y[j], "differs")
			j++
		}
	}
	return left, right
}

func bareWord(s string) string { return strings.ToLower(strings.Trim(s, " ,.;:!?\"“”‘’'")) }

func grow(list []Segment, text, class string) []Segment {
	if n := len(list); n > 0 && list[n-1].Class == class {
		list[n-1].Text += text
		return list
	}
	return append(list, Segment{Text: text, Class: class})
}
