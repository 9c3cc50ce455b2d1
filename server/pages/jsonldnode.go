package pages

// id is what a node is called in every document.
func (l *linked) id(n *Node) string { return l.base + n.Path() }

// reference is a node as others refer to it.
func (l *linked) reference(n *Node) object {
	if n == nil || n.ID == "" {
		return nil
	}
	o := object{"@id": l.id(n), "@type": linkedType(n)}
	name := "name"
	if n.Kind == "STATEMENT" || n.Kind == "CLAIM" {
		name = "text"
	}
	o.set(name, n.Label)
	if n.Kind == "SOURCE" {
		o.set("url", n.URL)
		o.set("datePublished", n.PublishedOn().Machine())
		o.set("publisher", l.reference(n.Publisher))
	}
	return o
}

func (l *linked) references(list []*Node) []any {
	var out []any
	for _, n := range list {
		if o := l.reference(n); o != nil {
			out = append(out, o)
		}
	}
	return out
}

// linkedType is what schema.org calls a node. A text that its source does not
// quote is no Quotation.
func linkedType(n *Node) any {
	switch n.Kind {
	case "STATEMENT":
		switch n.Mode {
		case "", "DIRECT", "PARTIAL", "TRANSCRIPT":
			return []any{"Quotation", "oa:Annotation"}
		}
		return []any{"CreativeWork", "oa:Annotation"}
	case "CLAIM":
		return "Claim"
	case "REVIEW":
		return "ClaimReview"
	case "SOURCE":
		switch n.Genre {
		case "ARTICLE":
			return "NewsArticle"
		case "POST":
			return "SocialMediaPosting"
		}
		return "CreativeWork"
	case "CAPTURE":
		return []any{"MediaObject", "prov:Entity"}
	case "SPEAKER":
		kind := n.SpeakerType
		if kind == "" {
			kind = n.Type
		}
		switch kind {
		case "PERSON":
			return "Person"
		case "STATE":
			return "GovernmentOrganization"
		case "ORGANIZATION", "GROUP":
			return "Organization"
		}
		return "Thing"
	case "EVENT":
		return "Event"
	case "AGREEMENT":
		return "Legislation"
	case "TOPIC":
		return []any{"DefinedTerm", "skos:Concept"}
	case "PLACE":
		return "Place"
	case "STANCE":
		return "or:Stance"
	}
	return "Thing"
}

// describe adds what a document asked of a node to the graph, once.
func (l *linked) describe(n *Node) object {
	o := object{"@id": l.id(n), "@type": linkedType(n), "identifier": "urn:uuid:" + n.ID}
	if !l.seen[n.ID] {
		l.seen[n.ID] = true
		l.graph = append(l.graph, o)
	}
	o.set("url", l.id(n))
	o.set("or:recordedAt", n.RecordedAt)
	if n.Status != "" && n.Status != "EXPLICIT" {
		o.set("or:status", n.Status)
	}
	if n.Retracted {
		o["creativeWorkStatus"] = "Retracted"
		return o
	}
	o.set("skos:editorialNote", n.Note)
	o.set("about", l.references(n.About))
	var gaps []any
	for _, g := range n.Gaps {
		gaps = append(gaps, g.Note)
	}
	o.set("or:gap", gaps)
	switch n.Kind {
	case "STATEMENT":
		l.statement(o, n)
	case "CLAIM":
		l.claim(o, n)
	case "REVIEW":
		l.review(o, n, n.Claim)
	case "SOURCE":
		o.set("headline", n.Label)
		if n.URL != "" {
			o["url"] = n.URL
		}
		o.set("inLanguage", n.Language)
		o.set("license", n.License)
		o.set("publisher", l.reference(n.Publisher))
		l.date(o, "datePublished", n.PublishedOn())
		for _, c := range n.Captures {
			l.capture(c, n)
		}
	case "CAPTURE":
		l.capture(n, n.Source)
	case "SPEAKER":
		o.set("name", n.Label)
		o.set("description", n.Description)
		var others, same []any
		for _, name := range n.Names {
			if name.Value != n.Label {
				others = append(others, object{"@value": name.Value})
				if name.Language != "" {
					others[len(others)-1] = object{"@value": name.Value, "@language": name.Language}
				}
			}
		}
		o.set("alternateName", others)
		if n.Wikidata != "" {
			same = append(same, "http://www.wikidata.org/entity/"+n.Wikidata)
		}
		for _, u := range n.SameAs {
			same = append(same, u)
		}
		o.set("sameAs", same)
		o.set("memberOf", l.references(n.MemberOf))
		o.set("member", l.references(n.Members))
	case "EVENT", "AGREEMENT":
		o.set("name", n.Label)
		o.set("or:class", n.Class)
		o.set("or:actuality", n.Actuality)
		date := "dateCreated"
		if n.Kind == "EVENT" {
			date = "startDate"
		}
		l.date(o, date, n.When)
		o.set("or:participant", l.references(n.Participants.list()))
		o.set("or:party", l.references(n.Parties))
		o.set("location", l.references(n.Places))
		var aliases []any
		for _, a := range n.Aliases {
			aliases = append(aliases, a)
		}
		o.set("alternateName", aliases)
	case "STANCE":
		o.set("or:holder", l.reference(n.Holder))
		o.set("or:polarity", n.Polarity)
		o.set("or:toward", l.reference(n.Target))
		o.set("or:basis", n.Basis)
		o.set("or:condition", n.Condition)
		o.set("or:strength", n.Strength)
		l.date(o, "dateCreated", n.When)
		o.set("prov:wasDerivedFrom", l.references(n.Evidence))
	default:
		o.set("name", n.Label)
	}
	return o
}

