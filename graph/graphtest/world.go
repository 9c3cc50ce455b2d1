package graphtest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// World draws revisions at random, by the vocabulary: each kind of node and edge
// and each type of property that is declared is drawn some day. It remembers what
// was accepted, so that it can change, retract, restore and redact it.
type World struct {
	things map[graph.ID]*thing
	order  []*thing
	n      int // names given so far
}

// thing is a node or an edge that was put.
type thing struct {
	id        graph.ID
	node      vocab.NodeKind // or
	edge      vocab.EdgeKind
	from, to  graph.ID
	seq       uint64 // of its newest version
	retracted bool
	redacted  bool
	text      *span.Text // of a capture
	words     string     // of a statement
}

// Drawn is a revision with what is known of it beforehand.
type Drawn struct {
	graph.Revision
	// Fresh says that it puts new things only and breaks no rule: it must be
	// accepted.
	Fresh bool
	// Broken says that it breaks a rule: it must be refused.
	Broken string
}

var (
	someTexts = []string{"peace", "War and peace", "ökonomie 🤝 handel", "the deal", "der Handel", "صلح", "a", "🗞"}
	someNames = []string{"Anna Alder", "Béla Birch", "Chloë", "Donald T. Example", "آیت\u200cالله", "X"}
	someDates = []string{"2018-07-30", "2015", "XXXX-05-08", "~2003", "2018-07", "1979-11-04", "2018-05-08", "2018-07-30/2018-08-13", "201X"}
	someWords = []string{"We ", "will ", "never ", "talk, ", "“said 🤝 he” ", "die Äpfel ", "جنگ ", "\n\n", "🗞️ "}
)

// Revision draws the next revision.
func (w *World) Revision(t *rapid.T) Drawn {
	d := Drawn{Revision: graph.Revision{
		Agent:  rapid.SampledFrom([]string{"anna", "loader"}).Draw(t, "agent"),
		Method: rapid.SampledFrom([]string{"human", "import:test", "human"}).Draw(t, "method"),
		Reason: "a reason",
	}}
	if rapid.IntRange(0, 5).Draw(t, "keyed") == 0 {
		d.Key = fmt.Sprint("key ", rapid.IntRange(0, 9).Draw(t, "key"))
	}
	if len(w.order) < 4 || rapid.IntRange(0, 2).Draw(t, "fresh") == 0 {
		d.Fresh = d.Key == ""
		for range rapid.IntRange(1, 2).Draw(t, "nodes") {
			w.fresh(t, &d.Revision)
		}
	} else {
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			w.change(t, &d.Revision)
		}
	}
	if len(d.Changes) == 0 {
		w.fresh(t, &d.Revision)
	}
	if rapid.IntRange(0, 11).Draw(t, "break") == 0 {
		d.Fresh, d.Broken = false, w.broken(t, &d.Revision)
		d.Key = ""
	}
	return d
}

// Accept remembers what was written.
func (w *World) Accept(rev *graph.Revision, seq uint64) {
	if w.things == nil {
		w.things = make(map[graph.ID]*thing)
	}
	add := func(x *thing) *thing {
		if old := w.things[x.id]; old != nil {
			return old
		}
		w.things[x.id] = x
		w.order = append(w.order, x)
		return x
	}
	for _, c := range rev.Changes {
		var x *thing
		if c.IfAbsent && (c.Node != nil && w.things[c.Node.ID] != nil || c.Edge != nil && w.things[c.Edge.ID] != nil) {
			continue // left as it is, retracted or not
		}
		switch c.Op {
		case graph.PutNode:
			x = add(&thing{id: c.Node.ID, node: c.Node.Kind})
			if s, ok := c.Node.Props["text"].(string); ok && x.node == vocab.Capture && x.text == nil {
				x.text, _ = span.NewText(s)
			}
			if x.node == vocab.Statement {
				x.words, _ = c.Node.Props["text"].(string)
			}
			x.retracted = false
		case graph.PutEdge:
			x = add(&thing{id: c.Edge.ID, edge: c.Edge.Kind, from: c.Edge.From, to: c.Edge.To})
			x.retracted = false
		case graph.Retract:
			x = w.things[c.ID]
			x.retracted = true
		case graph.Redact:
			x = w.things[c.ID]
			x.redacted = true
		}
		x.seq = seq
	}
}

func (w *World) name() graph.ID {
	w.n++
	return graph.KeyID("world", fmt.Sprint(w.n))
}

