package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

func (a *app) review() *cobra.Command {
	var agent string
	var limit int
	c := &cobra.Command{
		Use:   "review",
		Short: "Decide what waits for a person's decision",
		Long: `Shows what waits for a decision, one after the other, with the words that speak
for it, and reads a line for each from standard input:

  a [REASON]  accept
  r [REASON]  reject
  s           skip: it goes on waiting
  u           undo the last decision, and show that again
  q           quit; so does the end of the input

Each decision is a revision of its own, as one at the review desk of onrecord
serve is. With --json the queue is printed and nothing is decided.`,
		Example: `  onrecord review --agent "Edith Or"
  onrecord review --json | jq '.proposals.totalCount'
  printf 'a checked against the recording\nq\n' | onrecord review --agent "Edith Or"`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > graph.MaxPage {
				return usagef("--limit: %d is not between 1 and %d", limit, graph.MaxPage)
			}
			want := writing
			if a.json {
				want = reading
			}
			if agent = strings.TrimSpace(agent); agent == "" && !a.json {
				return usagef("--agent: say who decides: whoever reads the record is told")
			}
			return a.with(cmd.Context(), want, func(rec *graph.Record) error {
				d, err := a.newDesk(rec, agent, limit)
				if err != nil {
					return err
				}
				if a.json {
					return d.print(cmd.Context())
				}
				return d.run(cmd.Context())
			})
		},
	}
	c.Flags().StringVar(&agent, "agent", os.Getenv("USER"), "who decides, as the record will name it (also $USER)")
	c.Flags().IntVar(&limit, "limit", 50, "how many of either list are read at once; with --json, printed")
	return c
}

// desk decides what waits, through the mutation that the review desk uses.
type desk struct {
	app    *app
	rec    *graph.Record
	engine *engine.Engine
	caller schema.Caller
	limit  int

	in      *bufio.Reader
	last    *waiting // decided last
	decided int
}

func (a *app) newDesk(rec *graph.Record, agent string, limit int) (*desk, error) {
	types, err := schema.Build(schema.Options{Version: version()})
	if err != nil {
		return nil, err
	}
	e, err := engine.New(types, engine.Options{Mutate: schema.Writer(rec), OnInternal: a.internal})
	if err != nil {
		return nil, err
	}
	return &desk{app: a, rec: rec, engine: e, caller: schema.Caller{Agent: agent, Role: schema.Editor}, limit: limit, in: bufio.NewReader(a.in)}, nil
}

// ask executes a document and decodes its data.
func (d *desk) ask(ctx context.Context, query string, variables map[string]any, into any) error {
	v, err := d.rec.View(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	vars, err := json.Marshal(variables)
	if err != nil {
		return err
	}
	res := d.engine.Do(schema.WithCaller(ctx, d.caller), engine.Request{Query: query, RawVariables: vars, Root: schema.Root(v)})
	if len(res.Errors) > 0 {
		return answered(res.Errors[0].Message, res.Code())
	}
	body, err := json.Marshal(res)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, &struct{ Data any }{into})
}

// print writes the first of both lists as JSON.
func (d *desk) print(ctx context.Context) error {
	var got struct{ Queue json.RawMessage }
	if err := d.ask(ctx, queueQuery, map[string]any{"first": d.limit, "candidates": d.limit}, &got); err != nil {
		return err
	}
	return d.app.out.json(got.Queue)
}

// errQuit ends a review as asked.
var errQuit = errors.New("quit")

func (d *desk) run(ctx context.Context) error {
	err := d.list(ctx, func(first int, after *string) (*page, error) { return d.page(ctx, first, after, 0, nil) })
	if err == nil {
		err = d.list(ctx, func(first int, after *string) (*page, error) { return d.page(ctx, 0, nil, first, after) })
	}
	if err != nil && !errors.Is(err, errQuit) {
		return err
	}
	q, err := d.page(ctx, 0, nil, 0, nil)
	if err != nil {
		return err
	}
	d.app.out.printf("%d decided, %d wait\n", d.decided, q.total)
	return nil
}

// page is a part of either list, and how many wait in both.
type page struct {
	items []waiting
	end   string
	more  bool
	total int
}

