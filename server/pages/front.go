package pages

import (
	"context"
	"slices"
	"time"
)

var front = &view{
	name: "front", list: "newest",
	variables: func(s *Site, _ *Request) (map[string]any, error) {
		return map[string]any{"today": s.opts.Now().UTC().Format(time.DateOnly)}, nil
	},
	prepare: prepareFront,
}

// frontBody is what the front page shows beyond its answer.
type frontBody struct {
	Empty       bool
	Newest      []*Node // statements, the newest said first
	Predictions []*Node // open ones, the nearest horizon first, then those without one
}

func prepareFront(_ context.Context, _ *Site, m *Model) error {
	b := &frontBody{Empty: m.Record.Seq == 0, Newest: m.Statements.Nodes, Predictions: m.Predictions.Nodes}
	slices.Reverse(b.Newest)
	if len(b.Newest) > 10 {
		b.Newest = b.Newest[:10]
	}
	slices.SortStableFunc(b.Predictions, func(x, y *Node) int {
		a, z := horizon(x), horizon(y)
		switch {
		case a == z:
			return 0
		case z == "" || a != "" && a < z:
			return -1
		}
		return 1
	})
	if len(b.Predictions) > 6 {
		b.Predictions = b.Predictions[:6]
	}
	m.Title, m.Body = "onrecord", b
	m.Summary = "What politicians and institutions said, with proof of where they said it."
	return nil
}

func horizon(n *Node) string {
	if n.Horizon == nil {
		return ""
	}
	return n.Horizon.Latest
}