// pick draws a thing that the test accepts; nil if there is none.
func (w *World) pick(t *rapid.T, what string, ok func(*thing) bool) *thing {
	var fit []*thing
	for _, x := range w.order {
		if ok(x) {
			fit = append(fit, x)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	return rapid.SampledFrom(fit).Draw(t, what)
}

func (w *World) live(kinds ...vocab.NodeKind) func(*thing) bool {
	return func(x *thing) bool { return x.node != 0 && !x.retracted && slices.Contains(kinds, x.node) }
}

// fresh adds a new node, with whatever its kind cannot be without.
func (w *World) fresh(t *rapid.T, rev *graph.Revision) graph.ID {
	kind := vocab.NodeKind(rapid.IntRange(1, len(vocab.Nodes)).Draw(t, "kind"))
	return w.freshOf(t, rev, kind)
}

func (w *World) freshOf(t *rapid.T, rev *graph.Revision, kind vocab.NodeKind) graph.ID {
	id := w.name()
	var own *thing
	if kind == vocab.Capture {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(someWords), 3, 12).Draw(t, "text"), "")
		text, _ := span.NewText(s)
		own = &thing{id: id, node: kind, text: text}
	}
	n := &graph.Node{ID: id, Kind: kind, Props: w.props(t, kind.Node().All(), own)}
	rev.Changes = append(rev.Changes, graph.Put(n))
	connect := func(k vocab.EdgeKind, from, to graph.ID, props graph.Props) {
		rev.Changes = append(rev.Changes, graph.Connect(&graph.Edge{Kind: k, From: from, To: to, Props: props}))
	}
	other := func(kinds ...vocab.NodeKind) graph.ID {
		if x := w.pick(t, "end", w.live(kinds...)); x != nil {
			return x.id
		}
		return w.freshOf(t, rev, kinds[0])
	}
	switch kind {
	case vocab.Capture:
		n.Props["text"] = own.text.String()
		connect(vocab.CaptureOf, id, other(vocab.Source), nil)
	case vocab.Stance:
		connect(vocab.Holds, other(vocab.Speaker), id, nil)
		connect(vocab.Toward, id, other(vocab.Topic, vocab.Claim, vocab.Event), nil)
	case vocab.Review:
		connect(vocab.Reviews, id, other(vocab.Claim), nil)
		connect(vocab.Published, other(vocab.Speaker), id, nil)
	case vocab.Statement:
		if rapid.Bool().Draw(t, "said") {
			connect(vocab.Said, other(vocab.Speaker), id, nil)
		}
		if c := w.pick(t, "capture", w.live(vocab.Capture)); c != nil && !c.redacted {
			place := w.place(t, c)
			words := span.Cut(c.text, []span.Span{place.Span}, nil)
			if words == "" {
				break // nothing but white space
			}
			n.Props["text"] = words
			connect(vocab.QuotedIn, id, c.id, graph.Props{"content": []graph.Span{place}})
		}
	}
	return id
}

// change adds one change of what there is.
func (w *World) change(t *rapid.T, rev *graph.Revision) {
	known := func(x *thing) bool { return !w.changedIn(rev, x.id) }
	switch rapid.IntRange(0, 11).Draw(t, "change") {
	case 0, 1, 2, 3:
		w.connect(t, rev)
	case 4, 5:
		if x := w.pick(t, "node", func(x *thing) bool { return x.node != 0 && known(x) }); x != nil {
			n := &graph.Node{ID: x.id, Kind: x.node, Props: w.props(t, x.node.Node().All(), x)}
			if x.words != "" && rapid.IntRange(0, 3).Draw(t, "keeps words") > 0 {
				n.Props["text"] = x.words
			}
			c := graph.Put(n)
			w.condition(t, &c, x)
			rev.Changes = append(rev.Changes, c)
		}
	case 6, 7:
		if x := w.pick(t, "edge", func(x *thing) bool { return x.edge != 0 && known(x) }); x != nil {
			e := &graph.Edge{ID: x.id, Kind: x.edge, From: x.from, To: x.to, Props: w.edgeProps(t, x.edge, x.to)}
			c := graph.Connect(e)
			w.condition(t, &c, x)
			rev.Changes = append(rev.Changes, c)
		}
	case 8:
		if x := w.pick(t, "retract edge", func(x *thing) bool { return x.edge != 0 && known(x) }); x != nil {
			rev.Changes = append(rev.Changes, graph.Change{Op: graph.Retract, ID: x.id})
		}
	case 9:
		if x := w.pick(t, "retract", func(x *thing) bool { return x.node != 0 && known(x) }); x != nil {
			c := graph.Change{Op: graph.Retract, ID: x.id}
			w.condition(t, &c, x)
			c.IfAbsent = false // is for puts
			rev.Changes = append(rev.Changes, c)
		}
	case 10:
		if x := w.pick(t, "redact", func(x *thing) bool { return x.node != 0 && known(x) }); x != nil {
			rev.Changes = append(rev.Changes, graph.Change{Op: graph.Redact, ID: x.id})
		}
	case 11:
		if x := w.pick(t, "restore", func(x *thing) bool { return x.node != 0 && x.retracted && !x.redacted && known(x) }); x != nil {
			rev.Changes = append(rev.Changes, graph.Put(&graph.Node{ID: x.id, Kind: x.node, Props: w.props(t, x.node.Node().All(), x)}))
		}
	}
}

