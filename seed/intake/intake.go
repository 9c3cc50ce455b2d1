// Package intake brings what an archived text reports on record: it finds who is
// reported to have said what, proposes it, proposes who on record the speakers
// may be, and lets stand what a policy accepts.
//
// These are up to three revisions, since they are three assertions: a rule found
// the statements; another rule found names alike; somebody's policy accepts. Each
// has a key that follows from the text, the rules' version and the policy, so
// that reading a text twice adds nothing.
//
// A policy accepts what was proposed and nobody touched since. It never accepts
// that two speakers are one.
package intake

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed"
	"github.com/onrecord/onrecord/seed/candidate"
	"github.com/onrecord/onrecord/seed/extract"
	"github.com/onrecord/onrecord/seed/link"
)

// Record is what intake needs of a record: [graph.Record] is one.
type Record interface {
	seed.Writer
	View(context.Context) (*graph.View, error)
}

// Options say how a text is taken in. The zero Options propose everything.
type Options struct {
	Agent  string           // of the revisions; empty: onrecord
	Policy candidate.Policy // what stands without a person's looking at it
	Min    float64          // the least confidence of what is proposed
}

// maxChanges bounds a revision, as that of [seed.Batch] is bounded.
const maxChanges = 1000

// Done counts what a text brought.
type Done struct {
	Found      int // statements in the text
	Changes    int // written: nodes and edges proposed
	Accepted   int // statements that the policy let stand
	SameAs     int // proposals that a speaker is one on record
	FirstSeq   uint64
	LastSeq    uint64
	Statements []graph.ID
}

// Take takes in the text of a capture that is on record.
func Take(ctx context.Context, rec Record, a candidate.Article, o Options) (Done, error) {
	if o.Agent == "" {
		o.Agent = "onrecord"
	}
	p, err := candidate.Propose(a, extract.Extract(a.Text, extract.Options{Language: language(a.Language), Min: o.Min}))
	if err != nil {
		return Done{}, err
	}
	done := Done{Found: len(p.Statements)}
	for _, s := range p.Statements {
		done.Statements = append(done.Statements, s.ID)
	}
	loaded, err := seed.Load(ctx, rec, seed.Batches(units(p), seed.Batch{
		Source: "extract/" + a.SHA256 + "/" + a.Capture.String(), Agent: o.Agent, Method: candidate.Method,
		Reason: "found in capture " + a.Capture.String(),
	}), nil)
	if err != nil {
		return done, err
	}
	done.Changes, done.FirstSeq, done.LastSeq = loaded.Changes, loaded.First, loaded.Last
	if err := linked(ctx, rec, a, p, o, &done); err != nil {
		return done, err
	}
	return done, accept(ctx, rec, a, p, o, &done)
}

// language is the extractor's code for a language tag; empty where it has none.
func language(tag string) string {
	for _, code := range extract.Languages() {
		if tag == code || len(tag) > len(code) && tag[:len(code)+1] == code+"-" {
			return code
		}
	}
	return ""
}

func units(p *candidate.Proposal) iter.Seq2[[]graph.Change, error] {
	return func(yield func([]graph.Change, error) bool) {
		put := make(map[graph.ID]bool) // a speaker is proposed with the first that it said
		for _, s := range p.Statements {
			var unit []graph.Change
			for _, c := range s.Changes {
				if c.Node != nil && put[c.Node.ID] {
					continue
				}
				if c.Node != nil {
					put[c.Node.ID] = true
				}
				unit = append(unit, c)
			}
			if !yield(unit, nil) {
				return
			}
		}
	}
}

