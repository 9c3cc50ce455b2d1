package graph

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Apply is a function of the state and the revision alone: no clock, no chance,
// no order of a map reaches a key or a value. The same log gives the same
// bytes on every machine.

// state is the record as the next revision finds it: a snapshot, and on top of
// it the revisions of the same group, which are written together.
type state struct {
	over     *memkv.Overlay
	head     Head
	base     Ref             // numbers from here on are not in the snapshot
	entities map[Ref]*entity // the newest versions, as far as they are known
	ids      map[ID]Ref
	texts    map[ID]*span.Text
	written  []written // by the revisions of the group
}

func newState(snap kv.Reader, head Head) *state {
	return &state{
		over: memkv.NewOverlay(snap), head: head, base: head.Next,
		entities: make(map[Ref]*entity), ids: make(map[ID]Ref), texts: make(map[ID]*span.Text),
	}
}

// tx is one revision being applied.
type tx struct {
	*state
	ctx  context.Context
	seq  uint64
	rev  *Revision
	next Ref
	ids  map[ID]Ref      // given by this revision
	old  map[Ref]*entity // before it, of what it changes; nil for what is new
	now  map[Ref]*entity // after it, of what it changes
	log  []Changed
	// touched are the edges whose index entries may change: see derive.
	touched []Ref
	text    map[Ref]string // archived by this revision
	logged  *Logged        // the revision as the log has it
	arch    map[ID]*span.Text
}

// apply writes one revision into the overlay. After an error, or when the
// revision changes nothing, the state is as before.
func (s *state) apply(ctx context.Context, rev *Revision, now time.Time) (Result, error) {
	mark := s.over.Mark()
	t := &tx{
		state: s, ctx: ctx, seq: s.head.Seq + 1, rev: rev, next: s.head.Next,
		ids: make(map[ID]Ref), old: make(map[Ref]*entity), now: make(map[Ref]*entity),
		text: make(map[Ref]string), arch: make(map[ID]*span.Text),
	}
	res, err := t.run(now)
	if err != nil || !res.Applied {
		s.over.Reset(mark)
		return res, err
	}
	maps.Copy(s.ids, t.ids)
	maps.Copy(s.entities, t.now)
	maps.Copy(s.texts, t.arch)
	s.written = append(s.written, t.wrote())
	return res, nil
}

func (t *tx) run(now time.Time) (Result, error) {
	if t.rev.Key != "" {
		seen, err := t.over.GetMulti(t.ctx, [][]byte{onceKey(t.rev.Key)})
		if err != nil {
			return Result{}, stored("write", err)
		}
		if seen[0] != nil && len(seen[0]) != 8 {
			return Result{}, corrupt(onceKey(t.rev.Key), "no sequence number")
		}
		if seen[0] != nil {
			return Result{Seq: binary.BigEndian.Uint64(seen[0])}, nil
		}
	}
	if err := t.load(); err != nil {
		return Result{}, err
	}
	for i := range t.rev.Changes {
		c := &t.rev.Changes[i]
		if err := t.change(c); err != nil {
			return Result{}, &Error{Kind: KindOf(err), Op: fmt.Sprintf("change %d, %s", i+1, c.Op), Subject: c.subject(), Err: err, Change: i + 1}
		}
	}
	if len(t.log) == 0 {
		return Result{Seq: t.head.Seq}, nil
	}
	if t.next > maxRef {
		return Result{}, errorf(TooLarge, "write", "", "the record holds %d nodes and edges, which is all it can", maxRef)
	}
	for _, step := range []func() error{t.checkEnds, t.derive, t.writeEntities, t.checkWays, t.checkOrder, t.checkQuotations, t.finishRedactions} {
		if err := step(); err != nil {
			return Result{}, err
		}
	}
	return Result{Seq: t.seq, Applied: true}, t.writeLog(now)
}

// wrote tells the full-text index, and those who follow the log, what the
// revision wrote.
func (t *tx) wrote() written {
	w := written{seq: t.seq, texts: t.text, entry: &followed{Logged: t.logged, things: make([]thing, len(t.log))}}
	for i, c := range t.log {
		e := t.now[c.Ref]
		w.entry.things[i] = thingOf(e)
		if e.edge {
			continue
		}
		w.entities = append(w.entities, e)
		if c.Op == Redact {
			w.redacted = append(w.redacted, c.Ref)
		}
	}
	return w
}