func (w *World) condition(t *rapid.T, c *graph.Change, x *thing) {
	switch rapid.IntRange(0, 7).Draw(t, "condition") {
	case 0:
		c.IfAbsent = true
	case 1:
		seq := x.seq
		c.IfSeq = &seq
	case 2:
		seq := x.seq + 1
		c.IfSeq = &seq
	}
}

func (w *World) changedIn(rev *graph.Revision, id graph.ID) bool {
	return slices.ContainsFunc(rev.Changes, func(c graph.Change) bool {
		return c.ID == id || c.Node != nil && c.Node.ID == id || c.Edge != nil && (c.Edge.ID == id || c.Edge.ID.IsZero() && graph.EdgeID(c.Edge) == id)
	})
}

// connect adds an edge of any kind between nodes that it may connect.
func (w *World) connect(t *rapid.T, rev *graph.Revision) {
	k := vocab.EdgeKind(rapid.IntRange(1, len(vocab.Edges)).Draw(t, "edge kind"))
	decl := k.Edge()
	from := w.pick(t, "from", w.live(decl.From...))
	to := w.pick(t, "to", w.live(decl.To...))
	if from == nil || to == nil || from == to || decl.SameKind && from.node != to.node {
		return
	}
	e := &graph.Edge{Kind: k, From: from.id, To: to.id, Props: w.edgeProps(t, k, to.id)}
	if !w.changedIn(rev, graph.EdgeID(e)) {
		rev.Changes = append(rev.Changes, graph.Connect(e))
	}
}

// edgeProps draws the values of an edge, its status and what must go with it.
func (w *World) edgeProps(t *rapid.T, k vocab.EdgeKind, to graph.ID) graph.Props {
	var own *thing
	if x := w.things[to]; x != nil && len(k.Edge().To) == 1 && x.node == vocab.Capture {
		own = x
	}
	p := w.props(t, k.Edge().Properties, own)
	switch rapid.IntRange(0, 6).Draw(t, "status") {
	case 0:
		p["status"], p["method"] = "INFERRED", "human"
	case 1:
		p["status"], p["method"], p["confidence"] = "CANDIDATE", "rule:r@1", float64(rapid.IntRange(0, 4).Draw(t, "confidence"))/4
	case 2:
		p["status"] = "CONFIRMED"
	case 3:
		p["status"], p["method"] = "REJECTED", "human"
	}
	if k.Edge().Evidenced || rapid.IntRange(0, 3).Draw(t, "evidence") == 0 {
		if c := w.pick(t, "capture", func(x *thing) bool { return x.text != nil }); c != nil {
			p["evidence"] = []graph.Span{w.place(t, c)}
		}
	}
	return p
}

// props draws values for declared properties. own is the capture whose places
// are meant where none is named.
func (w *World) props(t *rapid.T, all []vocab.Property, own *thing) graph.Props {
	p := make(graph.Props)
	for i := range all {
		d := &all[i]
		if d.Apart || d.Name == "sha256" || !d.Required && rapid.IntRange(0, 2).Draw(t, d.Name+"?") > 0 {
			continue
		}
		if d.Required && d.Default != "" && rapid.Bool().Draw(t, d.Name+" by default") {
			continue
		}
		if v := w.value(t, d, own); v != nil {
			p[d.Name] = v
		}
	}
	return p
}

