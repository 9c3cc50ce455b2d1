package link_test

import (
	"context"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/candidate"
	"github.com/onrecord/onrecord/seed/link"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b string
		want float64
	}{
		"the same":              {"Ann Lee", "ann  LEE", .9},
		"accents":               {"Angela Müller", "Angela Muller", .9},
		"letters of Arabic":     {"علي خامنه‌اي", "علی خامنه‌ای", .9},
		"titles":                {"President Donald Trump", "Donald Trump", .85},
		"a title on record":     {"Ann Lee", "Dr. Ann Lee", .85},
		"initials":              {"D. Trump", "Donald Trump", .7},
		"a middle name":         {"John F. Kennedy", "John Kennedy", .75},
		"one word":              {"Lee", "Lee", .6},
		"the last name":         {"Trump", "Donald Trump", .5},
		"another first name":    {"Ivana Trump", "Donald Trump", 0},
		"the first name alone":  {"Donald", "Donald Trump", 0},
		"another middle":        {"George H. W. Bush", "George W. Bush", 0},
		"no words":              {"…", "Donald Trump", 0},
		"another script":        {"Trump", "ترامپ", 0},
		"begins with the other": {"Ann Leeds", "Ann Lee", 0},
	} {
		if got := link.Compare(c.a, c.b); got.Score != c.want || (got.Score > 0) != (got.Reason != "") {
			t.Errorf("%s: %q and %q: got %+v, want %v", name, c.a, c.b, got, c.want)
		}
	}
}

func names(values ...string) graph.Props {
	p := graph.Props{"type": "PERSON"}
	var ns []graph.Name
	for _, v := range values {
		ns = append(ns, graph.Name{Value: v})
	}
	p["names"] = ns
	return p
}

func TestPropose(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rec := graphtest.Open(t)
	unnamed := graph.Props{"type": "GROUP", "description": "Lee officials"}
	candidateLee := names("Ann Lee")
	candidateLee["status"] = "CANDIDATE"
	graphtest.Build().
		Node(vocab.Speaker, "ann", names("Ann Lee", "آن لی")).
		Node(vocab.Speaker, "bob", names("Bob Ray")).
		Node(vocab.Speaker, "rob", names("Robert Ray")).
		Node(vocab.Speaker, "officials", unnamed).
		Node(vocab.Speaker, "waiting", candidateLee).
		Node(vocab.Speaker, "apart", names("Cy Hill")).
		Node(vocab.Speaker, "new cy", names("Cy Hill")).
		Edge(vocab.DifferentFrom, "new cy", "apart").
		Write(t, rec)
	v := graphtest.View(t, rec)
	for name, c := range map[string]struct {
		speaker candidate.Speaker
		want    map[string]float64
	}{
		"one that is sure":             {candidate.Speaker{ID: graphtest.ID("new"), Name: "Ann Lee", Type: "PERSON"}, map[string]float64{"ann": .9}},
		"across scripts":               {candidate.Speaker{ID: graphtest.ID("new"), Name: "آن لي", Type: "PERSON"}, map[string]float64{"ann": .9}},
		"two that may be":              {candidate.Speaker{ID: graphtest.ID("new"), Name: "Ray", Type: "PERSON"}, map[string]float64{"bob": .25, "rob": .25}},
		"of another type":              {candidate.Speaker{ID: graphtest.ID("new"), Name: "Ann Lee", Type: "ORGANIZATION"}, map[string]float64{"ann": .9 * .7}},
		"judged to be another":         {candidate.Speaker{ID: graphtest.ID("new cy"), Name: "Cy Hill", Type: "PERSON"}, nil},
		"nobody":                       {candidate.Speaker{ID: graphtest.ID("new"), Name: "Dee Poe", Type: "PERSON"}, nil},
		"the unnamed are not compared": {candidate.Speaker{ID: graphtest.ID("new"), Name: "officials", Type: "GROUP"}, nil},
	} {
		changes, err := link.Propose(ctx, v, []candidate.Speaker{c.speaker})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(changes) != len(c.want) {
			t.Errorf("%s: got %d proposals, want %d", name, len(changes), len(c.want))
		}
		for _, ch := range changes {
			e := ch.Edge
			matched := false
			for who, score := range c.want {
				matched = matched || e.To == graphtest.ID(who) && e.Props["confidence"] == score
			}
			if !matched || e.Kind != vocab.SameAs || e.Props["status"] != "CANDIDATE" || e.Text("note") == "" || !ch.IfAbsent {
				t.Errorf("%s: got %+v", name, e)
			}
		}
	}
}
