package graph

import (
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
)

// entry is one cell of a derived index, with the counters that count it.
// Everything derived is a function of the entities in this file, so that
// writing, reindexing and verifying cannot disagree.
type entry struct {
	key     []byte
	payload []byte
	counts  []count
}

// count adds one to a slot of a counter.
type count struct {
	key  string
	slot byte
}

// nodeEntries derives the index entries of a node. A node that is retracted
// has none, one that is proposed none but its place in the list of those.
func nodeEntries(n *entity) []entry {
	if !n.live() {
		return nil
	}
	k := n.nodeKind()
	if !n.stands() {
		if n.nodeStatus() != candidate {
			return nil
		}
		return []entry{{key: proposedKey(k, n.ref)}}
	}
	entries := []entry{{
		key:    listKey(k, n.date(), n.ref),
		counts: []count{{string(countNodesKey(k)), 0}},
	}}
	for _, p := range k.Node().All() {
		if p.Lookup {
			entries = appendNames(entries, k, n, &p)
		}
	}
	for i, g := range gapsOf(k, n.value) {
		entries = append(entries, entry{key: gapKey(n.ref, i, vocab.GapKind.Index(g.Kind))})
	}
	return dedupe(entries)
}

// appendNames makes a node findable by each of its names, from any word on.
func appendNames(entries []entry, k vocab.NodeKind, n *entity, p *vocab.Property) []entry {
	for _, name := range namesIn(n.value(p)) {
		for _, s := range suffixes(text.Fold(name)) {
			entries = append(entries, entry{key: nameKey(k, s, n.ref)})
		}
	}
	return entries
}

func namesIn(v any) (names []string) {
	switch v := v.(type) {
	case string:
		names = append(names, v)
	case []string:
		names = v
	case []Name:
		for _, n := range v {
			names = append(names, n.Value)
		}
	}
	return names
}

// gapsOf lists what is not known of a node, in the order in which it is shown:
// what editors noted, then what follows from its dates. value returns the value
// of a property, or nil.
func gapsOf(k vocab.NodeKind, value func(*vocab.Property) any) []GapNote {
	decl := k.Node()
	gaps, _ := value(decl.Property("gaps")).([]GapNote)
	gaps = slices.Clip(gaps)
	for i := range decl.Properties {
		p := &decl.Properties[i]
		if p.Type != vocab.When {
			continue
		}
		w, _ := value(p).(edtf.When)
		switch {
		case w.YearUnknown():
			gaps = append(gaps, GapNote{"YEAR_UNKNOWN", fmt.Sprintf("%s: %q has no year", p.Name, w.Written)})
		case w.Unresolved():
			gaps = append(gaps, GapNote{"DATE_UNRESOLVED", fmt.Sprintf("%s: %q is no date", p.Name, w.Written)})
		}
	}
	if k == vocab.Source && value(decl.Property("published")) == nil {
		gaps = append(gaps, GapNote{"SOURCE_UNDATED", "when it was published is not on record"})
	}
	return gaps
}

// value returns a property's value; nil where it is absent or cannot be read.
func (e *entity) value(p *vocab.Property) any {
	raw := storedValue(e.props(), p.Tag)
	if raw == nil {
		return nil
	}
	v, err := parseValue(raw, p, e.id)
	if err != nil {
		return nil // Verify names the damage
	}
	return v
}

// dedupe keeps the first entry of each key.
func dedupe(entries []entry) []entry {
	seen := make(map[string]bool, len(entries))
	out := entries[:0]
	for _, e := range entries {
		if !seen[string(e.key)] {
			seen[string(e.key)] = true
			out = append(out, e)
		}
	}
	return out
}

// edgeEntries derives the index entries of an edge between two nodes. An edge
// that is retracted, or that lost an end, has none.
func edgeEntries(e, from, to *entity) []entry {
	if !e.live() || !from.live() || !to.live() {
		return nil
	}
	k := e.edgeKind()
	status, first := e.status(), e.enum(firstEnum(k))
	out, in := wayOf(k, Out), wayOf(k, In)
	entries := []entry{
		{key: linkKey(e.from, out, to.date(), e.to, e.ref), payload: []byte{status, to.kind, first}},
		{key: linkKey(e.to, in, from.date(), e.from, e.ref), payload: []byte{status, from.kind, first}},
	}
	entries[0].counts = []count{{string(countEdgesKey(k)), status}}
	for i, w := range []way{out, in} {
		if w.decl().Many == vocab.Pages {
			of := e.from
			if w == in {
				of = e.to
			}
			entries[i].counts = append(entries[i].counts, count{string(countLinksKey(of, w)), status})
		}
	}
	if k.Edge().Listed || status == candidate {
		entries = append(entries, entry{key: edgeListKey(k, e.ref), payload: []byte{status}})
	}
	return entries
}

var candidate = byte(vocab.Status.Index("CANDIDATE"))

// firstEnum is the property of the edge's own that its links carry, so that a
// list can be filtered by it without reading the edges.
func firstEnum(k vocab.EdgeKind) *vocab.Property {
	ps := k.Edge().Properties
	for i := range ps {
		if ps[i].Type == vocab.Enum {
			return &ps[i]
		}
	}
	return nil
}