func (d *desk) page(ctx context.Context, proposals int, after *string, candidates int, afterEdge *string) (*page, error) {
	var got struct {
		Queue struct {
			Proposals struct {
				TotalCount int
				PageInfo   pageInfo
				Nodes      []waiting
			}
			Candidates struct {
				TotalCount int
				PageInfo   pageInfo
				Nodes      []waiting
			}
		}
	}
	err := d.ask(ctx, queueQuery, map[string]any{"first": proposals, "after": after, "candidates": candidates, "afterEdge": afterEdge}, &got)
	if err != nil {
		return nil, err
	}
	p, c := got.Queue.Proposals, got.Queue.Candidates
	out := &page{p.Nodes, p.PageInfo.EndCursor, p.PageInfo.HasNextPage, p.TotalCount + c.TotalCount}
	if candidates > 0 {
		out.items, out.end, out.more = c.Nodes, c.PageInfo.EndCursor, c.PageInfo.HasNextPage
	}
	return out, nil
}

// list goes through one of the two lists. What is decided leaves it, and the
// cursor is a place in it, so that nothing is passed over.
func (d *desk) list(ctx context.Context, next func(int, *string) (*page, error)) error {
	var after *string
	for {
		p, err := next(d.limit, after)
		if err != nil {
			return err
		}
		for i := range p.items {
			if err := d.one(ctx, &p.items[i], p.total-i); err != nil {
				return err
			}
		}
		if !p.more {
			return nil
		}
		after = &p.end
	}
}

// one shows what waits until it is decided or skipped.
func (d *desk) one(ctx context.Context, w *waiting, left int) error {
	w.show(d.app.out, left)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		d.app.out.printf("a accept, r reject, s skip, u undo, q quit: ")
		line, err := d.in.ReadString('\n')
		if err != nil && (!errors.Is(err, io.EOF) || strings.TrimSpace(line) == "") {
			d.app.out.printf("\n")
			if errors.Is(err, io.EOF) {
				return errQuit
			}
			return err
		}
		if !d.app.out.tty {
			d.app.out.printf("\n")
		}
		key, reason, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "a":
			err = d.decide(ctx, w, "CONFIRMED", reason, "accepted in a terminal")
		case "r":
			err = d.decide(ctx, w, "REJECTED", reason, "rejected in a terminal")
		case "s":
			return nil
		case "q":
			return errQuit
		case "u":
			if d.last == nil {
				d.app.out.printf("nothing was decided yet\n")
				continue
			}
			again := d.last
			if err := d.decide(ctx, again, "CANDIDATE", reason, "decision taken back in a terminal"); err != nil {
				return err
			}
			d.last = nil
			d.decided -= 2 // that decision, and this
			if err := d.one(ctx, again, left+1); err != nil {
				return err
			}
			w.show(d.app.out, left)
			continue
		default:
			d.app.out.printf("%q is none of a, r, s, u, q\n", key)
			continue
		}
		if err != nil && graph.KindOf(err) == graph.Conflict {
			d.app.out.printf("not decided: %v\n", err)
			return nil // it waits, as it is now
		}
		if err == nil {
			d.last = w
		}
		return err
	}
}

func (d *desk) decide(ctx context.Context, w *waiting, status, reason, fallback string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		reason = fallback
	}
	input := map[string]any{"id": w.ID, "status": status, "reason": reason}
	if seq := w.version(); seq > 0 && status != "CANDIDATE" {
		input["ifRevision"] = seq
	}
	var got struct {
		Decide struct {
			Revision   *struct{ Seq int }
			UserErrors []struct{ Message, Code string }
		}
	}
	if err := d.ask(ctx, `mutation($input: DecideInput!) { decide(input: $input) { revision { seq } userErrors { message code } } }`, map[string]any{"input": input}, &got); err != nil {
		return err
	}
	if es := got.Decide.UserErrors; len(es) > 0 {
		return answered(es[0].Message, es[0].Code)
	}
	d.decided++
	if r := got.Decide.Revision; r != nil {
		w.now = r.Seq
		d.app.out.printf("%s, revision %d\n", map[string]string{"CONFIRMED": "accepted", "REJECTED": "rejected", "CANDIDATE": "taken back"}[status], r.Seq)
	}
	return nil
}
