package seed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/jsonl"
)

// Batch says how changes become revisions.
type Batch struct {
	// Source is the key of what the changes come from, the same at every run:
	// a data set and its version, a file's digest. Required.
	Source string
	// Agent and Method of the revisions, such as the importer's name and
	// import:claimreview. Required.
	Agent, Method string
	// Reason of the revisions. If empty, it names the source.
	Reason string
	// Changes and Bytes bound a revision; 0 means 1000 and 1 MiB. Bytes counts
	// what [jsonl.AppendChange] writes. A unit that is larger by itself is a
	// revision of its own.
	Changes, Bytes int
}

// Batches groups units into revisions of bounded size. A unit is what must be
// written together, such as a statement with its edges or a stance with its
// holder and target; it is never divided, and is not changed.
//
// A revision's key is made from the source's key and from what the revision
// says. So a load that was killed goes on where it was, and a second load of the
// same source adds nothing; of a newer version of the source, the batches that
// differ are written.
//
// Units may put the same thing again, such as a speaker in every article: within
// a revision it is put once. Where two units put it differently, the second
// begins a new revision; within one unit, that is an error.
func Batches(units iter.Seq2[[]graph.Change, error], b Batch) iter.Seq2[graph.Revision, error] {
	if b.Reason == "" {
		b.Reason = "import " + b.Source
	}
	if b.Changes == 0 {
		b.Changes = 1000
	}
	if b.Bytes == 0 {
		b.Bytes = 1 << 20
	}
	return func(yield func(graph.Revision, error) bool) {
		if b.Source == "" {
			yield(graph.Revision{}, graph.Invalidf("batches: the source has no key; without one a second run would write everything again"))
			return
		}
		var p pending
		p.clear()
		n := 0
		for unit, err := range units {
			n++
			if err != nil {
				yield(graph.Revision{}, err)
				return
			}
			u, err := encode(unit)
			if err != nil {
				yield(graph.Revision{}, fmt.Errorf("unit %d: %w", n, err))
				return
			}
			if len(p.changes) > 0 && (!p.fits(u) || len(p.changes)+len(u.changes) > b.Changes || p.bytes+u.bytes > b.Bytes) {
				if !yield(p.revision(b), nil) {
					return
				}
				p.clear()
			}
			p.add(u)
		}
		if len(p.changes) > 0 {
			yield(p.revision(b), nil)
		}
	}
}

// encoded is a unit with the bytes that tell each of its changes.
type encoded struct {
	changes []graph.Change
	ids     []graph.ID
	sums    [][sha256.Size]byte
	bytes   int
}

// encode encodes a unit; what it says twice, it says once.
func encode(unit []graph.Change) (u encoded, err error) {
	seen := make(map[graph.ID][sha256.Size]byte, len(unit))
	var line []byte
	for i := range unit {
		id, err := identify(&unit[i])
		if err != nil {
			return u, fmt.Errorf("change %d: %w", i+1, err)
		}
		if line, err = jsonl.AppendChange(line[:0], unit[i]); err != nil {
			return u, fmt.Errorf("change %d: %w", i+1, err)
		}
		sum := sha256.Sum256(line)
		if was, ok := seen[id]; ok {
			if was != sum {
				return u, graph.Invalidf("change %d: %s is changed twice in one unit; give it once, as it is to be", i+1, id)
			}
			continue
		}
		seen[id] = sum
		u.changes, u.ids, u.sums = append(u.changes, unit[i]), append(u.ids, id), append(u.sums, sum)
		u.bytes += len(line)
	}
	return u, nil
}

// identify returns the id of what is changed. An importer derives the ids of its
// nodes from the source's own keys: one made anew at each run would be a new node
// at each run.
func identify(c *graph.Change) (graph.ID, error) {
	id := c.ID
	switch {
	case c.Node != nil:
		id = c.Node.ID
	case c.Edge != nil:
		if id = c.Edge.ID; id.IsZero() && c.Edge.Kind.Edge() != nil {
			id = graph.EdgeID(c.Edge)
		}
	}
	if id.IsZero() {
		return id, graph.Invalidf("it has no id; derive one from the source's own key by graph.KeyID")
	}
	return id, nil
}

// pending is the revision that is being filled.
type pending struct {
	changes []graph.Change
	sums    map[graph.ID][sha256.Size]byte
	order   [][sha256.Size]byte
	bytes   int
}

func (p *pending) clear() {
	*p = pending{sums: make(map[graph.ID][sha256.Size]byte)}
}

// fits reports whether the unit says nothing else of what was put already.
func (p *pending) fits(u encoded) bool {
	for i, id := range u.ids {
		if was, ok := p.sums[id]; ok && was != u.sums[i] {
			return false
		}
	}
	return true
}

func (p *pending) add(u encoded) {
	for i, id := range u.ids {
		if _, ok := p.sums[id]; ok {
			continue
		}
		p.sums[id] = u.sums[i]
		p.changes, p.order = append(p.changes, u.changes[i]), append(p.order, u.sums[i])
	}
	p.bytes += u.bytes
}

// revision ends the batch. The hash input of its key is the digest of each
// change, in their order; the changes behind them are told apart by what
// [jsonl.AppendChange] writes.
func (p *pending) revision(b Batch) graph.Revision {
	h := sha256.New()
	for _, sum := range p.order {
		h.Write(sum[:])
	}
	return graph.Revision{
		Key:   "batch/" + graph.KeyID("batch", b.Source, hex.EncodeToString(h.Sum(nil))).String(),
		Agent: b.Agent, Method: b.Method, Reason: b.Reason,
		Changes: p.changes,
	}
}
