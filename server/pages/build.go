package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The query builder is a plain form that writes the GraphQL beside it: what to
// list, which of it, which fields. Its address is the whole question, and is there
// as JSON and as CSV as every page is.
//
// Its parameters are list, what is asked for; the arguments of that list by their
// names, those of an input object with its name and a dot before (filter.speaker);
// field, once for each; first. Where an id is wanted, a name will do.
var buildView = &view{name: "state", variables: func(*Site, *Request) (map[string]any, error) { return map[string]any{}, nil }}

// buildBody is what the builder's page shows.
type buildBody struct {
	List    string
	Doc     string
	Sources []option
	Filters []filter
	Fields  []option
	Rare    []option // fields that are seldom asked for
	First   int
	Problem string
	GraphQL string
	Asked   bool
	Total   int
	Columns []string
	Rows    [][]cell
	More    bool

	RareChosen bool
}

type option struct {
	Value, Label, Doc string
	Chosen            bool
}

// filter is one input of the form.
type filter struct {
	Name, Label, Doc string
	Kind             string // id, text, number, date, one (of Options), some (of Options)
	Required         bool
	Value            string
	Options          []option
	Note             string  // what a name was taken for
	Choices          []*Node // that a name may mean
}

type cell struct{ Text, Path string }

// build answers /build and its data.
func (s *Site) build(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", s.caching())
	req, err := s.request(r, buildView)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	state, err := s.ask(r.Context(), &Model{Request: req}, "state", nil)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	m := &Model{Answer: state, Request: req, View: "build", Title: "Build a question", Assets: s.assets, Base: s.base(r), site: s, Summary: "A form that writes GraphQL: what was said, by whom, when, about what."}
	b, q, err := s.form(r.Context(), req)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	m.Body = b
	switch {
	case req.Format == "csv" || req.Format == "json":
		if q == nil {
			text := b.Problem
			if text == "" {
				text = "Nothing is asked for: give list, as in " + m.Base + "/build?list=statements."
			}
			s.refuse(w, r, &refusal{http.StatusBadRequest, "That cannot be asked", text})
			return
		}
		s.buildData(w, r, m, q)
		return
	case req.Format != "":
		s.refuse(w, r, &refusal{http.StatusNotFound, "No such format", "A question is there as .json and .csv, and not as ." + clip(req.Format) + "."})
		return
	}
	status := http.StatusOK
	if q != nil {
		m.Question = Question{Query: q.question(req.AsOf)}
		b.GraphQL = m.Question.Query
		if err := s.run(r.Context(), m, b, q); err != nil {
			b.Problem = err.Error()
			status = http.StatusBadRequest
		}
	}
	var out bytes.Buffer
	if err := s.templates.ExecuteTemplate(&out, "build.html", m); err != nil {
		s.refuse(w, r, err)
		return
	}
	send(w, r, "text/html; charset=utf-8", status, out.Bytes())
}

