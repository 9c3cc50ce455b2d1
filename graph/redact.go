package graph

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
)

// A redaction drops the texts of a node from every version and every index,
// keeps the hash of what stood there, and says in the log that it happened. The
// words of a statement are also covered where they stand in the captures that
// it is quoted in: each code point by one of the same length, so that every
// other place keeps its offsets. The chain of the log holds, because it is made
// of the hashes.

func (t *tx) redact(c *Change) error {
	ref, old := t.find(c.ID)
	if old == nil {
		return errorf(NotFound, "", "", "nothing with this id is on record")
	}
	if skip, err := c.skip(old); skip || err != nil {
		return err
	}
	if old.edge {
		return Invalidf("%s is an edge; retract it, and redact the nodes whose words it shows", c.ID)
	}
	if old.redacted {
		return nil
	}
	e := *old
	e.ref, e.redacted, e.body = ref, true, old.redact()
	return t.set(Redact, old, &e)
}

// remains returns what is left of one stored property, with its tag and length,
// after a redaction; nil if nothing is. Of a gap its kind is left, so that what
// is not known stays where it is in the list.
func remains(d *vocab.Property, one, value []byte) []byte {
	switch {
	case d == nil:
		return nil
	case d.Type.Remains():
		return one
	case d.Type == vocab.Gaps:
		v, err := parseValue(value, d, ID{})
		gaps, ok := v.([]GapNote)
		if err != nil || !ok {
			return nil
		}
		for i := range gaps {
			gaps[i].Note = ""
		}
		return appendTag(nil, d, appendValue(nil, d, gaps, ID{}))
	}
	return nil
}

