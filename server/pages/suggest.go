package pages

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"
)

// suggestView is what is found while a reader types: a list of HTML, by kind.
var suggestView = &view{
	name: "suggest",
	variables: func(_ *Site, r *Request) (map[string]any, error) {
		words := strings.TrimSpace(r.Form.Get("q"))
		if words == "" {
			return nil, nil
		}
		return map[string]any{"name": words, "words": begun(words)}, nil
	},
	prepare: prepareSuggest,
}

// begun is a search for words of which the last may go on.
func begun(words string) string {
	last, _ := utf8.DecodeLastRuneInString(words)
	if strings.Count(words, `"`)%2 == 1 {
		return words + `"`
	}
	if unicode.IsLetter(last) || unicode.IsDigit(last) {
		return words + "*"
	}
	return words
}

type suggestions struct {
	Kind string
	Hits []found
}

func prepareSuggest(_ context.Context, _ *Site, m *Model) error {
	var out []suggestions
	named := func(kind string, c Connection[*Node]) {
		s := suggestions{Kind: kind}
		for _, n := range c.Nodes {
			s.Hits = append(s.Hits, found{n, []Segment{{Text: n.Label}}})
		}
		out = append(out, s)
	}
	hits := func(kind string, c Connection[*Hit]) {
		s := suggestions{Kind: kind}
		for _, h := range c.Nodes {
			if h.Node != nil {
				s.Hits = append(s.Hits, found{h.Node, h.segments()})
			}
		}
		out = append(out, s)
	}
	named("SPEAKER", m.Speakers)
	hits("CLAIM", m.FoundClaims)
	hits("STATEMENT", m.FoundStatements)
	hits("EVENT", m.FoundEvents)
	named("TOPIC", m.Topics)
	hits("SOURCE", m.FoundSources)
	m.Body = out
	return nil
}

// segments are a hit's snippet with what was found marked.
func (h *Hit) segments() []Segment {
	var marks []Mark
	for _, p := range h.Highlights {
		marks = append(marks, Mark{Start: p[0], End: p[1], Class: "hit"})
	}
	return segments(h.Snippet, 0, marks)
}

// Detail tells the node from others of its kind.
func (f found) Detail() string { return detail(f.Node) }
