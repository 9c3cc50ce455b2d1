package intake

import (
	"cmp"
	"context"
	"errors"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/candidate"
)

// Article reads a capture that is on record, with what is known of its source.
func Article(ctx context.Context, v *graph.View, capture graph.ID) (candidate.Article, error) {
	a := candidate.Article{Capture: capture}
	nodes, err := v.NodesByID(ctx, []graph.ID{capture})
	if err != nil {
		return a, err
	}
	n := nodes[0]
	switch {
	case n == nil || n.Retracted:
		return a, &graph.Error{Kind: graph.NotFound, Op: "read", Subject: capture.String(), Err: errors.New("no capture with this id is on record")}
	case n.Kind != vocab.Capture:
		return a, graph.Invalidf("%s is a %s and no capture", capture, n.Kind)
	case n.Redacted:
		return a, graph.Invalidf("the text of capture %s is redacted", capture)
	}
	texts, err := v.Texts(ctx, []graph.Ref{n.Ref})
	if err != nil {
		return a, err
	}
	a.Text, a.SHA256 = texts[0].String(), n.Text("sha256")
	sources, err := v.Others(ctx, []graph.Ref{n.Ref}, graph.Shown, graph.Way{Kind: vocab.CaptureOf, Dir: graph.Out})
	if err != nil {
		return a, err
	}
	for _, s := range sources[0] {
		a.Language = s.Text("language")
		a.Published, _ = s.Props["published"].(edtf.When)
		a.Source = cmp.Or(s.Text("url"), s.ID.String())
	}
	return a, nil
}