// finishRedactions removes what the ordinary writes of a redaction leave in the
// history. It runs last.
func (t *tx) finishRedactions() error {
	for _, c := range t.log {
		if c.Op != Redact {
			continue
		}
		names, err := t.redactVersions(c.Ref)
		if err != nil {
			return err
		}
		e := t.now[c.Ref]
		for _, name := range names {
			if err := t.erase(nameKey(e.nodeKind(), name, c.Ref)); err != nil {
				return err
			}
		}
		switch e.nodeKind() {
		case vocab.Capture:
			err = t.cover(c.Ref, nil)
		case vocab.Statement:
			err = t.coverQuoted(c.Ref)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// redactVersions replaces every earlier version by its hash and returns the
// names by which it could be found.
func (t *tx) redactVersions(r Ref) (names []string, err error) {
	prefix := historyPrefix(entityKey(r))
	var keys [][]byte
	var versions []*entity
	var found []*cell
	for p, err := range t.over.Scan(t.ctx, kv.Prefix(prefix)) {
		if err != nil {
			return nil, stored("write", err)
		}
		c, err := parseCell(p.Key, slices.Clone(p.Value))
		if err != nil {
			return nil, err
		}
		e, err := parseEntity(r, &c)
		if err != nil {
			return nil, err
		}
		keys, versions, found = append(keys, slices.Clone(p.Key)), append(versions, e), append(found, &c)
	}
	for i, e := range versions {
		for _, p := range e.nodeKind().Node().All() {
			if !p.Lookup || e.redacted {
				continue
			}
			for _, name := range namesIn(e.value(&p)) {
				names = append(names, suffixes(text.Fold(name))...)
			}
		}
		if !e.redacted {
			e.body = e.redact()
			e.redacted = true
			found[i].payload = e.encode()
			t.over.Put(keys[i], found[i].encode())
		}
	}
	return names, nil
}

// suffixes returns a folded name from each of its words on.
func suffixes(folded string) (out []string) {
	for i := range folded {
		if i == 0 || folded[i-1] == ' ' {
			out = append(out, folded[i:])
		}
	}
	return out
}

// erase removes a cell with its history.
func (t *tx) erase(key []byte) error {
	t.over.Delete(key)
	var keys [][]byte
	for p, err := range t.over.Scan(t.ctx, kv.Prefix(historyPrefix(key))) {
		if err != nil {
			return stored("write", err)
		}
		keys = append(keys, slices.Clone(p.Key))
	}
	for _, k := range keys {
		t.over.Delete(k)
	}
	return nil
}

// coverQuoted covers a statement's words in the captures that it stands in, or
// stood in by an earlier version of the edge.
func (t *tx) coverQuoted(r Ref) error {
	w := wayOf(vocab.QuotedIn, Out)
	var edges []Ref
	for p, err := range t.over.Scan(t.ctx, kv.Prefix(linksPrefix(r, w))) {
		if err != nil {
			return stored("write", err)
		}
		_, _, edge, err := splitLink(p.Key)
		if err != nil {
			return err
		}
		edges = append(edges, edge)
	}
	versions, err := allVersions(t.ctx, t.over, edges)
	if err != nil {
		return err
	}
	for _, vs := range versions {
		if len(vs) == 0 {
			continue
		}
		spans := make([]span.Span, 0, len(vs))
		for _, e := range vs {
			spans = append(spans, e.quoted()...)
		}
		if err := t.cover(vs[0].to, spans); err != nil {
			return err
		}
	}
	return nil
}

// quoted returns the places at which an edge to a capture shows a statement's
// words.
func (e *entity) quoted() (spans []span.Span) {
	decl := vocab.QuotedIn.Edge()
	for _, name := range []string{"content", "repeated", "quotations"} {
		list, _ := e.value(decl.Property(name)).([]Span)
		for _, s := range list {
			spans = append(spans, s.Span)
		}
	}
	return spans
}

// cover covers places of a capture's text, or all of it where spans is nil, and
// notes which.
func (t *tx) cover(capture Ref, spans []span.Span) error {
	texts, err := readTexts(t.ctx, t.over, []Ref{capture})
	if err != nil {
		return err
	}
	s := texts[0]
	if s == "" {
		return nil
	}
	if spans == nil {
		whole, err := span.NewText(s)
		if err != nil {
			return corrupt(textKey(capture, 0), err.Error())
		}
		all, err := whole.At(0, whole.Len())
		if err != nil {
			return err
		}
		spans = []span.Span{all}
	}
	mask, err := readMask(t.ctx, t.over, capture)
	if err != nil {
		return err
	}
	for _, p := range spans {
		s = s[:p.ByteStart] + covered(s[p.ByteStart:p.ByteEnd]) + s[p.ByteEnd:]
		if !slices.Contains(mask.spans, p) {
			mask.spans = append(mask.spans, p)
		}
	}
	writeText(t.over, capture, s)
	mask.digest = sha256.Sum256([]byte(s))
	t.over.Put(maskKey(capture), mask.encode())
	// Nobody may go on with the text as it was.
	id, err := t.idOf(capture)
	delete(t.texts, id)
	delete(t.arch, id)
	return err
}

func (t *tx) idOf(r Ref) (ID, error) {
	if e := t.current(r); e != nil {
		return e.id, nil
	}
	if err := t.loadRefs([]Ref{r}); err != nil {
		return ID{}, err
	}
	return t.entities[r].id, nil
}

// mask says where a capture's text is covered, and what digest it has since.
type mask struct {
	digest [32]byte
	spans  []span.Span
}

func (m mask) encode() []byte {
	b := m.digest[:]
	for _, s := range m.spans {
		b = s.Append(b)
	}
	return b
}

// hides reports whether any of a place was covered.
func (m mask) hides(s span.Span) bool { return slices.ContainsFunc(m.spans, s.Overlaps) }

// covered returns s with every code point replaced by one as long.
func covered(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(covers[utf8.RuneLen(r)])
	}
	return b.String()
}

// covers are code points of one to four bytes.
var covers = [...]string{"", "#", "¤", "█", "🀫"}

func readMask(ctx context.Context, r kv.Reader, capture Ref) (m mask, err error) {
	v, err := r.GetMulti(ctx, [][]byte{maskKey(capture)})
	if err != nil {
		return m, stored("read", err)
	}
	if v[0] == nil {
		return m, nil
	}
	return parseMask(maskKey(capture), v[0])
}

func parseMask(key, b []byte) (m mask, err error) {
	if len(b) < len(m.digest) {
		return m, corrupt(key, "no mask of a text")
	}
	if m.spans, err = parseList(b[copy(m.digest[:], b):], span.Decode); err != nil {
		return m, corrupt(key, err.Error())
	}
	return m, nil
}
