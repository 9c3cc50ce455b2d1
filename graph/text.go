package graph

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// chunkSize is how many bytes of an archived text stand at one key, at most.
// A chunk ends between two code points.
const chunkSize = 32 << 10

// writeText archives a text in chunks: code points before the chunk as
// uvarint, then the chunk.
func writeText(o *memkv.Overlay, r Ref, s string) {
	before := 0
	for i := 0; len(s) > 0; i++ {
		n := min(len(s), chunkSize)
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		b := binary.AppendUvarint(nil, uint64(before))
		o.Put(textKey(r, i), append(b, s[:n]...))
		before += utf8.RuneCountInString(s[:n])
		s = s[n:]
	}
}

// archive takes the text out of a capture's values, and fills in its digest or
// checks the one that is stated.
func (t *tx) archive(n *Node, old *entity) (Props, string, error) {
	props := make(Props, len(n.Props)+1)
	maps.Copy(props, n.Props)
	s, _ := props["text"].(string)
	delete(props, "text")
	if old != nil {
		was := hex.EncodeToString(storedValue(old.props(), vocab.Capture.Node().Property("sha256").Tag))
		if sum := sha256.Sum256([]byte(s)); s != "" && hex.EncodeToString(sum[:]) != was {
			return nil, "", errorf(Invalid, "", "text", "differs from what was archived, and a capture never changes; archive it as another capture")
		}
		if stated, ok := props["sha256"].(string); ok && stated != was {
			return nil, "", errorf(Invalid, "", "sha256", "%s is stated, and the archived text has %s", stated, was)
		}
		props["sha256"] = was
		return props, "", nil
	}
	if s == "" {
		return nil, "", errorf(Invalid, "", "text", "missing")
	}
	if err := checkString(vocab.Capture.Node().Property("text"), s); err != nil {
		return nil, "", errorf(max(Invalid, KindOf(err)), "", "text", "%w", err)
	}
	text, err := span.NewText(s)
	if err != nil {
		return nil, "", errorf(Invalid, "", "text", "%w", err)
	}
	sum := sha256.Sum256([]byte(s))
	if stated, ok := props["sha256"].(string); ok && stated != hex.EncodeToString(sum[:]) {
		return nil, "", errorf(Invalid, "", "sha256", "%s is stated, and the text has %x", stated, sum)
	}
	props["sha256"] = hex.EncodeToString(sum[:])
	t.arch[n.ID] = text
	return props, s, nil
}

// checkSpans compares every span with its capture's text and fills in what
// follows from it: the bytes and the hash.
func (t *tx) checkSpans(all []vocab.Property, props Props, home ID) error {
	for _, d := range all {
		switch v := props[d.Name].(type) {
		case []Span:
			for i := range v {
				if err := t.checkSpan(&v[i], home); err != nil {
					return errorf(KindOf(err), "", fmt.Sprintf("%s %d", d.Name, i+1), "%w", err)
				}
			}
		case []Marked:
			for i := range v {
				if err := t.checkSpan(&v[i].Place, home); err != nil {
					return errorf(KindOf(err), "", fmt.Sprintf("%s %d", d.Name, i+1), "%w", err)
				}
			}
		}
	}
	return nil
}

func (t *tx) checkSpan(s *Span, home ID) error {
	if s.Capture.IsZero() {
		s.Capture = home
	}
	if s.Capture.IsZero() {
		return Invalidf("names no capture")
	}
	text, err := t.captureText(s.Capture)
	if err != nil {
		return err
	}
	if s.ByteEnd == 0 {
		if s.Span, err = text.At(s.Start, s.End); err != nil {
			return Invalidf("%w", err)
		}
	}
	exact, err := text.Exact(s.Span)
	if err != nil {
		return Invalidf("%w", err)
	}
	if s.Exact != "" && s.Exact != exact {
		return Invalidf("capture %s has %.80q from code point %d to %d, not %.80q", s.Capture, exact, s.Start, s.End, s.Exact)
	}
	s.Exact, s.Hash = "", span.Hash(exact)
	return nil
}

