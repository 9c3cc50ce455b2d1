package graph

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/postings"
	"github.com/onrecord/onrecord/graph/vocab"
)

// fullText keeps the full-text index abreast of the log. It follows in a
// goroutine of its own, so that no writer waits for words to be cut; a search
// waits until the index has reached what its view shows.
type fullText struct {
	rec   *Record
	index atomic.Pointer[postings.Index] // another one after a reindex

	entries chan written
	ended   chan struct{}

	// mu guards done and err; moved tells of changes to them.
	mu    sync.Mutex
	moved sync.Cond
	done  uint64 // every revision up to it is in the index
	err   error
}

// written is what a revision wrote, as far as the index needs it.
type written struct {
	seq      uint64
	entry    *followed      // for those who follow the log
	entities []*entity      // the nodes it changed
	redacted []Ref          // those of them that it redacted
	texts    map[Ref]string // the texts it archived
}

// openFullText opens the index and lets it catch up with the log: after a crash
// it may lack the newest revisions.
func openFullText(ctx context.Context, r *Record) (*fullText, error) {
	f := &fullText{rec: r, entries: make(chan written, 64), ended: make(chan struct{})}
	f.moved.L = &f.mu
	if err := f.open(ctx); err != nil {
		return nil, err
	}
	go f.run()
	return f, nil
}

func (f *fullText) open(ctx context.Context) error {
	index, err := postings.Open(ctx, f.rec.store, []byte{keyFull}, postings.Options{TailDocs: f.rec.opts.TailTexts, Manual: f.rec.opts.ReadOnly})
	if err != nil {
		return stored("open full text", err)
	}
	f.index.Store(index)
	if f.index.Load().Last() > f.rec.head.Seq {
		return &Error{
			Kind: Corrupt, Op: "open full text",
			Err:  fmt.Errorf("the index reaches to revision %d, the log to %d", f.index.Load().Last(), f.rec.head.Seq),
			Hint: "run onrecord reindex",
		}
	}
	return f.catchUp(ctx, f.rec.head.Seq)
}

// catchUp adds the revisions up to seq that the index lacks, read from the log.
func (f *fullText) catchUp(ctx context.Context, seq uint64) error {
	if f.index.Load().Last() < seq {
		v, err := f.rec.View(ctx)
		if err != nil {
			return err
		}
		defer v.Close()
		for s := f.index.Load().Last() + 1; s <= seq; s++ {
			w, err := v.rewritten(ctx, s)
			if err != nil {
				return err
			}
			if err := f.add(ctx, w); err != nil {
				return err
			}
		}
	}
	f.mu.Lock()
	f.done = seq
	f.mu.Unlock()
	return nil
}

// rewritten reads from the log what a revision wrote.
func (v *View) rewritten(ctx context.Context, seq uint64) (written, error) {
	w := written{seq: seq}
	logs, err := v.Log(ctx, []uint64{seq})
	if err != nil {
		return w, err
	}
	refs := make([]Ref, len(logs[0].Changes))
	for i, c := range logs[0].Changes {
		refs[i] = c.Ref
	}
	then := &View{rec: v.rec, snap: v.snap, now: v.now}
	then.reset(Head{Seq: seq})
	entities, err := then.entities(ctx, refs)
	if err != nil {
		return w, err
	}
	for i, e := range entities {
		switch {
		case e == nil:
			return w, corrupt(entityKey(refs[i]), fmt.Sprintf("missing, though revision %d changed it", seq))
		case e.edge:
			continue
		}
		w.entities = append(w.entities, e)
		if logs[0].Changes[i].Op == Redact {
			w.redacted = append(w.redacted, e.ref)
		}
	}
	return w, nil
}

// follow hands a revision to the index. It blocks while the index is far behind.
func (f *fullText) follow(w written) { f.entries <- w }

