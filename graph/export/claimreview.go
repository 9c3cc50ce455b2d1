package export

import (
	"context"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// claimReview writes the reviews of an export as a feed of schema.org ClaimReview
// (https://schema.org/ClaimReview), with what a fact-check's reader looks for: the
// claim, who reviewed it, who said it and where. Everything else is left out; the
// manifest counts the whole selection.

// maxAppearances is how many statements of a claim a review names: the first ones.
const maxAppearances = 10

type (
	crFeed struct {
		Type     string   `json:"@type"`
		ID       string   `json:"@id,omitempty"`
		URL      string   `json:"url,omitempty"`
		Date     string   `json:"datePublished,omitempty"`
		Author   *crParty `json:"author,omitempty"`
		Reviewed string   `json:"claimReviewed"`
		Item     crClaim  `json:"itemReviewed"`
		Rating   crRating `json:"reviewRating"`
	}
	crParty struct {
		Type   string   `json:"@type"`
		ID     string   `json:"@id"`
		Name   string   `json:"name"`
		SameAs []string `json:"sameAs,omitempty"`
	}
	crClaim struct {
		Type       string    `json:"@type"`
		ID         string    `json:"@id"`
		Text       string    `json:"text"`
		Author     *crParty  `json:"author,omitempty"`
		Date       string    `json:"datePublished,omitempty"`
		Appearance []crQuote `json:"appearance,omitempty"`
	}
	crQuote struct {
		Type   string    `json:"@type"`
		ID     string    `json:"@id"`
		Text   string    `json:"text,omitempty"`
		Date   string    `json:"dateCreated,omitempty"`
		Author *crParty  `json:"spokenByCharacter,omitempty"`
		Source *crSource `json:"isPartOf,omitempty"`
	}
	crSource struct {
		Type string `json:"@type"`
		ID   string `json:"@id"`
		Name string `json:"headline,omitempty"`
		URL  string `json:"url,omitempty"`
	}
	crRating struct {
		Type  string `json:"@type"`
		Label string `json:"alternateName"`
		Scale string `json:"bestRating,omitempty"`
	}
)

func writeClaimReview(ctx context.Context, o *Output, r *Reading) error {
	var reviews refSet
	err := r.Each(ctx, func(n *graph.Node) error {
		if n.Kind == vocab.Review {
			reviews.add(n.Ref)
		}
		return nil
	}, func(*graph.Edge) error { return nil })
	if err != nil {
		return err
	}
	w := newOutput(o)
	w.WriteString("{\"@context\":{\"@vocab\":\"" + vocab.Prefixes["schema"] + "\",\"manifest\":null},\n\"@type\":\"DataFeed\",\n\"dataFeedElement\":[")
	first := true
	for chunk := range reviews.chunks(200) {
		feed, err := reviewsOf(ctx, r, chunk)
		if err != nil {
			return err
		}
		for i := range feed {
			if !first {
				w.WriteByte(',')
			}
			first = false
			w.WriteByte('\n')
			w.Write(encodeJSON(&feed[i], ""))
		}
	}
	w.WriteString("\n],\n\"manifest\":")
	w.Write(w.manifest(r.m))
	w.WriteString("}\n")
	return w.Flush()
}

// reviewsOf joins reviews with what they are about.
func reviewsOf(ctx context.Context, r *Reading, refs []graph.Ref) ([]crFeed, error) {
	j := joining{ctx: ctx, r: r}
	nodes := j.nodes(refs)
	claims := j.others(refs, vocab.Reviews, graph.Out)
	reviewers := j.others(refs, vocab.Published, graph.In)
	if j.err != nil {
		return nil, j.err
	}
	feed := make([]crFeed, len(refs))
	for i, n := range nodes {
		f := crFeed{Type: "ClaimReview", ID: urn(n), URL: text(n, "url"), Date: day(n, "date"), Rating: crRating{"Rating", text(n, "rating"), text(n, "scale")}}
		if len(reviewers[i]) > 0 {
			f.Author = party(reviewers[i][0])
		}
		if len(claims[i]) > 0 {
			c := claims[i][0]
			f.Reviewed = text(c, "text")
			f.Item = crClaim{Type: "Claim", ID: urn(c), Text: f.Reviewed}
			f.Item.Appearance = j.appearances(c.Ref)
			if len(f.Item.Appearance) > 0 {
				f.Item.Author, f.Item.Date = f.Item.Appearance[0].Author, f.Item.Appearance[0].Date
			}
		}
		feed[i] = f
	}
	return feed, j.err
}

// joining follows links among what is in the export. Its first error stays.
type joining struct {
	ctx context.Context
	r   *Reading
	err error
}

func (j *joining) nodes(refs []graph.Ref) []*graph.Node {
	if j.err != nil {
		return nil
	}
	var nodes []*graph.Node
	nodes, j.err = j.r.View().Nodes(j.ctx, refs)
	return nodes
}

// others returns what nodes are linked to.
func (j *joining) others(of []graph.Ref, kind vocab.EdgeKind, dir graph.Direction) [][]*graph.Node {
	out := make([][]*graph.Node, len(of))
	if j.err != nil {
		return out
	}
	var links [][]graph.Link
	if links, j.err = j.r.View().Links(j.ctx, of, j.r.r.which, graph.Way{Kind: kind, Dir: dir}); j.err != nil {
		return out
	}
	for i, ls := range links {
		var refs []graph.Ref
		for _, l := range ls {
			if j.r.Inside(l.Other) {
				refs = append(refs, l.Other)
			}
		}
		out[i] = j.nodes(refs)
	}
	return out
}

// appearances are the first statements of a claim, who said them, and where they
// stand.
func (j *joining) appearances(claim graph.Ref) (out []crQuote) {
	if j.err != nil {
		return nil
	}
	most := maxAppearances
	var page *graph.Found
	list := j.r.View().LinkList(claim, j.r.r.which, vocab.Expresses, graph.In).Keep(func(it *graph.Item) bool { return j.r.Inside(it.Ref) })
	if page, j.err = j.r.View().Page(j.ctx, list, graph.Page{First: &most}); j.err != nil {
		return nil
	}
	refs := make([]graph.Ref, len(page.Items))
	for i, it := range page.Items {
		refs[i] = it.Ref
	}
	speakers, captures := j.others(refs, vocab.Said, graph.In), j.others(refs, vocab.QuotedIn, graph.Out)
	for i, n := range j.nodes(refs) {
		q := crQuote{Type: "Quotation", ID: urn(n), Text: text(n, "text"), Date: day(n, "said")}
		if len(speakers[i]) > 0 {
			q.Author = party(speakers[i][0])
		}
		if len(captures[i]) > 0 {
			for _, s := range j.others([]graph.Ref{captures[i][0].Ref}, vocab.CaptureOf, graph.Out)[0] {
				q.Source = &crSource{"CreativeWork", urn(s), text(s, "title"), text(s, "url")}
			}
		}
		out = append(out, q)
	}
	return out
}

func urn(n *graph.Node) string { return "urn:uuid:" + n.ID.String() }

func text(n *graph.Node, property string) string {
	s, _ := n.Props[property].(string)
	return s
}

// day is a date as schema.org has it, which knows days, months and years.
func day(n *graph.Node, property string) string {
	w, _ := n.Props[property].(edtf.When)
	if d := ftmDate(w); len(d) > 0 {
		return d[0]
	}
	return ""
}

func party(n *graph.Node) *crParty {
	p := &crParty{Type: "Organization", ID: urn(n), Name: n.Label()}
	if text(n, "type") == "PERSON" {
		p.Type = "Person"
	}
	p.SameAs, _ = n.Props["sameAs"].([]string)
	return p
}