// checkQuotations checks that each statement that the revision touches says what
// stands at its places.
func (t *tx) checkQuotations() error {
	var edges []*entity
	var ranges []kv.Range
	for _, c := range t.log {
		switch e := t.now[c.Ref]; {
		case e.edge:
			edges = append(edges, e)
		case e.nodeKind() == vocab.Statement && t.old[c.Ref] != nil && e.live():
			ranges = append(ranges, kv.Prefix(linksPrefix(c.Ref, wayOf(vocab.QuotedIn, Out))))
		}
	}
	edges = slices.AppendSeq(edges, t.returned)
	if len(ranges) > 0 {
		var refs []Ref
		for f, err := range (cells{t.over, t.seq}).scan(t.ctx, ranges...) {
			if err != nil {
				return err
			}
			_, _, edge, err := splitLink(f.key)
			if err != nil {
				return err
			}
			refs = append(refs, edge)
		}
		if err := t.loadRefs(t.unknown(refs)); err != nil {
			return err
		}
		for _, r := range refs {
			edges = append(edges, t.current(r))
		}
	}
	edges = slices.DeleteFunc(edges, func(e *entity) bool { return e.edgeKind() != vocab.QuotedIn || !e.live() })
	var ends []Ref
	for _, e := range edges {
		ends = append(ends, e.from, e.to)
	}
	if err := t.loadRefs(t.unknown(ends)); err != nil {
		return err
	}
	for _, e := range edges {
		if err := t.checkQuotation(e, t.current(e.from), t.current(e.to)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) checkQuotation(e, statement, capture *entity) error {
	if !statement.live() || !capture.live() || statement.redacted || capture.redacted {
		return nil
	}
	text, err := t.captureText(capture.id)
	if err != nil {
		return err
	}
	says, _ := statement.value(vocab.Statement.Node().Property("text")).(string)
	stands, spans := e.quotes(text)
	if says == stands {
		return nil
	}
	mask, err := readMask(t.ctx, t.over, capture.ref)
	if err != nil || slices.ContainsFunc(spans, mask.hides) {
		return err
	}
	return errorf(Invalid, "write", statement.where(), "its text is %.80q, and at its place in capture %s stands %.80q", says, capture.id, stands)
}

// quotes returns what stands at the places that an edge to a capture says to be
// a statement's text, and the places.
func (e *entity) quotes(text *span.Text) (string, []span.Span) {
	content, _ := e.value(vocab.QuotedIn.Edge().Property("content")).([]Span)
	spans := make([]span.Span, len(content))
	for i, s := range content {
		spans[i] = s.Span
	}
	return span.Cut(text, spans, nil), spans
}

// captureText returns a capture's text, archived before or by this revision.
func (t *tx) captureText(id ID) (*span.Text, error) {
	if s := t.arch[id]; s != nil {
		return s, nil
	}
	if s := t.texts[id]; s != nil {
		return s, nil
	}
	r, e := t.find(id)
	if e == nil {
		keys, err := t.over.GetMulti(t.ctx, [][]byte{idKey(id)})
		if err != nil {
			return nil, stored("write", err)
		}
		if keys[0] == nil {
			return nil, errorf(NotFound, "", "", "no capture %s is on record", id)
		}
		if r, err = readRef(idKey(id), keys[0]); err != nil {
			return nil, err
		}
		if err := t.loadRefs([]Ref{r}); err != nil {
			return nil, err
		}
		e = t.entities[r]
	}
	if e.edge || e.nodeKind() != vocab.Capture {
		return nil, Invalidf("%s is %s, and spans lie in captures", id, e.kindName())
	}
	texts, err := readTexts(t.ctx, t.over, []Ref{r})
	if err != nil {
		return nil, err
	}
	text, err := span.NewText(texts[0])
	if err != nil {
		return nil, corrupt(textKey(r, 0), err.Error())
	}
	if len(t.texts) >= 64 { // a group of revisions rarely quotes more captures than this
		clear(t.texts)
	}
	t.texts[id] = text
	return text, nil
}

// parseChunk splits a chunk into the code points before it and its text.
func parseChunk(key, b []byte) (before int, text []byte, err error) {
	n, w := binary.Uvarint(b)
	if w <= 0 {
		return 0, nil, corrupt(key, "no chunk of a text")
	}
	return int(n), b[w:], nil
}

// readTexts reads whole texts in one scan.
func readTexts(ctx context.Context, r kv.Reader, refs []Ref) ([]string, error) {
	ranges := make([]kv.Range, len(refs))
	for i, ref := range refs {
		ranges[i] = kv.Prefix(textPrefix(ref))
	}
	parts := make([]strings.Builder, len(refs))
	for p, err := range r.Scan(ctx, ranges...) {
		if err != nil {
			return nil, stored("read", err)
		}
		_, chunk, err := parseChunk(p.Key, p.Value)
		if err != nil {
			return nil, err
		}
		parts[p.Range].Write(chunk)
	}
	out := make([]string, len(refs))
	for i := range parts {
		out[i] = parts[i].String()
	}
	return out, nil
}