func (s *Site) buildData(w http.ResponseWriter, r *http.Request, m *Model, q *built) {
	if m.Request.Format == "json" {
		body, err := s.opts.Ask(r.Context(), Question{Query: q.question(m.Request.AsOf)})
		if err == nil {
			_, err = decode(body)
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		m.view = buildView
		s.data(w, r, m, body, http.StatusOK)
		return
	}
	l, err := q.listing(s.documents["state"].common)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	first, err := s.list(r.Context(), l, l.rows, m.Request.AsOf, nil, map[string]any{"first": chunk})
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.table(w, r, m.Request, l, nil, first)
}

// form reads the address: the form as it is filled, and the question, which is nil
// where something is missing.
func (s *Site) form(ctx context.Context, req *Request) (*buildBody, *built, error) {
	types, err := s.schema.read(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	b := &buildBody{List: req.Form.Get("list"), First: 50}
	var chosen *source
	sources := sourcesOf(types)
	for i, c := range sources {
		is := c.field.Name == b.List
		if is {
			chosen = &sources[i]
		}
		b.Sources = append(b.Sources, option{c.field.Name, c.field.Name, c.field.Description, is})
	}
	if chosen == nil {
		if b.List != "" {
			b.Problem = "There is no list called " + strconv.Quote(clip(b.List)) + "."
		}
		return b, nil, nil
	}
	b.Doc = chosen.field.Description
	if n, err := strconv.Atoi(req.Form.Get("first")); err == nil && n >= 1 && n <= 500 {
		b.First = n
	}
	q := &built{source: *chosen, first: b.First}
	ready := true
	for _, a := range inOrder(chosen.field.Args) {
		if slices.Contains([]string{"first", "last", "after", "before"}, a.Name) {
			continue
		}
		text, ok, err := s.argument(ctx, types, req, a, "", b)
		if err != nil {
			return nil, nil, err
		}
		ready = ready && ok
		if text != "" {
			q.args = append(q.args, a.Name+": "+text)
		}
	}
	names := given(req.Form["field"])
	if len(names) == 0 {
		names = usualFields(types, chosen.item)
	}
	q.choose(types, names)
	if len(q.items) == 0 {
		q.choose(types, usualFields(types, chosen.item))
	}
	for _, f := range choosable(types, chosen.item) {
		is := slices.ContainsFunc(q.items, func(x *selection) bool { return x.name == f.Name })
		o := option{f.Name, f.Name, f.Description, is}
		if slices.Contains(usual, f.Name) {
			b.Fields = append(b.Fields, o)
		} else {
			b.Rare, b.RareChosen = append(b.Rare, o), b.RareChosen || is
		}
	}
	if !ready {
		return b, nil, nil
	}
	return b, q, nil
}

// argument reads one argument, adds its input to the form, and returns it as
// GraphQL; "" where it is not given. It is not ok where something is missing or
// unclear.
func (s *Site) argument(ctx context.Context, types map[string]*schemaType, req *Request, a schemaArg, prefix string, b *buildBody) (string, bool, error) {
	name, kind, list, required := a.Type.named()
	full := prefix + a.Name
	if kind == "INPUT_OBJECT" && types[name] != nil {
		var parts []string
		ok := true
		for _, f := range inOrder(types[name].InputFields) {
			text, fine, err := s.argument(ctx, types, req, f, full+".", b)
			if err != nil {
				return "", false, err
			}
			ok = ok && fine
			if text != "" {
				parts = append(parts, f.Name+": "+text)
			}
		}
		if len(parts) == 0 {
			return "", ok && !required, nil
		}
		return "{" + strings.Join(parts, ", ") + "}", ok, nil
	}
	f := filter{Name: full, Label: strings.ReplaceAll(strings.TrimPrefix(full, "filter."), ".", " "), Doc: a.Description, Required: required, Value: strings.Join(given(req.Form[full]), ", ")}
	var values []string
	ok := true
	switch {
	case name == "ID":
		f.Kind = "id"
		if f.Value != "" {
			var err error
			if values, err = s.meant(ctx, req, &f, a.Name); err != nil {
				return "", false, err
			}
			ok = len(values) > 0
		}
	case kind == "ENUM":
		f.Kind = "one"
		if list {
			f.Kind = "some"
		}
		for _, v := range types[name].EnumValues {
			is := slices.Contains(req.Form[full], v.Name)
			f.Options = append(f.Options, option{v.Name, strings.ReplaceAll(strings.ToLower(v.Name), "_", " "), v.Description, is})
			if is {
				values = append(values, v.Name)
			}
		}
	default:
		f.Kind = "text"
		switch {
		case name == "Int":
			f.Kind = "number"
		case a.Name == "from" || a.Name == "to":
			f.Kind = "date"
			if !strings.Contains(f.Doc, " ") { // it only names the standard
				f.Doc = "A year, a month or a day: 2018, 2018-05, 2018-05-08."
			}
		}
		if v := value(kind, name, strings.TrimSpace(req.Form.Get(full))); v != "" && f.Value != "" {
			b.Filters = append(b.Filters, f)
			if list {
				v = "[" + v + "]"
			}
			return v, true, nil
		}
	}
	b.Filters = append(b.Filters, f)
	if len(values) == 0 {
		return "", ok && !required, nil
	}
	for i, v := range values {
		values[i] = value(kind, name, v)
	}
	if list {
		return "[" + strings.Join(values, ", ") + "]", ok, nil
	}
	return values[0], ok, nil
}

// meanings are the kinds of nodes that an argument may name.
var meanings = map[string][]any{
	"speaker": {"SPEAKER"}, "by": {"SPEAKER"}, "holder": {"SPEAKER"}, "participant": {"SPEAKER"}, "publisher": {"SPEAKER"},
	"claim": {"CLAIM"}, "source": {"SOURCE"}, "topic": {"TOPIC", "EVENT", "AGREEMENT", "SPEAKER", "PLACE"},
}

// meant are the ids that an input gives, or that the names in it can only mean.
// Where a name may mean several nodes, they are offered and none is taken.
func (s *Site) meant(ctx context.Context, req *Request, f *filter, arg string) ([]string, error) {
	var ids, notes []string
	for text := range strings.SplitSeq(f.Value, ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		if lowered := strings.ToLower(text); idForm.MatchString(lowered) {
			ids = append(ids, lowered)
			continue
		}
		variables := map[string]any{"text": text}
		if kinds := meanings[arg]; kinds != nil {
			variables["kinds"] = kinds
		}
		a, err := s.ask(ctx, &Model{Request: &Request{AsOf: req.AsOf}}, "lookup", variables)
		if err != nil {
			return nil, err
		}
		switch found := a.Search.list(); {
		case len(found) == 0:
			f.Note = "Nothing on record is found by “" + clip(text) + "”."
			return nil, nil
		case len(found) == 1 && found[0].Node != nil:
			ids = append(ids, found[0].Node.ID)
			notes = append(notes, "“"+clip(text)+"” is "+found[0].Node.Label)
		default:
			for _, h := range found {
				// A name that is exactly that of one is meant, whatever else holds it.
				if h.Node != nil && strings.EqualFold(h.Node.Label, text) {
					f.Choices = []*Node{h.Node}
					break
				}
				if h.Node != nil {
					f.Choices = append(f.Choices, h.Node)
				}
			}
			if len(f.Choices) != 1 {
				f.Note = "“" + clip(text) + "” may mean one of these:"
				return nil, nil
			}
			ids = append(ids, f.Choices[0].ID)
			notes = append(notes, "“"+clip(text)+"” is the "+kindWords[f.Choices[0].Kind][0]+" of exactly that name")
			f.Choices = nil
		}
	}
	f.Note = strings.Join(notes, "; ")
	return ids, nil
}

// run asks the question and fills the page's table.
func (s *Site) run(ctx context.Context, m *Model, b *buildBody, q *built) error {
	body, err := s.opts.Ask(ctx, m.Question)
	if err != nil {
		return err
	}
	if _, err := decode(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var got struct{ Data map[string]any }
	if err := d.Decode(&got); err != nil {
		return err
	}
	data := got.Data
	if then, ok := data["asOf"].(map[string]any); ok {
		data = then
	}
	list, _ := data[q.source.field.Name].(map[string]any)
	b.Asked = true
	if n, err := strconv.Atoi(at(list, "totalCount")); err == nil {
		b.Total = n
	}
	b.More = at(list, "pageInfo.hasNextPage") == "true"
	var columns []string // an id is where its label, or the first value beside it, leads to
	for _, c := range q.columns {
		if c != "id" && !strings.HasSuffix(c, ".id") {
			columns = append(columns, c)
		}
	}
	if len(columns) == 0 {
		columns = q.columns
	}
	b.Columns = columns
	items, _ := list["nodes"].([]any)
	for _, item := range items {
		row := make([]cell, len(columns))
		linked := make(map[string]bool)
		for i, c := range columns {
			row[i].Text = at(item, c)
			prefix := c[:strings.LastIndex(c, ".")+1]
			kind := q.kinds[prefix+"id"]
			if kind == "" {
				kind = at(item, prefix+"kind")
			}
			id := at(item, prefix+"id")
			if last := c[len(prefix):]; last == "kind" || linked[prefix] || kind == "" || !idForm.MatchString(id) || row[i].Text == "" {
				continue
			}
			linked[prefix] = true
			row[i].Path = m.As(&Node{Kind: kind, ID: id})
		}
		b.Rows = append(b.Rows, row)
	}
	return nil
}

// Choose is the builder's address with an input set to one node.
func (m *Model) Choose(name string, n *Node) string {
	form := cloneForm(m.Request.Form)
	form.Set(name, n.ID)
	return m.Request.Path + query(form.Encode())
}

// Runs are the addresses at which the builder's question is answered as data.
func (m *Model) Runs() []Format {
	form := m.Request.Form.Encode()
	return []Format{{Name: "JSON", Address: "/build.json" + query(form)}, {Name: "CSV", Address: "/build.csv" + query(form)}}
}
