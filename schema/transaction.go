package schema

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"

	"github.com/onrecord/onrecord/graph"
	cut "github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/schema/engine"
)

// Writer executes mutations on a record, for [engine.Options.Mutate]. The root
// value of a request is not looked at.
func Writer(rec *graph.Record) func(ctx context.Context, root any, m *engine.Mutation) {
	w := &writer{rec: rec, turn: make(chan struct{}, 1)}
	return func(ctx context.Context, _ any, m *engine.Mutation) {
		if _, together := m.Directives["transaction"]; together {
			w.write(ctx, m, 0, len(m.Calls))
			return
		}
		for i := range m.Calls {
			w.write(ctx, m, i, i+1)
		}
	}
}

// ReadOnly refuses every mutation, for [engine.Options.Mutate] of who only reads.
func ReadOnly(_ context.Context, _ any, m *engine.Mutation) {
	for i, c := range m.Calls {
		m.Answer(i, &engine.Error{Code: codes[graph.Permission], Message: c.Field + ": this server takes no changes, whoever sends them"})
	}
}

// writer executes mutations.
type writer struct {
	rec *graph.Record
	// turn is full while one who was overtaken tries again. The others wait: of
	// those who plan at once for one node, each sync of the record lets one
	// through, so that eight editors of it would be overtaken again and again.
	turn chan struct{}
}

// maxAttempts is how often a mutation is planned because somebody was faster,
// before that is left to the client.
const maxAttempts = 8

// write executes the calls from one to another as one revision, and answers them.
func (w *writer) write(ctx context.Context, m *engine.Mutation, from, to int) {
	calls := m.Calls[from:to]
	fail := func(err error) {
		for i := range calls {
			m.Answer(from+i, public(err))
		}
	}
	for i := range calls {
		if calls[i].Err != nil {
			fail(calls[i].Err)
			return
		}
		if err := permitted(ctx, operations[calls[i].Field]); err != nil {
			fail(err)
			return
		}
	}
	payloads, err := w.attempts(ctx, calls)
	if err != nil {
		fail(err)
		return
	}
	for i, p := range payloads {
		m.Answer(from+i, p)
		p.close()
	}
}