func (c *Change) subject() string {
	switch {
	case c.Node != nil:
		return c.Node.Kind.String() + " " + c.Node.ID.String()
	case c.Edge != nil:
		return fmt.Sprintf("%s from %s to %s", c.Edge.Kind, c.Edge.From, c.Edge.To)
	}
	return c.ID.String()
}

// load reads every node and edge that the revision names, in two calls.
func (t *tx) load() error {
	var ids []ID
	asked := make(map[ID]bool, 2*len(t.rev.Changes))
	want := func(id ID) {
		if _, ok := t.state.ids[id]; !ok && !id.IsZero() && !asked[id] {
			asked[id] = true
			ids = append(ids, id)
		}
	}
	for i := range t.rev.Changes {
		c := &t.rev.Changes[i]
		switch {
		case c.Node != nil:
			want(c.Node.ID)
		case c.Edge != nil:
			want(c.Edge.ID)
			want(c.Edge.From)
			want(c.Edge.To)
		default:
			want(c.ID)
		}
	}
	keys := make([][]byte, len(ids))
	for i, id := range ids {
		keys[i] = idKey(id)
	}
	values, err := t.over.GetMulti(t.ctx, keys)
	if err != nil {
		return stored("write", err)
	}
	var refs []Ref
	for i, v := range values {
		if v != nil {
			r, err := readRef(keys[i], v)
			if err != nil {
				return err
			}
			t.state.ids[ids[i]] = r
			refs = append(refs, r)
		}
	}
	return t.loadRefs(refs)
}

