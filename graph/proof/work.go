package proof

import (
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/cite"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// work is what is cited, as far as it follows from what is proven.
func (c *Citation) work(contents []*graph.Content) *cite.Work {
	p := &c.Custom.Proof
	w := &cite.Work{ID: p.Cited.String(), Text: "[redacted]"}
	found := &found{make(map[graph.ID]*graph.Node), nil}
	var kind vocab.NodeKind
	for _, x := range contents {
		switch {
		case x == nil:
		case x.Node != nil:
			if x.Node.ID == p.Cited {
				kind = x.Node.Kind
			}
			if x.Op == graph.PutNode {
				found.nodes[x.Node.ID] = x.Node
			}
		case x.Edge != nil && x.Op == graph.PutEdge:
			found.edges = append(found.edges, x.Edge)
		}
	}
	w.URL = p.Link(kind)
	w.Hash = p.Content + ", revision " + strconv.FormatUint(p.AsOf, 10)
	n := found.nodes[p.Cited]
	if n == nil {
		return w
	}
	w.Text, w.Language = n.Label(), n.Text("language")
	if text := n.Text("text"); text != "" && kind != vocab.Capture {
		w.Text = text
	}
	source := n
	if kind == vocab.Statement {
		w.Text = "“" + w.Text + "”"
		w.Speech = n.Text("mode") == "TRANSCRIPT"
		if speaker := found.other(n.ID, vocab.Said, graph.In); speaker != nil {
			w.Author = speaker.Label()
		}
		w.When = dateOf(n.Props["said"])
		source = found.other(n.ID, vocab.QuotedIn, graph.Out)
	}
	if source != nil && source.Kind == vocab.Capture {
		source = found.other(source.ID, vocab.CaptureOf, graph.Out)
	}
	if source == nil || source.Kind != vocab.Source {
		return w
	}
	if source != n {
		w.Container = source.Label()
	}
	w.StandsIn = source.Text("url")
	if w.When == nil {
		w.When = dateOf(source.Props["published"])
	}
	if publisher := found.other(source.ID, vocab.Published, graph.In); publisher != nil {
		w.Publisher = publisher.Label()
	}
	return w
}

// found are the nodes and edges of a citation.
type found struct {
	nodes map[graph.ID]*graph.Node
	edges []*graph.Edge
}

func (f *found) other(id graph.ID, kind vocab.EdgeKind, dir graph.Direction) *graph.Node {
	for _, e := range f.edges {
		switch {
		case e.Kind != kind:
		case dir == graph.In && e.To == id:
			return f.nodes[e.From]
		case dir == graph.Out && e.From == id:
			return f.nodes[e.To]
		}
	}
	return nil
}

func dateOf(v any) *cite.Date {
	when, ok := v.(edtf.When)
	if !ok {
		return nil
	}
	d := &cite.Date{EDTF: when.EDTF.String(), Text: when.EDTF.String()}
	if d.Text == "" {
		d.Text = when.Written
	}
	if len(d.EDTF) <= 10 && !strings.ContainsAny(d.EDTF, "X~?%/.,[{Y") {
		d.Machine = d.EDTF
	}
	return d
}
