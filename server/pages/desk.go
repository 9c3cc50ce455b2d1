package pages

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const deskPath = "/review"

// deskSize is how many of either queue a page of the desk has.
const deskSize = 20

var desk = &view{name: "desk", variables: deskVariables, prepare: prepareDesk}

func deskVariables(_ *Site, r *Request) (map[string]any, error) {
	v := map[string]any{"first": deskSize}
	for name, param := range map[string]string{"after": "after", "afterEdge": "afterEdge"} {
		if s := r.Form.Get(param); s != "" {
			v[name] = s
		}
	}
	return v, nil
}

// deskBody is what the desk shows beyond its answer.
type deskBody struct {
	Done   string // the id that was just decided on, "" for none
	Status string // what was decided
	Failed string // why nothing was
}

func prepareDesk(_ context.Context, _ *Site, m *Model) error {
	m.Title = "Review desk"
	m.Body = &deskBody{Done: m.Request.Form.Get("done"), Status: m.Request.Form.Get("status")}
	return nil
}

// Waiting is how many decisions the desk waits for.
func (m *Model) Waiting() int { return m.Queue.Proposals.TotalCount + m.Queue.Candidates.TotalCount }

// Version is the revision that a decision on a proposed node is conditional on.
func (n *Node) Version() int {
	if len(n.History.Nodes) == 0 {
		return 0
	}
	return n.History.Nodes[0].Seq
}

// Decision is what becomes of a candidate, as the desk's form sends it.
type decision struct {
	id, status, reason string
	seq                int
}

func readDecision(form url.Values) (decision, error) {
	d := decision{id: form.Get("id"), status: strings.ToUpper(form.Get("status")), reason: strings.TrimSpace(form.Get("reason"))}
	d.seq, _ = strconv.Atoi(form.Get("seq")) // 0 where the form gives none: unconditional
	fallback, ok := map[string]string{"CONFIRMED": "accepted at the review desk", "REJECTED": "rejected at the review desk", "CANDIDATE": "decision taken back at the review desk"}[d.status]
	if !ok || d.id == "" {
		return d, &refusal{http.StatusBadRequest, "No such decision", "A decision names an id and a status: confirmed, rejected, or candidate to take one back."}
	}
	if d.reason == "" {
		d.reason = fallback
	}
	return d, nil
}

// decide writes a decision and goes back to the desk, where it can be taken back.
func (s *Site) decide(w http.ResponseWriter, r *http.Request) {
	ctx, who := s.signed(r)
	if who == nil || !who.Decides {
		s.refuse(w, r, &refusal{http.StatusForbidden, "Not allowed", "Only who has signed in as an editor decides. Sign in at the review desk."})
		return
	}
	if err := r.ParseForm(); err != nil {
		s.refuse(w, r, &refusal{http.StatusBadRequest, "That form cannot be read", "It is no form as the review desk sends it."})
		return
	}
	d, err := readDecision(r.PostForm)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	input := map[string]any{"id": d.id, "status": d.status, "reason": d.reason}
	if d.seq > 0 {
		input["ifRevision"] = d.seq
	}
	body, err := s.opts.Ask(ctx, Question{Query: s.decision, Variables: map[string]any{"input": input}})
	if err == nil {
		err = decided(body)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	back := url.Values{"done": {d.id}, "status": {d.status}}
	if d.status == "CANDIDATE" {
		back = nil
	}
	http.Redirect(w, r, deskPath+query(back.Encode()), http.StatusSeeOther)
}

// decided returns why nothing was decided.
func decided(body []byte) error {
	var got struct {
		Data struct {
			Decide *struct {
				UserErrors []struct{ Message, Code string }
			}
		}
		Errors []problem
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return err
	}
	if len(got.Errors) > 0 {
		return refusalOf(got.Errors[0])
	}
	if d := got.Data.Decide; d != nil && len(d.UserErrors) > 0 {
		e := d.UserErrors[0]
		if e.Code == "CONFLICT" {
			return &refusal{http.StatusConflict, "Somebody was faster", "This was changed since the page was made: " + e.Message + ". Look at it again at the review desk."}
		}
		return &refusal{http.StatusBadRequest, "Nothing was decided", e.Message}
	}
	return nil
}
