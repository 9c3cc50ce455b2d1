package vocab

// Common are the properties that a node of any kind may carry.
var Common = []Property{
	{Name: "gaps", Tag: 120, Type: Gaps, Term: "or:gap", Doc: "What the sources leave open about it, in words."},
	{Name: "status", Tag: 122, Type: Enum, Values: Status, Term: "or:status", Doc: "CANDIDATE for a node that is proposed, CONFIRMED or REJECTED once somebody decided; absent for what was written by somebody who decides. A candidate and a rejected node are in no list and are found by no search; their ids lead to them."},
	{Name: "note", Tag: 121, Type: Text, Term: "skos:editorialNote", Doc: "An editor's remark. Never a source's words."},
}

// Nodes declares every kind of node, in the order of their numbers.
var Nodes = []Node{
	{
		Kind: Source, Name: "SOURCE", Type: "Source", Plural: "sources", Term: "schema:CreativeWork",
		Doc:   "Something published: an article, a transcript, a post, a record of a data set.",
		Label: []string{"title", "url"}, When: "published",
		Properties: []Property{
			{Name: "title", Tag: 1, Type: Text, Required: true, Search: true, Term: "schema:headline", Doc: "As printed."},
			{Name: "url", Tag: 2, Type: URL, Term: "schema:url", Doc: "Where it was published."},
			{Name: "language", Tag: 3, Type: Language, Term: "schema:inLanguage", Doc: "BCP 47."},
			{Name: "published", Tag: 4, Type: When, Term: "schema:datePublished", Doc: "When it was published, not when what it reports was said."},
			{Name: "genre", Tag: 5, Type: Enum, Values: SourceKind, Required: true, Default: "ARTICLE", Term: "schema:additionalType", Doc: "What was published."},
			{Name: "license", Tag: 6, Type: Text, Term: "schema:license", Doc: "The licence under which the text may be kept and shown, as a name or an address."},
		},
	},
	{
		Kind: Capture, Name: "CAPTURE", Type: "Capture", Plural: "captures", Term: "prov:Entity",
		Doc: "A source's text as archived once. It never changes, so that an offset into it holds for ever.",
		Properties: []Property{
			{Name: "sha256", Tag: 1, Type: Digest, Required: true, Term: "schema:sha256", Doc: "Of the text in UTF-8."},
			{Name: "capturedAt", Tag: 2, Type: Instant, Term: "prov:generatedAtTime", Doc: "When it was archived."},
			{Name: "mediaType", Tag: 3, Type: Text, Required: true, Term: "schema:encodingFormat", Doc: "IANA media type of the text."},
			{Name: "text", Tag: 4, Type: Text, Required: true, Search: true, Apart: true, Term: "schema:text", Doc: "The text, never normalised."},
			{Name: "headline", Tag: 5, Type: Spans, Term: "schema:headline", Doc: "Where the heading stands; more than once if it is printed again."},
			{Name: "dateline", Tag: 6, Type: Spans, Term: "or:dateline", Doc: "Where place and agency of filing stand."},
			{Name: "paragraphs", Tag: 7, Type: Spans, Term: "schema:hasPart", Doc: "The paragraphs of the body."},
			{Name: "boilerplate", Tag: 8, Type: Spans, Term: "or:boilerplate", Doc: "Text that is not the article's: links, menus."},
			{Name: "times", Tag: 9, Type: Whens, Term: "schema:temporal", Doc: "Every expression of time in the text, as written."},
		},
	},
	{
		Kind: Speaker, Name: "SPEAKER", Type: "Speaker", Plural: "speakers", Term: "schema:Person",
		Doc:   "Whoever can say something or be spoken to: a person, an organisation, a group, a state.",
		Label: []string{"names", "description"},
		Properties: []Property{
			{Name: "names", Tag: 1, Type: Names, Search: true, Lookup: true, Term: "schema:name", Doc: "What it is called, best first. Empty for the unnamed."},
			{Name: "type", Tag: 2, Type: Enum, Values: SpeakerType, Required: true, Term: "schema:additionalType", Doc: "What kind of voice it is."},
			{Name: "description", Tag: 3, Type: Text, Search: true, Lookup: true, Term: "schema:description", Doc: "How sources describe it; what an unnamed speaker goes by."},
			{Name: "wikidata", Tag: 4, Type: Text, Term: "schema:identifier", Doc: "Wikidata item: Q22686."},
			{Name: "sameAs", Tag: 5, Type: URLs, Term: "schema:sameAs", Doc: "Pages that identify it elsewhere."},
		},
	},
	{
		Kind: Statement, Name: "STATEMENT", Type: "Statement", Plural: "statements", Term: "schema:Quotation",
		Doc:   "One utterance as one source renders it.",
		Label: []string{"text"}, When: "said",
		Properties: []Property{
			{Name: "text", Tag: 1, Type: Text, Required: true, Search: true, Term: "schema:text", Doc: "Verbatim as the source renders it."},
			{Name: "mode", Tag: 2, Type: Enum, Values: SpeechMode, Required: true, Term: "schema:additionalType", Doc: "How the source renders it."},
			{Name: "said", Tag: 3, Type: When, Term: "schema:dateCreated", Doc: "When it was said."},
			{Name: "language", Tag: 4, Type: Language, Term: "schema:inLanguage", Doc: "Of the rendering, not of the utterance. BCP 47."},
		},
	},
	{
		Kind: Claim, Name: "CLAIM", Type: "Claim", Plural: "claims", Term: "schema:Claim",
		Doc:   "A proposition that someone can assert or deny, apart from who did.",
		Label: []string{"text"},
		Properties: []Property{
			{Name: "text", Tag: 1, Type: Text, Required: true, Search: true, Term: "schema:text", Doc: "The proposition in an editor's words."},
			{Name: "type", Tag: 2, Type: Enum, Values: ClaimType, Required: true, Term: "schema:additionalType", Doc: "What kind of proposition it is."},
			{Name: "condition", Tag: 3, Type: Text, Term: "or:condition", Doc: "Under which it is put forward."},
			{Name: "horizon", Tag: 4, Type: When, Term: "schema:expires", Doc: "By when a prediction or a commitment is to be judged."},
			{Name: "modality", Tag: 5, Type: Text, Term: "or:modality", Doc: "How firmly it is put: certain, hedged, presupposed, forbidden."},
			{Name: "certainty", Tag: 6, Type: Text, Term: "or:certainty", Doc: "The speaker's own word for how sure a prediction is."},
			{Name: "criterion", Tag: 7, Type: Text, Term: "or:criterion", Doc: "What it would take to judge it."},
			{Name: "genre", Tag: 8, Type: Text, Term: "or:genre", Doc: "A finer kind than type: directive, offer, causal claim."},
		},
	},
	{
		Kind: Event, Name: "EVENT", Type: "Event", Plural: "events", Term: "schema:Event",
		Doc:   "Something that happened, or that a source or a speaker says happened.",
		Label: []string{"name"}, When: "when",
		Properties: []Property{
			{Name: "name", Tag: 1, Type: Text, Required: true, Search: true, Term: "schema:name", Doc: "What it is called."},
			{Name: "class", Tag: 2, Type: Text, Term: "schema:additionalType", Doc: "What kind of event: SpeechEvent, AgreementWithdrawal."},
			{Name: "when", Tag: 3, Type: When, Term: "schema:startDate", Doc: "When it happened."},
			{Name: "actuality", Tag: 4, Type: Enum, Values: Actuality, Required: true, Default: "REPORTED", Term: "or:actuality", Doc: "In whose word it happened."},
		},
	},
	{
		Kind: Agreement, Name: "AGREEMENT", Type: "Agreement", Plural: "agreements", Term: "schema:Legislation",
		Doc:   "An accord with parties.",
		Label: []string{"name"}, When: "when",
		Properties: []Property{
			{Name: "name", Tag: 1, Type: Text, Required: true, Search: true, Lookup: true, Term: "schema:name", Doc: "Its full name."},
			{Name: "aliases", Tag: 2, Type: Texts, Search: true, Lookup: true, Term: "schema:alternateName", Doc: "What else it is called."},
			{Name: "when", Tag: 3, Type: When, Term: "schema:dateCreated", Doc: "When it was concluded."},
		},
	},
	{
		Kind: Stance, Name: "STANCE", Type: "Stance", Plural: "stances", Term: "or:Stance",
		Doc:  "A holder's position on a target.",
		When: "when",
		Properties: []Property{
			{Name: "polarity", Tag: 1, Type: Enum, Values: StancePolarity, Required: true, Term: "or:polarity", Doc: "For or against."},
			{Name: "strength", Tag: 2, Type: Text, Term: "or:strength", Doc: "How strongly, in words."},
			{Name: "condition", Tag: 3, Type: Text, Search: true, Term: "or:condition", Doc: "Under which it is held."},
			{Name: "basis", Tag: 4, Type: Enum, Values: StanceBasis, Required: true, Term: "or:basis", Doc: "What it is read from."},
			{Name: "when", Tag: 5, Type: When, Term: "schema:dateCreated", Doc: "When it was held."},
		},
	},
	{
		Kind: Review, Name: "REVIEW", Type: "Review", Plural: "reviews", Term: "schema:ClaimReview",
		Doc:   "A verdict on a claim by a named reviewer. The record itself passes none.",
		Label: []string{"rating"}, When: "date",
		Properties: []Property{
			{Name: "rating", Tag: 1, Type: Text, Required: true, Search: true, Term: "schema:alternateName", Doc: "The label as printed."},
			{Name: "scale", Tag: 2, Type: Text, Term: "schema:bestRating", Doc: "The reviewer's scale."},
			{Name: "url", Tag: 3, Type: URL, Term: "schema:url", Doc: "Where the review stands."},
			{Name: "date", Tag: 4, Type: When, Term: "schema:datePublished", Doc: "When the verdict was given."},
			{Name: "resolution", Tag: 5, Type: Enum, Values: Resolution, Term: "or:resolution", Doc: "Where the verdict settles a prediction or a commitment: how."},
		},
	},
	{
		Kind: Topic, Name: "TOPIC", Type: "Topic", Plural: "topics", Term: "skos:Concept",
		Doc:   "What statements, claims and events are about.",
		Label: []string{"name"},
		Properties: []Property{
			{Name: "name", Tag: 1, Type: Text, Required: true, Search: true, Lookup: true, Term: "skos:prefLabel", Doc: "What it is called."},
		},
	},
	{
		Kind: Place, Name: "PLACE", Type: "Place", Plural: "places", Term: "schema:Place",
		Doc:   "Where something happened or was said.",
		Label: []string{"name"},
		Properties: []Property{
			{Name: "name", Tag: 1, Type: Text, Required: true, Search: true, Lookup: true, Term: "schema:name", Doc: "What it is called."},
		},
	},
}
