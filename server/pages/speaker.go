package pages

import (
	"cmp"
	"context"
	"slices"
)

var speaker = &view{name: "speaker", kind: "SPEAKER", variables: speakerVariables, prepare: prepareSpeaker}

// speakerVariables are whose page is asked for, and which statements.
func speakerVariables(_ *Site, r *Request) (map[string]any, error) {
	v := map[string]any{"id": r.ID}
	paging(v, r.Form)
	fill(v, said, r)
	return v, nil
}

// speakerBody is what a speaker's page shows beyond its answer.
type speakerBody struct {
	Fields               []field
	Filtered             bool
	Targets              []*targeted
	Open, Resolved       []*Node // predictions and commitments
	Confirmed, Candidate []*Contradiction
	Contradicts          int
}

// targeted is what a speaker holds of one thing, in the order of time.
type targeted struct {
	Target  *Node
	Stances []*Node
	Chart   *Chart
	Shifts  []shift
}

// shift is a position and the other one that came after it.
type shift struct{ From, To *Node }

func prepareSpeaker(_ context.Context, _ *Site, m *Model) error {
	n := m.Node
	b := &speakerBody{Fields: fields(said, m.Request), Filtered: filtered(m.Request.Form, "from", "to", "mode")}
	b.Targets = byTarget(n.Stances.Nodes)
	for _, c := range m.Predictions.Nodes {
		if c.Resolution == "" || c.Resolution == "OPEN" {
			b.Open = append(b.Open, c)
		} else {
			b.Resolved = append(b.Resolved, c)
		}
	}
	for _, c := range m.Contradictions.Nodes {
		if c.Status == "CANDIDATE" {
			b.Candidate = append(b.Candidate, c)
		} else {
			b.Confirmed = append(b.Confirmed, c)
		}
	}
	m.Title, m.Body = n.Label, b
	m.Summary = count(n.Statements.TotalCount, "statement", "statements") + " on record"
	if n.Description != "" {
		m.Summary = n.Description + ". " + m.Summary
	}
	return nil
}

// byTarget gathers stances on the same thing, those with most of them first. A
// shift is between two dated ones that follow each other and differ: what is not
// dated is in no order.
func byTarget(stances []*Node) []*targeted {
	var out []*targeted
	of := make(map[string]*targeted)
	for _, s := range stances { // in the order of time
		if s.Target == nil {
			continue
		}
		t := of[s.Target.ID]
		if t == nil {
			t = &targeted{Target: s.Target}
			of[s.Target.ID] = t
			out = append(out, t)
		}
		t.Stances = append(t.Stances, s)
	}
	for _, t := range out {
		var last *Node
		var items []charted
		for _, s := range t.Stances {
			items = append(items, charted{lane: polarityLanes[s.Polarity], class: lower(s.Polarity), when: s.When, path: s.Path(), title: s.Label})
			if s.When == nil || s.When.Earliest == "" || s.When.Latest == "" {
				continue
			}
			if last != nil && last.Polarity != s.Polarity && last.When.Latest < s.When.Earliest {
				t.Shifts = append(t.Shifts, shift{last, s})
			}
			last = s
		}
		t.Chart = draw(items, []string{"supports", "neutral", "mixed", "opposes"})
	}
	slices.SortStableFunc(out, func(a, b *targeted) int { return cmp.Compare(len(b.Stances), len(a.Stances)) })
	return out
}

var polarityLanes = map[string]string{"SUPPORTS": "supports", "NEUTRAL": "neutral", "MIXED": "mixed", "OPPOSES": "opposes"}
