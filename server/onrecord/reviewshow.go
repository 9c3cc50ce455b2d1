package main

import (
	"slices"
	"strings"
)

// queueQuery asks for a page of what was proposed and of the edges that are
// candidates.
const queueQuery = `query($first: Int, $after: String, $candidates: Int, $afterEdge: String) {
  queue {
    proposals(first: $first, after: $after) {
      totalCount
      pageInfo { endCursor hasNextPage }
      nodes {
        id kind label
        history(first: 1) { nodes { seq agent method reason } }
        edges(first: 30, status: [CANDIDATE]) { nodes { ...Tie } }
        ... on Statement { mode }
        ... on Speaker { type description }
      }
    }
    candidates(first: $candidates, after: $afterEdge) {
      totalCount
      pageInfo { endCursor hasNextPage }
      nodes { ...Tie }
    }
  }
}
fragment Tie on Edge {
  id kind method confidence note
  evidence { ...Spot }
  from { id kind label ... on Speaker { type description } }
  to { id kind label ... on Speaker { type description } }
}
fragment Spot on Span { exact prefix suffix }`

type pageInfo struct {
	EndCursor   string
	HasNextPage bool
}

type spot struct{ Exact, Prefix, Suffix string }

type linkEnd struct{ ID, Kind, Label, Type, Description string }

// waiting is a node that was proposed, or an edge: then it has ends.
type waiting struct {
	ID, Kind, Label                 string
	Mode, Type, Description, Method string
	Confidence                      *float64
	Note                            string
	Evidence                        []spot
	From, To                        linkEnd
	Edges                           struct{ Nodes []waiting }
	History                         struct {
		Nodes []struct {
			Seq                   int
			Agent, Method, Reason string
		}
	}

	now int // the revision of the decision taken here
}

// version is the revision that a decision on a node is conditional on; 0 for an
// edge.
func (w *waiting) version() int {
	if w.now > 0 || len(w.History.Nodes) == 0 {
		return w.now
	}
	return w.History.Nodes[0].Seq
}

// show prints what waits and what speaks for it.
func (w *waiting) show(o *output, left int) {
	o.printf("\n[%d] ", left)
	if w.From.ID != "" {
		o.printf("%s\n", plainWords(w.Kind))
		o.hanging("  from  ", w.From.line())
		o.hanging("  to    ", w.To.line())
		w.found(o)
	} else {
		o.printf("%s\n", plainWords(w.Kind, w.Mode, w.Type))
		o.hanging("  ", clean(w.Label))
		if w.Description != "" && w.Description != w.Label {
			o.hanging("  ", clean(w.Description))
		}
		w.ties(o)
		for _, h := range w.History.Nodes {
			o.hanging("  by    ", clean(strings.Join(nonempty(h.Agent, h.Method, h.Reason), ", ")))
		}
	}
}

// maxTies bounds how many edges of a node are shown.
const maxTies = 6

// ties prints the edges that were proposed with a node; that it may be another
// one comes first.
func (w *waiting) ties(o *output) {
	slices.SortStableFunc(w.Edges.Nodes, func(a, b waiting) int { return rank(a.Kind) - rank(b.Kind) })
	for i := range w.Edges.Nodes {
		if i == maxTies {
			o.printf("  and %d more\n", len(w.Edges.Nodes)-maxTies)
			break
		}
		w.Edges.Nodes[i].tie(o, w.ID)
	}
}

func rank(kind string) int {
	switch kind {
	case "SAME_AS":
		return 0
	case "QUOTED_IN":
		return 1
	}
	return 2
}

// tie prints an edge that is decided with a node.
func (w *waiting) tie(o *output, of string) {
	other := w.To
	if w.To.ID == of {
		other = w.From
	}
	if w.Kind == "QUOTED_IN" {
		w.found(o)
		return
	}
	o.hanging("  "+plainWords(w.Kind)+" ", other.line())
	if w.Kind == "SAME_AS" {
		w.found(o)
		return
	}
	w.spots(o, "    ", w.Evidence)
}

// found prints how an edge was found.
func (w *waiting) found(o *output) {
	w.spots(o, "  ", w.Evidence)
	if w.Note != "" {
		o.hanging("  why   ", clean(w.Note))
	}
	if w.Confidence != nil {
		o.printf("  found by %s, confidence %.2f\n", clean(w.Method), *w.Confidence)
	} else if w.Method != "" {
		o.printf("  found by %s\n", clean(w.Method))
	}
}

// spots prints places with their surroundings, the exact words marked: in
// reverse on a terminal, in double brackets elsewhere.
func (w *waiting) spots(o *output, indent string, spots []spot) {
	for _, s := range spots {
		before, after := "[[", "]]"
		text := clean(s.Exact)
		if o.tty {
			before, after = "\x1b[7m", "\x1b[27m"
		}
		lead, tail := clean(s.Prefix), clean(s.Suffix)
		if lead != "" && (strings.HasSuffix(s.Prefix, " ") || strings.HasSuffix(s.Prefix, "\n")) {
			lead += " "
		}
		if tail != "" && (strings.HasPrefix(s.Suffix, " ") || strings.HasPrefix(s.Suffix, "\n")) {
			tail = " " + tail
		}
		o.hanging(indent, "… "+lead+before+text+after+tail+" …")
	}
}

func (e *linkEnd) line() string {
	d := e.Description
	if d == e.Label {
		d = ""
	}
	return clean(strings.Join(nonempty(e.Label, d), ", ")) + " (" + plainWords(e.Kind, e.Type) + ")"
}

func nonempty(of ...string) (out []string) {
	for _, s := range of {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// plainWords are the names of kinds as a person reads them.
func plainWords(names ...string) string {
	return strings.ToLower(strings.ReplaceAll(strings.Join(nonempty(names...), ", "), "_", " "))
}
