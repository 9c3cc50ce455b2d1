package graph

import (
	"context"
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

// coverQuoted covers a statement's words in the captures that it stands in.
func (t *tx) coverQuoted(r Ref) error {
	w := wayOf(vocab.QuotedIn, Out)
	var edges []Ref
	for p, err := range t.over.Scan(t.ctx, kv.Prefix(linksPrefix(r, w))) {
		if err != nil {
			return stored("write", err)
		}
		if _, _, edge, ok := parseLink(w, p.Key[2+refSize:]); ok {
			edges = append(edges, edge)
		}
	}
	if err := t.loadRefs(t.unknown(edges)); err != nil {
		return err
	}
	decl := vocab.QuotedIn.Edge()
	for _, x := range edges {
		e := t.current(x)
		var spans []span.Span
		for _, name := range []string{"content", "repeated", "quotations"} {
			list, _ := e.value(decl.Property(name)).([]Span)
			for _, s := range list {
				spans = append(spans, s.Span)
			}
		}
		if err := t.cover(e.to, spans); err != nil {
			return err
		}
	}
	return nil
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
	masks, err := readMasks(t.ctx, t.over, capture)
	if err != nil {
		return err
	}
	for _, p := range spans {
		s = s[:p.ByteStart] + covered(s[p.ByteStart:p.ByteEnd]) + s[p.ByteEnd:]
		if !slices.Contains(masks, p) {
			masks = append(masks, p)
		}
	}
	writeText(t.over, capture, s)
	var b []byte
	for _, m := range masks {
		b = m.Append(b)
	}
	t.over.Put(maskKey(capture), b)
	return nil
}

// covered returns s with every code point replaced by one as long.
func covered(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString([...]string{"", "#", "¤", "█", "🀫"}[utf8.RuneLen(r)])
	}
	return b.String()
}

func readMasks(ctx context.Context, r kv.Reader, capture Ref) ([]span.Span, error) {
	v, err := r.GetMulti(ctx, [][]byte{maskKey(capture)})
	if err != nil {
		return nil, stored("read", err)
	}
	spans, err := parseList(v[0], span.Decode)
	if err != nil {
		return nil, corrupt(maskKey(capture), err.Error())
	}
	return spans, nil
}