func linked(ctx context.Context, rec Record, a candidate.Article, p *candidate.Proposal, o Options, done *Done) error {
	v, err := rec.View(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	changes, err := link.Propose(ctx, v, p.Speakers)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(changes, maxChanges) {
		key := []string{"link", a.Capture.String(), link.Method}
		for _, c := range some {
			key = append(key, c.Edge.From.String(), c.Edge.To.String())
		}
		res, err := rec.Write(ctx, graph.Revision{
			Key: "link/" + graph.KeyID(key...).String(), Agent: o.Agent, Method: link.Method,
			Reason: "names in capture " + a.Capture.String() + " that are like names on record", Changes: some,
		})
		if err != nil {
			return err
		}
		if res.Applied {
			done.SameAs, done.LastSeq = done.SameAs+len(some), res.Seq
		}
	}
	return nil
}

// accept lets stand what the policy accepts, with who said it.
func accept(ctx context.Context, rec Record, a candidate.Article, p *candidate.Proposal, o Options, done *Done) error {
	if o.Policy.String() == "" {
		return nil
	}
	v, err := rec.View(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	var changes []graph.Change
	put := make(map[graph.ID]bool)
	statements := 0
	write := func() error {
		if len(changes) == 0 {
			return nil
		}
		first := changes[0].Node.ID // each statement begins with a node
		res, err := rec.Write(ctx, graph.Revision{
			Key:   "accept/" + graph.KeyID(a.Capture.String(), candidate.Method, o.Policy.String(), first.String()).String(),
			Agent: o.Agent, Method: "rule:accept:" + o.Policy.String(),
			Reason:  fmt.Sprintf("the policy %s accepts it", o.Policy),
			Changes: changes,
		})
		if err == nil && res.Applied {
			done.Accepted, done.LastSeq = done.Accepted+statements, res.Seq
		}
		changes, statements = nil, 0
		return err
	}
	for _, s := range p.Statements {
		if !o.Policy.Accepts(s.Mode, s.Confidence) {
			continue
		}
		some, err := standing(ctx, v, s, put)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			continue
		}
		if len(changes)+len(some) > maxChanges {
			if err := write(); err != nil {
				return err
			}
		}
		statements++
		changes = append(changes, some...)
	}
	return write()
}

// standing returns the changes by which a statement stands, with its speaker and
// its edges; none where somebody has touched it since it was proposed. A speaker
// that somebody rejected stays so, and what it would have said waits for a person.
func standing(ctx context.Context, v *graph.View, s *candidate.Statement, put map[graph.ID]bool) ([]graph.Change, error) {
	var out []graph.Change
	stands := make(map[graph.ID]bool) // of the ends
	for _, c := range s.Changes {
		if c.Node == nil {
			continue
		}
		n, untouched, err := current(ctx, v, c.Node.ID)
		if err != nil || n == nil {
			return nil, err
		}
		switch {
		case n.Kind == vocab.Statement && !untouched:
			return nil, nil
		case n.Status() == "CANDIDATE" && untouched || put[n.ID]:
			stands[n.ID] = true
			if !put[n.ID] {
				seq := n.Seq
				props := maps.Clone(n.Props)
				props["status"] = "CONFIRMED"
				out = append(out, graph.Change{Op: graph.PutNode, Node: &graph.Node{ID: n.ID, Kind: n.Kind, Props: props}, IfSeq: &seq})
			}
		case n.Stands():
			stands[n.ID] = true
		case n.ID == s.Speaker:
			return nil, nil
		}
	}
	for _, c := range out {
		put[c.Node.ID] = true
	}
	for _, c := range s.Changes {
		if c.Edge == nil || c.Edge.Kind != vocab.QuotedIn && !(stands[c.Edge.From] && stands[c.Edge.To]) {
			continue
		}
		refs, err := v.Refs(ctx, []graph.ID{c.Edge.ID})
		if err != nil {
			return nil, err
		}
		edges, err := v.Edges(ctx, refs)
		if err != nil {
			return nil, err
		}
		e := edges[0]
		if e == nil || e.Retracted || e.Text("status") != "CANDIDATE" {
			continue
		}
		seq := e.Seq
		props := maps.Clone(e.Props)
		props["status"] = "CONFIRMED"
		out = append(out, graph.Change{Op: graph.PutEdge, Edge: &graph.Edge{ID: e.ID, Kind: e.Kind, From: e.From, To: e.To, Props: props}, IfSeq: &seq})
	}
	return out, nil
}

// current returns a node, and whether it is as it was proposed.
func current(ctx context.Context, v *graph.View, id graph.ID) (*graph.Node, bool, error) {
	ns, err := v.NodesByID(ctx, []graph.ID{id})
	if err != nil || ns[0] == nil {
		return nil, false, err
	}
	history, err := v.Histories(ctx, []graph.Ref{ns[0].Ref})
	if err != nil {
		return nil, false, err
	}
	return ns[0], len(history[0]) == 1, nil
}
