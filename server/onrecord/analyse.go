package main

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/analyse"
	"github.com/onrecord/onrecord/graph/export"
)

// analyse prints what is told of a part of the record.
func (a *app) analyse(ctx context.Context, of string, most int) error {
	if most < 1 {
		return usagef("--top %d: a list has one entry at least", most)
	}
	if of == "all" {
		of = ""
	}
	q, err := url.ParseQuery(of)
	if err != nil {
		return usagef("--of %q: %w", of, err)
	}
	for name := range q {
		if !slices.Contains(export.Params, name) {
			return usagef("--of: there is no parameter %q; there are %s, or the word all", name, strings.Join(export.Params, ", "))
		}
	}
	sel, err := export.ParseSelection(q)
	if err != nil {
		return err
	}
	return a.withView(ctx, func(v *graph.View) error {
		show, end := a.progress()
		r, err := analyse.Of(ctx, v, sel, most, func(nodes, edges int64) { show("%d nodes, %d edges", nodes, edges) })
		end()
		switch {
		case err != nil:
			return err
		case a.json:
			return a.out.json(r)
		}
		a.printReport(r)
		return nil
	})
}

func (a *app) printReport(r *analyse.Report) {
	a.out.printf("%s: %d nodes, %d edges, as of revision %d\n%s\n", r.Query, r.Nodes, r.Edges, r.Seq, r.Content)
	if r.Nodes == 0 {
		a.note("nothing on record is selected")
		return
	}
	a.out.printf("\nLinks of a node\n")
	for _, b := range buckets(r.Degrees) {
		a.out.printf("%10d  %s\n", b.nodes, b.name)
	}
	a.out.printf("\nParts that hang together: %d, of which the largest has %d nodes\n", len(r.Components), r.Components[0])
	a.out.printf("\nPageRank\n")
	for _, x := range r.Ranks {
		a.entry(math.Round(x.Rank*1e6)/1e6, x.Named)
	}
	a.out.printf("\nCommunities: %d, modularity %.3f; the largest, by the node with most links\n", r.GroupCount, r.Modularity)
	for _, x := range r.Groups {
		a.entry(float64(x.Size), x.Named)
	}
	if len(r.Repeated) > 0 {
		a.out.printf("\nClaims in most statements (and of how many speakers)\n")
	}
	for _, x := range r.Repeated {
		a.out.printf("%10d  (%d) %s %s\n", x.Statements, x.Speakers, x.ID, clean(x.Label))
	}
	if len(r.Disagree) > 0 {
		a.out.printf("\nSpeakers by disagreement: on how many subjects (and with how many others)\n")
	}
	for _, x := range r.Disagree {
		a.out.printf("%10d  (%d) %s %s\n", x.Subjects, x.Others, x.ID, clean(x.Label))
	}
}

func (a *app) entry(n float64, of analyse.Named) {
	a.out.printf("%10v  %-9s %s %s\n", n, of.Kind, of.ID, clean(of.Label))
}

// bucket counts nodes with from so many links to so many.
type bucket struct {
	name  string
	nodes int
}

// buckets puts degrees together by powers of two.
func buckets(all []analyse.DegreeCount) (out []bucket) {
	low := 0
	for _, d := range all {
		for d.Degree >= next(low) {
			low = next(low)
		}
		name := fmt.Sprint(low)
		if high := next(low) - 1; high > low {
			name = fmt.Sprintf("%d to %d", low, high)
		}
		if n := len(out); n > 0 && out[n-1].name == name {
			out[n-1].nodes += d.Nodes
		} else {
			out = append(out, bucket{name, d.Nodes})
		}
	}
	return out
}

func next(low int) int { return max(1, 2*low) }