// attempts runs calls as a transaction until nobody was faster.
func (w *writer) attempts(ctx context.Context, calls []engine.Call) ([]*payload, error) {
	for attempt := 1; ; attempt++ {
		t := &transaction{rec: w.rec, ctx: ctx, caller: CallerOf(ctx), calls: calls, last: attempt == maxAttempts}
		again, err := t.run()
		if err != nil || !again {
			return t.payloads, err
		}
		if attempt > 1 {
			continue
		}
		select {
		case w.turn <- struct{}{}:
			defer func() { <-w.turn }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func permitted(ctx context.Context, op *operation) error {
	switch c := CallerOf(ctx); {
	case c.Role >= op.least:
		return nil
	case c.Agent == "":
		return &engine.Error{Code: "UNAUTHENTICATED", Message: op.field + ": who writes is named in the record; send a token (onrecord token create) as Authorization: Bearer …"}
	default:
		return &engine.Error{Code: codes[graph.Permission], Message: op.field + ": your token is a " + c.Role.String() + "'s, and this is for a " + op.least.String() + " or more"}
	}
}

// transaction is calls that become one revision.
type transaction struct {
	rec      *graph.Record
	ctx      context.Context
	caller   Caller
	calls    []engine.Call
	payloads []*payload
	last     bool // who is overtaken now is told so
}

func (t *transaction) input(i int) map[string]any {
	in, _ := t.calls[i].Args["input"].(map[string]any)
	return in
}

// run plans and writes. It asks to be run again where somebody was faster, and
// the client did not say what it knows.
func (t *transaction) run() (again bool, err error) {
	view, err := t.rec.View(t.ctx)
	if err != nil {
		return false, err
	}
	defer view.Close()
	for i := range t.calls {
		t.payloads = append(t.payloads, &payload{rec: t.rec, ctx: t.ctx, clientMutationID: t.input(i)["clientMutationId"]})
	}
	group, key, err := t.key()
	if err != nil {
		return false, err
	}
	p := &planner{ctx: t.ctx, view: view, caller: t.caller, texts: make(map[graph.ID]*cut.Text), puts: make(map[graph.ID]graph.Node)}
	primary := make([]graph.ID, len(t.calls))
	for i := range t.calls {
		op := operations[t.calls[i].Field]
		var err error
		if primary[i], err = op.primary(t.input(i)); err != nil {
			t.payloads[i].refuse(err)
			continue
		}
		switch {
		case !primary[i].IsZero() || op.puts == 0:
		case key != "":
			primary[i] = graph.KeyID(key, index(i)) // the same when it is sent again
		default:
			primary[i] = graph.NewID()
		}
	}
	if group != "" {
		known, seq, err := view.Keyed(t.ctx, group)
		if err != nil {
			return false, err
		}
		if known == key {
			t.written(primary, seq)
			return false, nil
		}
		if known != "" {
			for _, x := range t.payloads {
				x.refuse(&conflict{inputError{at(inputPath, "clientMutationId"), conflictf("it was given to another mutation, which revision %d wrote; choose one for each", seq)}, seq})
			}
			return false, nil
		}
	}
	for i := range t.calls {
		if t.payloads[i].errs != nil {
			continue
		}
		p.call = i
		if err := p.plan(&t.calls[i], operations[t.calls[i].Field], primary[i]); err != nil {
			if !theirs(err) {
				return false, err
			}
			t.payloads[i].refuse(err)
		}
	}
	if t.refused() {
		return false, nil
	}
	p.rev.Agent, p.rev.Key = t.caller.Agent, key
	res, err := t.rec.Write(t.ctx, p.rev)
	switch {
	case err == nil:
		t.written(primary, res.Seq)
		return false, nil
	case graph.KindOf(err) == graph.Conflict && !p.bound && !t.last:
		t.payloads, again = nil, true
		if t.ctx.Err() != nil {
			return false, t.ctx.Err()
		}
		return again, nil
	case !theirs(err):
		return false, err
	}
	t.blame(p, err)
	return false, nil
}

// refused reports whether a call was refused, and tells the others that they
// were not written because of it.
func (t *transaction) refused() bool {
	any := false
	for _, x := range t.payloads {
		any = any || x.errs != nil
	}
	for _, x := range t.payloads {
		if any && x.errs == nil {
			x.errs = []*userError{{message: "not written: another mutation of the transaction was refused", code: "ROLLED_BACK", path: inputPath}}
		}
	}
	return any
}

func (t *transaction) written(primary []graph.ID, seq uint64) {
	for i, x := range t.payloads {
		x.seq, x.id = seq, primary[i]
	}
}

// blame gives an error of the record to the call whose change it is about; to all
// where it is about none in particular.
func (t *transaction) blame(p *planner, err error) {
	if n := graph.ChangeOf(err); n > 0 {
		from := p.of[n-1]
		t.payloads[from.call].refuse(&inputError{placed(t.input(from.call), from.path, pathIn(err)), err})
		t.refused()
		return
	}
	for _, x := range t.payloads {
		x.refuse(&inputError{inputPath, err})
	}
}

var subjectForm = regexp.MustCompile(`^([a-z][A-Za-z0-9]*)(?: ([0-9]+))?$`)

// pathIn is the property that an error of the record is about, as a path: its
// subjects are property names, with the number of a member of a list.
func pathIn(err error) (path []string) {
	for e := (*graph.Error)(nil); errors.As(err, &e); err = e.Err {
		if m := subjectForm.FindStringSubmatch(e.Subject); m != nil {
			path = append(path, m[1])
			if n, err := strconv.Atoi(m[2]); err == nil {
				path = append(path, index(n-1))
			}
		}
		if e.Err == nil {
			break
		}
	}
	return path
}

// placed is where the property that is named stands in what was sent: behind the
// path of the change, as deep as an input goes there. A link's properties stand
// under "properties".
func placed(input map[string]any, change, property []string) []string {
	var here any = input
	step := func(s string) {
		switch x := here.(type) {
		case map[string]any:
			here = x[s]
		case []any:
			i, err := strconv.Atoi(s)
			if here = nil; err == nil && i < len(x) {
				here = x[i]
			}
		}
	}
	for _, s := range change[len(inputPath):] {
		step(s)
	}
	out := change
	for _, s := range property {
		m, isMap := here.(map[string]any)
		if _, isList := here.([]any); !isMap && !isList {
			break
		}
		_, has := m[s]
		if _, isLink := m["kind"].(string); isMap && isLink && !has {
			out = at(out, "properties")
			step("properties")
		}
		out = at(out, s)
		step(s)
	}
	return out
}

// theirs reports whether an error is the client's to mend.
func theirs(err error) bool {
	switch graph.KindOf(err) {
	case graph.Invalid, graph.NotFound, graph.Conflict, graph.Permission, graph.TooLarge:
		return true
	}
	return false
}

// key returns what makes the transaction the same when it is sent again: what it
// begins with is the caller's and the client mutation ids', what follows is what
// is asked. Both are empty where a call has no id.
func (t *transaction) key() (group, key string, err error) {
	var who, what []byte
	add := func(b *[]byte, s string) {
		sum := sha256.Sum256([]byte(s))
		*b = append(*b, sum[:]...)
	}
	add(&who, t.caller.Agent)
	for i := range t.calls {
		cid := text(t.input(i), "clientMutationId")
		if cid == "" {
			return "", "", nil
		}
		asked, err := json.Marshal(t.input(i)) // its keys are in order
		if err != nil {
			return "", "", err
		}
		add(&who, t.calls[i].Field)
		add(&who, cid)
		add(&what, string(asked))
	}
	digest := func(b []byte) string {
		sum := sha256.Sum256(b)
		return base64.RawURLEncoding.EncodeToString(sum[:18])
	}
	group = "mutation " + digest(who) + " "
	return group, group + digest(what), nil
}