func (f *fullText) run() {
	defer close(f.ended)
	for w := range f.entries {
		err := f.add(context.Background(), w)
		f.mu.Lock()
		if err != nil && f.err == nil {
			f.err = err
		}
		f.done = w.seq
		f.moved.Broadcast()
		f.mu.Unlock()
	}
}

// reach waits until the index has every revision up to seq.
func (f *fullText) reach(ctx context.Context, seq uint64) error {
	stop := context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.moved.Broadcast()
	})
	defer stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.done < seq && f.err == nil && ctx.Err() == nil {
		f.moved.Wait()
	}
	if f.err != nil {
		return &Error{Kind: Unavailable, Op: "search", Err: f.err, Hint: "open the record again, or run onrecord reindex"}
	}
	return ctx.Err()
}

// add puts what a revision wrote into the index. What it redacted is taken out
// before, so that the index never says it knows a revision whose words it keeps.
func (f *fullText) add(ctx context.Context, w written) error {
	var docs []postings.Doc
	if len(w.redacted) > 0 {
		covered, err := f.forget(ctx, w)
		if err != nil {
			return err
		}
		docs = covered
	}
	for _, e := range w.entities {
		if e.retracted || e.redacted {
			continue
		}
		archived := w.texts[e.ref]
		if archived == "" && e.nodeKind() == vocab.Capture {
			var err error
			if archived, err = f.archived(ctx, e.ref); err != nil {
				return err
			}
		}
		if d, ok := e.doc(archived); ok {
			docs = append(docs, d)
		}
	}
	if err := f.index.Load().Add(w.seq, docs...); err != nil {
		return stored("index", err)
	}
	return nil
}

func (f *fullText) archived(ctx context.Context, r Ref) (string, error) {
	snap, err := f.rec.store.Snapshot()
	if err != nil {
		return "", stored("index", err)
	}
	defer snap.Close()
	texts, err := readTexts(ctx, snap, []Ref{r})
	if err != nil {
		return "", err
	}
	return texts[0], nil
}

// doc is the version's text as the index takes it.
func (e *entity) doc(archived string) (postings.Doc, bool) {
	var texts []string
	for _, p := range e.nodeKind().Node().Properties {
		switch {
		case !p.Search:
		case p.Apart:
			texts = append(texts, archived)
		default:
			texts = append(texts, namesIn(e.value(&p))...)
		}
	}
	terms, length := postings.Terms(texts...)
	if length == 0 {
		return postings.Doc{}, false
	}
	return postings.Doc{ID: uint64(e.ref), Version: e.since, Kind: e.kind, Key: postings.Key(e.date()), Terms: terms, Len: length}, true
}

// forget takes the words of redacted nodes out of the index, in every version,
// and returns anew the texts that the redaction covered a part of: of every
// version of every capture that a statement ever stood in, as a redaction covers
// it, whatever was retracted since.
func (f *fullText) forget(ctx context.Context, w written) ([]postings.Doc, error) {
	snap, err := f.rec.store.Snapshot()
	if err != nil {
		return nil, stored("index", err)
	}
	defer snap.Close()
	captures, err := quotedIn(ctx, snap, w.redacted)
	if err != nil {
		return nil, err
	}
	refs := append(w.redacted[:len(w.redacted):len(w.redacted)], captures...)
	versions, err := allVersions(ctx, snap, refs)
	if err != nil {
		return nil, err
	}
	texts, err := readTexts(ctx, snap, refs)
	if err != nil {
		return nil, err
	}
	var docs []postings.Doc
	for i, vs := range versions {
		for _, e := range vs {
			if e.since > w.seq {
				break // comes to the index later
			}
			if err := f.index.Load().Remove(ctx, uint64(e.ref), e.since); err != nil {
				return nil, stored("index", err)
			}
			if i < len(w.redacted) || e.since == w.seq || e.retracted || e.redacted {
				continue // what this revision wrote is added with the rest of it
			}
			if d, ok := e.doc(texts[i]); ok {
				docs = append(docs, d)
			}
		}
	}
	return docs, nil
}