func (w *World) value(t *rapid.T, d *vocab.Property, own *thing) any {
	name := d.Name
	switch d.Type {
	case vocab.Text:
		return rapid.SampledFrom(someTexts).Draw(t, name)
	case vocab.Enum:
		return rapid.SampledFrom(d.Values.Names).Draw(t, name)
	case vocab.URL:
		return "https://example.org/" + rapid.SampledFrom([]string{"", "a", "ä?b#c"}).Draw(t, name)
	case vocab.URLs:
		return rapid.SampledFrom([][]string{{"https://a.example/"}, {"https://b.example/x", "http://c.example"}}).Draw(t, name)
	case vocab.Language:
		return rapid.SampledFrom([]string{"en", "fa-IR", "de"}).Draw(t, name)
	case vocab.Number:
		return float64(rapid.IntRange(-3, 3).Draw(t, name)) / 4
	case vocab.Instant:
		return time.Date(2018, 1, rapid.IntRange(1, 28).Draw(t, name), 1, 2, 3, 4000, time.UTC)
	case vocab.When:
		return someWhen(t, name)
	case vocab.Texts:
		return rapid.SliceOfN(rapid.SampledFrom(someTexts), 1, 2).Draw(t, name)
	case vocab.Names:
		var names []graph.Name
		for _, n := range rapid.SliceOfN(rapid.SampledFrom(someNames), 1, 2).Draw(t, name) {
			names = append(names, graph.Name{Value: n, Language: rapid.SampledFrom([]string{"", "en"}).Draw(t, "language")})
		}
		return names
	case vocab.Gaps:
		var gaps []graph.GapNote
		for _, k := range rapid.SliceOfN(rapid.SampledFrom(vocab.GapKind.Names), 1, 2).Draw(t, name) {
			gaps = append(gaps, graph.GapNote{Kind: k, Note: rapid.SampledFrom(someTexts).Draw(t, "note")})
		}
		return gaps
	case vocab.Spans, vocab.Whens:
		c := own
		if c == nil {
			c = w.pick(t, "capture", func(x *thing) bool { return x.text != nil })
		}
		if c == nil {
			return nil
		}
		place := w.place(t, c)
		if d.Type == vocab.Spans {
			return []graph.Span{place}
		}
		when := someWhen(t, name)
		return []graph.Marked{{When: when, Place: place, Genre: "weekday", Note: rapid.SampledFrom(someTexts).Draw(t, "note")}}
	}
	return nil
}

func someWhen(t *rapid.T, name string) edtf.When {
	w := edtf.When{Written: rapid.SampledFrom([]string{"", "Monday", "then"}).Draw(t, name+" written")}
	if rapid.IntRange(0, 3).Draw(t, name+" dated") > 0 {
		w.EDTF = edtf.MustParse(rapid.SampledFrom(someDates).Draw(t, name))
	}
	if w.IsZero() {
		w.Written = "once"
	}
	return w
}

// place draws a place in a capture's text.
func (w *World) place(t *rapid.T, c *thing) graph.Span {
	start := rapid.IntRange(0, c.text.Len()-1).Draw(t, "start")
	end := rapid.IntRange(start+1, min(c.text.Len(), start+12)).Draw(t, "end")
	s, _ := c.text.At(start, end)
	return graph.Span{Capture: c.id, Span: s}
}

// broken breaks one rule in a revision, and says which.
func (w *World) broken(t *rapid.T, rev *graph.Revision) string {
	topic := &graph.Node{ID: w.name(), Kind: vocab.Topic, Props: graph.Props{"name": "broken"}}
	rules := []string{"no agent", "no such method", "unknown property", "unknown value", "missing property", "wrong type", "nothing to retract", "no end", "no change"}
	rule := rapid.SampledFrom(rules).Draw(t, "rule")
	switch rule {
	case "no agent":
		rev.Agent = ""
	case "no such method":
		rev.Method = "magic"
	case "unknown property":
		topic.Props["colour"] = "red"
	case "unknown value":
		topic.Kind, topic.Props = vocab.Claim, graph.Props{"text": "x", "type": "LIE"}
	case "missing property":
		topic.Props = nil
	case "wrong type":
		topic.Props["name"] = 7
	case "nothing to retract":
		rev.Changes = append(rev.Changes, graph.Change{Op: graph.Retract, ID: w.name()})
	case "no end":
		rev.Changes = append(rev.Changes, graph.Connect(&graph.Edge{Kind: vocab.Before, From: w.name(), To: w.name()}))
	case "no change":
		rev.Changes = append(rev.Changes, graph.Change{})
	}
	rev.Changes = append(rev.Changes, graph.Put(topic))
	return rule
}