// loadRefs reads the newest versions of entities that are not known yet.
func (t *tx) loadRefs(refs []Ref) error {
	var missing []Ref
	var keys [][]byte
	for _, r := range refs {
		if _, ok := t.entities[r]; !ok {
			missing, keys = append(missing, r), append(keys, entityKey(r))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	found, err := cells{t.over, t.seq}.get(t.ctx, keys)
	if err != nil {
		return err
	}
	for i, c := range found {
		if c == nil {
			return corrupt(keys[i], "missing, though its id is on record")
		}
		if t.entities[missing[i]], err = parseEntity(missing[i], c); err != nil {
			return err
		}
	}
	return nil
}

// find returns the newest version of id, this revision's changes included.
func (t *tx) find(id ID) (Ref, *entity) {
	r, ok := t.ids[id]
	if !ok {
		if r, ok = t.state.ids[id]; !ok {
			return 0, nil
		}
	}
	return r, t.current(r)
}

func (t *tx) current(r Ref) *entity {
	if e, ok := t.now[r]; ok {
		return e
	}
	return t.entities[r]
}

// before returns an entity as it was before this revision.
func (t *tx) before(r Ref) *entity {
	if _, changed := t.now[r]; changed {
		return t.old[r]
	}
	return t.entities[r]
}

// set records that the revision makes e the newest version.
func (t *tx) set(op Op, old, e *entity) error {
	if e.ref == 0 {
		e.ref = t.next
		t.next++
		t.ids[e.id] = e.ref
	} else if _, twice := t.now[e.ref]; twice {
		return Invalidf("changed twice in one revision; make it one change, or two revisions")
	}
	if old != nil && t.rev.Reason == "" {
		return Invalidf("the revision gives no reason, and something stands already")
	}
	e.since = t.seq
	t.old[e.ref], t.now[e.ref] = old, e
	t.log = append(t.log, Changed{op, e.ref})
	return nil
}

// writeEntities writes the new versions, the ids and the archived texts.
func (t *tx) writeEntities() error {
	var known [][]byte
	var payloads [][]byte
	for _, c := range t.log {
		e := t.now[c.Ref]
		key := entityKey(e.ref)
		if t.old[e.ref] != nil {
			known, payloads = append(known, key), append(payloads, e.encode())
			continue
		}
		t.over.Put(key, cell{since: t.seq, payload: e.encode()}.encode())
		t.over.Put(idKey(e.id), appendRef(nil, e.ref))
	}
	for r, s := range t.text {
		writeText(t.over, r, s)
	}
	return t.replace(known, payloads)
}

// replace writes cells that stand already; a nil payload lets one be gone. What
// stood goes into the history.
func (t *tx) replace(keys, payloads [][]byte) error {
	if len(keys) == 0 {
		return nil
	}
	standing, err := t.over.GetMulti(t.ctx, keys)
	if err != nil {
		return stored("write", err)
	}
	for i, key := range keys {
		c := cell{since: t.seq, payload: payloads[i], gone: payloads[i] == nil}
		if standing[i] != nil {
			was, err := parseCell(key, standing[i])
			if err != nil {
				return err
			}
			if was.since != t.seq {
				t.over.Put(historyKey(key, was.since), standing[i])
				c.older = true
			} else {
				c.older = was.older
			}
		}
		t.over.Put(key, c.encode())
	}
	return nil
}

// writeLog appends the revision to the log and moves the head.
func (t *tx) writeLog(now time.Time) error {
	now = now.UTC().Truncate(time.Microsecond)
	if !now.After(t.head.Time) {
		now = t.head.Time.Add(time.Microsecond)
	}
	l := Logged{Seq: t.seq, Time: now, Agent: t.rev.Agent, Method: t.rev.Method, Reason: t.rev.Reason, Key: t.rev.Key, Changes: t.log}
	hashes := make([][32]byte, len(t.log))
	for i, c := range t.log {
		e := t.now[c.Ref]
		var from, to ID
		if e.edge {
			from, to = t.current(e.from).id, t.current(e.to).id
		}
		hashes[i] = e.contentHash(c.Op, from, to)
	}
	l.Chain = chainHash(t.head.Chain, &l, hashes)
	t.logged = &l
	if err := growTree(t.ctx, t.over, &l, hashes); err != nil {
		return err
	}
	t.over.Put(logKey(l.Seq), l.encode())
	if l.Key != "" {
		t.over.Put(onceKey(l.Key), binary.BigEndian.AppendUint64(nil, l.Seq))
	}
	t.head = Head{Seq: l.Seq, Time: l.Time, Next: t.next, Chain: l.Chain}
	t.over.Put(metaKey("head"), t.head.encode())
	return nil
}

// put is what the puts of nodes and of edges share.
func (t *tx) put(op Op, old, e *entity) error {
	if old != nil && !old.retracted && bytes.Equal(old.body, e.body) {
		return nil // says what is on record
	}
	return t.set(op, old, e)
}

// skip decides the change's conditions.
func (c *Change) skip(old *entity) (bool, error) {
	if c.IfSeq != nil {
		var is uint64
		if old != nil {
			is = old.since
		}
		if is != *c.IfSeq {
			return false, &Error{
				Kind: Conflict, Err: fmt.Errorf("its newest revision is %d, not %d", is, *c.IfSeq),
				Hint: "read it again and decide anew",
			}
		}
	}
	return c.IfAbsent && old != nil, nil
}

func (t *tx) change(c *Change) error {
	switch {
	case c.IfAbsent && (c.Op == Retract || c.Op == Redact):
		return Invalidf("if absent is for what puts; a retract or redact is of something that is there")
	case c.Op == PutNode && c.Node != nil:
		return t.putNode(c)
	case c.Op == PutEdge && c.Edge != nil:
		return t.putEdge(c)
	case c.Op == Retract:
		return t.retract(c)
	case c.Op == Redact:
		return t.redact(c)
	}
	return Invalidf("the change does nothing: neither a put with its node or edge, nor a retract or redact with an id")
}

func (t *tx) putNode(c *Change) error {
	n := c.Node
	decl := n.Kind.Node()
	if decl == nil {
		return Invalidf("no kind of node has the number %d", n.Kind)
	}
	ref, old := t.find(n.ID)
	if old != nil && (old.edge || old.nodeKind() != n.Kind) {
		return Invalidf("the id belongs to %s, and a thing never changes its kind", old.kindName())
	}
	if skip, err := c.skip(old); skip || err != nil {
		return err
	}
	if old != nil && old.redacted {
		return errorf(Permission, "", "", "it was redacted and cannot be written again")
	}
	stated, archived := n.Props, ""
	if n.Kind == vocab.Capture {
		var err error
		if stated, archived, err = t.archive(n, old); err != nil {
			return err
		}
	}
	props, err := checkProps(decl.All(), stated)
	if err != nil {
		return err
	}
	if err := t.checkSpans(decl.All(), props, n.ID); err != nil {
		return err
	}
	e := &entity{ref: ref, kind: uint8(n.Kind), id: n.ID, body: appendProps(nil, decl.All(), props, homeOf(n))}
	if err := t.put(PutNode, old, e); err != nil {
		return err
	}
	if archived != "" && old == nil {
		t.text[e.ref] = archived
	}
	return nil
}

func homeOf(n *Node) ID {
	if n.Kind == vocab.Capture {
		return n.ID
	}
	return ID{}
}

func (e *entity) kindName() string {
	if e.edge {
		return "an edge " + e.edgeKind().String()
	}
	return "a " + e.nodeKind().String()
}

func (t *tx) putEdge(c *Change) error {
	g := c.Edge
	decl := g.Kind.Edge()
	if decl == nil {
		return Invalidf("no kind of edge has the number %d", g.Kind)
	}
	fromRef, from := t.find(g.From)
	toRef, to := t.find(g.To)
	for _, end := range []struct {
		name string
		id   ID
		e    *entity
	}{{"from", g.From, from}, {"to", g.To, to}} {
		switch {
		case end.e == nil:
			return errorf(NotFound, "", end.name, "no node %s is on record; put it first", end.id)
		case end.e.edge:
			return errorf(Invalid, "", end.name, "%s is an edge, and edges connect nodes", end.id)
		case end.e.retracted:
			return errorf(Invalid, "", end.name, "%s is retracted", end.id)
		}
	}
	if !decl.Allows(from.nodeKind(), to.nodeKind()) {
		return Invalidf("%s leads from %s to %s, not from %s to %s", g.Kind, kindList(decl.From), kindList(decl.To), from.nodeKind(), to.nodeKind())
	}
	if decl.SameKind && from.kind != to.kind {
		return Invalidf("%s connects nodes of one kind, not %s and %s", g.Kind, from.nodeKind(), to.nodeKind())
	}
	if fromRef == toRef {
		return Invalidf("%s leads from %s to itself", g.Kind, g.From)
	}
	ref, old := t.find(g.ID)
	if old != nil {
		same := old.edge && old.edgeKind() == g.Kind
		switch {
		case same && old.from == fromRef && old.to == toRef:
		case same && decl.Symmetric && old.from == toRef && old.to == fromRef:
			fromRef, toRef, from, to = toRef, fromRef, to, from
		default:
			return Invalidf("the id %s belongs to something else", g.ID)
		}
	}
	if skip, err := c.skip(old); skip || err != nil {
		return err
	}
	props, err := checkProps(decl.All(), g.Props)
	if err != nil {
		return err
	}
	if err := checkEdgeProps(g.Kind, props); err != nil {
		return err
	}
	if isMachine(t.rev.Method) && empty(props["method"]) {
		return errorf(Invalid, "", "method", "missing: the revision is a machine's (%s), and each of its edges says so", t.rev.Method)
	}
	home := ID{}
	if toCapture(g.Kind) {
		home = to.id
	}
	if err := t.checkSpans(decl.All(), props, home); err != nil {
		return err
	}
	e := &entity{ref: ref, edge: true, kind: uint8(g.Kind), id: g.ID, from: fromRef, to: toRef, body: appendProps(nil, decl.All(), props, home)}
	return t.put(PutEdge, old, e)
}

// checkEnds refuses an edge of which the revision itself retracts an end.
func (t *tx) checkEnds() error {
	for _, c := range t.log {
		e := t.now[c.Ref]
		if c.Op != PutEdge {
			continue
		}
		for _, r := range []Ref{e.from, e.to} {
			if end := t.current(r); !end.live() {
				return errorf(Invalid, c.Op.String(), e.where(), "the revision retracts %s, which is one of its ends", end.id)
			}
		}
	}
	return nil
}

func kindList(ks []vocab.NodeKind) string {
	var s strings.Builder
	for i, k := range ks {
		switch {
		case i > 0 && i == len(ks)-1:
			s.WriteString(" or ")
		case i > 0:
			s.WriteString(", ")
		}
		s.WriteString(k.String())
	}
	return s.String()
}

func (t *tx) retract(c *Change) error {
	ref, old := t.find(c.ID)
	if old == nil {
		return errorf(NotFound, "", "", "nothing with this id is on record")
	}
	if skip, err := c.skip(old); skip || err != nil {
		return err
	}
	if old.retracted {
		return nil
	}
	e := *old
	e.ref, e.retracted = ref, true
	return t.set(Retract, old, &e)
}