// date sets a date where it is one that schema.org takes. What the record knows of
// it stands beside it as EDTF, with how the source wrote it.
func (l *linked) date(o object, name string, d *Date) {
	if d == nil {
		return
	}
	o.set(name, d.Machine())
	when := object{}
	when.set("or:edtf", d.EDTF)
	when.set("or:written", d.Written)
	if len(when) > 0 {
		o["or:when"] = when
	}
}

func (l *linked) statement(o object, n *Node) {
	o.set("text", n.Text)
	if n.Words != nil && *n.Words != n.Text {
		o.set("or:words", *n.Words)
	}
	o.set("or:mode", n.Mode)
	o.set("inLanguage", n.Language)
	l.date(o, "dateCreated", n.Said)
	by := "creator"
	if types, ok := linkedType(n).([]any); ok && types[0] == "Quotation" {
		by = "spokenByCharacter"
	}
	o.set(by, l.reference(n.Speaker))
	o.set("isPartOf", l.reference(n.Source))
	o.set("or:addressedTo", l.references(n.Addressees))
	o.set("or:occasion", l.reference(n.Occasion))
	o.set("contentLocation", l.references(n.Places))
	o.set("prov:alternateOf", l.references(n.Renderings))
	o.set("parentItem", l.references(n.RespondsTo))
	o.set("citation", l.references(n.Cites))
	for i := range n.Claims.Edges {
		e := &n.Claims.Edges[i]
		if e.Status == "CANDIDATE" || e.Node == nil {
			continue
		}
		name := "or:" + lower(e.Polarity)
		if e.Polarity == "" {
			name = "or:expresses"
		}
		held, _ := o[name].([]any)
		o[name] = append(held, l.reference(e.Node))
	}
	var places []any
	for _, p := range n.QuotedIn {
		places = append(places, l.place(p, n.Source))
	}
	o.set("oa:hasTarget", places)
}

// place is where a text stands, as Web Annotation says it.
func (l *linked) place(p *Span, source *Node) object {
	o := object{"@type": "oa:SpecificResource"}
	if p.Capture != nil {
		o["oa:hasSource"] = object{"@id": l.id(p.Capture)}
		l.capture(p.Capture, source)
	}
	quote := object{"@type": "oa:TextQuoteSelector"}
	quote.set("oa:exact", p.Exact)
	quote.set("oa:prefix", p.Prefix)
	quote.set("oa:suffix", p.Suffix)
	o["oa:hasSelector"] = []any{object{"@type": "oa:TextPositionSelector", "oa:start": p.Start, "oa:end": p.End}, quote}
	return o
}

// capture describes an archived text; without the text, which has a page.
func (l *linked) capture(n, source *Node) {
	if n.Sha256 == "" || l.seen[n.ID] {
		return
	}
	l.seen[n.ID] = true
	o := object{"@id": l.id(n), "@type": linkedType(n), "identifier": "urn:uuid:" + n.ID, "sha256": n.Sha256}
	o.set("encodingFormat", n.MediaType)
	o.set("prov:generatedAtTime", n.CapturedAt)
	o.set("prov:wasDerivedFrom", l.reference(source))
	l.graph = append(l.graph, o)
}

func (l *linked) claim(o object, n *Node) {
	text := n.Text
	if text == "" {
		text = n.Label
	}
	o.set("text", text)
	if n.Type != "" {
		o["additionalType"] = "or:" + n.Type
	}
	o.set("or:condition", n.Condition)
	o.set("or:resolution", n.Resolution)
	l.date(o, "expires", n.Horizon)
	o.set("or:statementCount", n.StatementCount)
	o.set("or:utteranceCount", n.UtteranceCount)
	o.set("or:sourceCount", n.SourceCount)
	o.set("or:because", l.references(n.Because))
	o.set("or:supports", l.references(n.Supports))
	o.set("or:contradicts", l.references(n.Contradicts))
	for _, first := range n.Oldest.Nodes {
		o.set("firstAppearance", l.reference(first))
	}
	for _, r := range n.Reviews.Nodes {
		l.review(l.describe(r), r, n)
	}
}

func (l *linked) review(o object, n, claim *Node) {
	o["reviewRating"] = object{"@type": "Rating", "alternateName": n.Rating}
	if n.Scale != "" {
		o["reviewRating"].(object)["ratingExplanation"] = n.Scale
	}
	if n.URL != "" {
		o["url"] = n.URL
	}
	o.set("or:resolution", n.Resolution)
	o.set("author", l.reference(n.Reviewer))
	l.date(o, "datePublished", n.Date)
	if claim != nil {
		o["claimReviewed"] = claim.Label
		o["itemReviewed"] = l.reference(claim)
	}
}