// quotedIn returns the captures that nodes stand in, or ever stood in, each once
// and without the nodes themselves.
func quotedIn(ctx context.Context, r kv.Reader, of []Ref) (captures []Ref, err error) {
	ranges := make([]kv.Range, len(of))
	for i, x := range of {
		ranges[i] = kv.Prefix(linksPrefix(x, wayOf(vocab.QuotedIn, Out)))
	}
	for p, err := range r.Scan(ctx, ranges...) {
		if err != nil {
			return nil, stored("index", err)
		}
		_, capture, _, err := splitLink(p.Key)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(of, capture) && !slices.Contains(captures, capture) {
			captures = append(captures, capture)
		}
	}
	return captures, nil
}

// close writes down what waits in memory and ends.
func (f *fullText) close() error {
	close(f.entries)
	<-f.ended
	var err error
	if !f.rec.opts.ReadOnly && f.err == nil {
		err = f.index.Load().Flush(context.Background())
	}
	err = errors.Join(err, f.index.Load().Close())
	if errors.Is(err, postings.ErrClosed) {
		return nil // a reindex that was stopped closed it
	}
	return err
}

// rebuild makes the index anew from the log, after its keys were removed.
func (f *fullText) rebuild(ctx context.Context) error {
	head := f.rec.Head()
	if err := f.reach(ctx, head.Seq); err != nil && KindOf(err) != Unavailable {
		return err
	}
	if err := f.index.Load().Close(); err != nil {
		return stored("reindex", err)
	}
	if err := f.rec.clear(ctx, [][]byte{{keyFull}}); err != nil {
		return err
	}
	if err := f.open(ctx); err != nil {
		return err
	}
	f.mu.Lock()
	f.err = nil
	f.mu.Unlock()
	return stored("reindex", f.index.Load().Flush(ctx))
}

// fullText compares the index with the texts: each term of each version of each
// text is in it, and it has no others. What is compared is one sum for each
// node, so that memory stays small.
func (v *verifier) fullText() error {
	if err := v.rec.full.reach(v.ctx, v.now.Seq); err != nil {
		return err
	}
	sums := make(map[Ref]uint64)
	history := binary.BigEndian.AppendUint16([]byte{keyHistory}, uint16(len(entityKey(0))))
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyEntity}), kv.Prefix(append(history, keyEntity))) {
		if err != nil {
			return stored("verify", err)
		}
		key := p.Key
		if p.Range == 1 {
			key = p.Key[3 : 3+len(entityKey(0))]
		}
		c, err := parseCell(p.Key, p.Value)
		if err != nil {
			return err
		}
		e, err := parseEntity(parseRef(key[1:]), &c)
		if err != nil {
			return err
		}
		if e.edge || e.retracted || e.redacted {
			continue
		}
		archived := ""
		if e.nodeKind() == vocab.Capture {
			texts, err := readTexts(v.ctx, v, []Ref{e.ref})
			if err != nil {
				return err
			}
			archived = texts[0]
		}
		if d, ok := e.doc(archived); ok {
			for _, t := range d.Terms {
				sums[e.ref] += postingSum(t.Term, d.Version, t.Freq)
			}
		}
	}
	for p, err := range v.rec.full.index.Load().Postings(v.ctx, v.Reader) {
		if err != nil {
			return stored("verify", err)
		}
		sums[Ref(p.ID)] -= postingSum(p.Term, p.Version, p.Freq)
		v.count.Postings++
	}
	for r, sum := range sums {
		if sum != 0 && !v.problem(fmt.Sprintf("node %s", v.ids[r]), "the full-text index does not hold the words of its text; run onrecord reindex") {
			return nil
		}
	}
	return nil
}

func postingSum(term string, version uint64, freq int) uint64 {
	b := binary.BigEndian.AppendUint64([]byte(term), version)
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(freq)))
	return binary.BigEndian.Uint64(sum[:])
}
