package vocab

// CommonEdge are the properties that an edge of any kind carries.
var CommonEdge = []Property{
	{Name: "status", Tag: 120, Type: Enum, Values: Status, Required: true, Default: "EXPLICIT", Term: "or:status", Doc: "How sure the record is."},
	{Name: "evidence", Tag: 121, Type: Spans, Term: "oa:hasTarget", Doc: "Where a source shows it."},
	{Name: "method", Tag: 122, Type: Text, Term: "prov:wasGeneratedBy", Doc: "Who or what asserted it: human, rule:NAME, model:NAME@VERSION, import:FORMAT."},
	{Name: "confidence", Tag: 123, Type: Number, Term: "or:confidence", Doc: "From 0 to 1, and only for what a machine found."},
	{Name: "note", Tag: 124, Type: Text, Term: "skos:editorialNote", Doc: "An editor's remark. Never a source's words."},
}

var anything = []NodeKind{Statement, Event, Claim}

// Edges declares every kind of edge, in the order of their numbers.
var Edges = []Edge{
	{
		Kind: Said, Name: "SAID", From: []NodeKind{Speaker}, To: []NodeKind{Statement}, Term: "schema:spokenByCharacter",
		Doc: "The speaker said the statement.",
		Out: Way{Field: "statements", Many: Pages, InTime: true, Doc: "What the speaker said."},
		In:  Way{Field: "speaker", Many: One, Doc: "Who said it; null where the source names nobody."},
	},
	{
		Kind: QuotedIn, Name: "QUOTED_IN", From: []NodeKind{Statement}, To: []NodeKind{Capture}, Term: "oa:hasTarget",
		Doc: "The statement stands in the capture, at exactly these places.",
		Out: Way{Field: "", Many: Few, Doc: "Where the statement stands."},
		In:  Way{Field: "statements", Many: Pages, InTime: true, Doc: "The statements that stand in the text."},
		Properties: []Property{
			{Name: "content", Tag: 1, Type: Spans, Required: true, Term: "oa:hasSelector", Doc: "The statement's text; several where it is discontinuous."},
			{Name: "repeated", Tag: 2, Type: Spans, Term: "or:repeated", Doc: "Where the same words are printed again."},
			{Name: "quotations", Tag: 3, Type: Spans, Term: "or:quotation", Doc: "What stands inside quotation marks."},
			{Name: "insertions", Tag: 4, Type: Spans, Term: "or:insertion", Doc: "The editor's words inside a quotation."},
			{Name: "nested", Tag: 5, Type: Spans, Term: "or:nestedQuotation", Doc: "Quotation marks inside a quotation."},
			{Name: "narration", Tag: 6, Type: Spans, Term: "or:narration", Doc: "The narrator's own colouring around it."},
			{Name: "cue", Tag: 7, Type: Spans, Term: "or:cue", Doc: "The word that reports it: said, warned."},
			{Name: "mention", Tag: 8, Type: Spans, Term: "or:mention", Doc: "How the source names the speaker here."},
		},
	},
	{
		Kind: CaptureOf, Name: "CAPTURE_OF", From: []NodeKind{Capture}, To: []NodeKind{Source}, Term: "prov:wasDerivedFrom",
		Doc: "The capture holds the source's text.",
		Out: Way{Field: "source", Many: One, Need: []NodeKind{Capture}, Doc: "What it is the text of."},
		In:  Way{Field: "captures", Many: Few, Doc: "Its text, each time it was archived."},
	},
	{
		Kind: Expresses, Name: "EXPRESSES", From: []NodeKind{Statement}, To: []NodeKind{Claim}, Term: "schema:about",
		Doc: "The statement asserts, denies or questions the claim.",
		Out: Way{Field: "claims", Many: Pages, Doc: "The claims that it puts forward."},
		In:  Way{Field: "statements", Many: Pages, InTime: true, Doc: "The statements that put it forward."},
		Properties: []Property{
			{Name: "polarity", Tag: 1, Type: Enum, Values: Polarity, Required: true, Default: "ASSERTS", Term: "or:polarity", Doc: "What the statement does with the claim."},
		},
	},
	{
		Kind: About, Name: "ABOUT", From: []NodeKind{Statement, Claim, Event, Stance}, To: []NodeKind{Topic, Event, Agreement, Speaker, Place}, Term: "schema:about",
		Doc: "What it is about.",
		Out: Way{Field: "about", Many: Few, Doc: "What it is about."},
		In:  Way{Field: "", Many: Pages, InTime: true, Doc: "What is about it."},
	},
	{
		Kind: RespondsTo, Name: "RESPONDS_TO", From: []NodeKind{Statement, Event}, To: anything, Term: "schema:parentItem",
		Doc: "It answers what was said or done before.",
		Out: Way{Field: "respondsTo", Many: Few, Doc: "What it answers."},
		In:  Way{Field: "responses", Many: Pages, InTime: true, Doc: "What answers it."},
	},
	{
		Kind: Repeats, Name: "REPEATS", From: []NodeKind{Statement}, To: anything, Term: "or:repeats",
		Doc: "The speaker says again what was said.",
		Out: Way{Field: "repeats", Many: Few, Doc: "What it says again."},
		In:  Way{Field: "repeatedBy", Many: Few, Doc: "The statements that say it again."},
	},
	{
		Kind: Qualifies, Name: "QUALIFIES", From: []NodeKind{Statement}, To: anything, Term: "or:qualifies",
		Doc: "The statement limits the other by a condition, a time or an exception.",
		Out: Way{Field: "qualifies", Many: Few, Doc: "What it limits."},
		In:  Way{Field: "qualifiedBy", Many: Few, Doc: "The statements that limit it."},
	},
	{
		Kind: Cites, Name: "CITES", From: []NodeKind{Statement}, To: anything, Term: "schema:citation",
		Doc: "The statement points to the other.",
		Out: Way{Field: "cites", Many: Few, Doc: "What it points to."},
		In:  Way{Field: "citedBy", Many: Pages, InTime: true, Doc: "The statements that point to it."},
	},
	{
		Kind: Summarizes, Name: "SUMMARIZES", From: []NodeKind{Statement}, To: []NodeKind{Statement}, Term: "or:summarizes",
		Doc: "The rendering sums up another of the same source.",
		Out: Way{Field: "summarizes", Many: Few, Doc: "What it sums up."},
		In:  Way{Field: "summarizedBy", Many: Few, Doc: "The renderings that sum it up."},
	},
	{
		Kind: Elaborates, Name: "ELABORATES", From: []NodeKind{Statement}, To: []NodeKind{Statement}, Term: "or:elaborates",
		Doc: "The statement goes on about the other.",
		Out: Way{Field: "elaborates", Many: Few, Doc: "What it goes on about."},
		In:  Way{Field: "elaboratedBy", Many: Few, Doc: "The statements that go on about it."},
	},
	{
		Kind: Because, Name: "BECAUSE", From: []NodeKind{Claim}, To: []NodeKind{Claim}, Term: "or:because",
		Doc: "The speaker's own reasoning; never the world's causes.",
		Out: Way{Field: "because", Many: Few, Doc: "The reasons its speaker gives."},
		In:  Way{Field: "reasonFor", Many: Few, Doc: "What its speaker concludes from it."},
	},
	{
		Kind: ResultedIn, Name: "RESULTED_IN", From: []NodeKind{Event}, To: []NodeKind{Event, Agreement}, Term: "or:resultedIn",
		Doc: "A source says that one led to the other.", Acyclic: true,
		Out: Way{Field: "resultedIn", Many: Few, Doc: "What it led to."},
		In:  Way{Field: "resultOf", Many: Few, Doc: "What led to it."},
	},
	{
		Kind: WithdrawsFrom, Name: "WITHDRAWS_FROM", From: []NodeKind{Event}, To: []NodeKind{Agreement, Event}, Term: "or:withdrawsFrom",
		Doc: "The event is a withdrawal from the agreement.",
		Out: Way{Field: "withdrawsFrom", Many: Few, Doc: "What it withdraws from."},
		In:  Way{Field: "withdrawals", Many: Few, InTime: true, Doc: "The withdrawals from it."},
	},
	{
		Kind: Contradicts, Name: "CONTRADICTS", From: []NodeKind{Claim}, To: []NodeKind{Claim}, Term: "or:contradicts",
		Doc: "Both claims cannot hold. A candidate until a person confirms it.", Symmetric: true, Evidenced: true, Listed: true,
		Out: Way{Field: "contradicts", Many: Few, Doc: "The claims that cannot hold together with it."},
		In:  Way{Field: "contradicts", Many: Few, Doc: "The claims that cannot hold together with it."},
	},
	{
		Kind: Supports, Name: "SUPPORTS", From: []NodeKind{Claim}, To: []NodeKind{Claim}, Term: "or:supports",
		Doc: "One claim speaks for the other.", Evidenced: true,
		Out: Way{Field: "supports", Many: Few, Doc: "The claims it speaks for."},
		In:  Way{Field: "supportedBy", Many: Few, Doc: "The claims that speak for it."},
	},
	{
		Kind: Renders, Name: "RENDERS", From: []NodeKind{Statement}, To: []NodeKind{Statement}, Term: "prov:alternateOf",
		Doc: "Two renderings of one utterance: a translation, another outlet.", Symmetric: true,
		Out: Way{Field: "renderings", Many: Few, Doc: "Other renderings of the same utterance."},
		In:  Way{Field: "renderings", Many: Few, Doc: "Other renderings of the same utterance."},
	},
	{
		Kind: AddressedTo, Name: "ADDRESSED_TO", From: []NodeKind{Statement}, To: []NodeKind{Speaker}, Term: "schema:recipient",
		Doc: "Whom the speaker spoke to.",
		Out: Way{Field: "addressees", Many: Few, Doc: "Whom the speaker spoke to."},
		In:  Way{Field: "addressed", Many: Pages, InTime: true, Doc: "What was said to it."},
	},
	{
		Kind: Holds, Name: "HOLDS", From: []NodeKind{Speaker}, To: []NodeKind{Stance}, Term: "or:holds",
		Doc: "The speaker holds the stance.",
		Out: Way{Field: "stances", Many: Pages, InTime: true, Doc: "The positions it holds."},
		In:  Way{Field: "holder", Many: One, Need: []NodeKind{Stance}, Doc: "Who holds it."},
	},
	{
		Kind: Toward, Name: "TOWARD", From: []NodeKind{Stance}, To: []NodeKind{Claim, Event, Topic, Agreement, Speaker}, Term: "or:toward",
		Doc: "What the stance is on.",
		Out: Way{Field: "target", Many: One, Need: []NodeKind{Stance}, Doc: "What it is a position on."},
		In:  Way{Field: "stancesToward", Many: Pages, InTime: true, Doc: "The positions that others hold on it."},
	},
	{
		Kind: EvidencedBy, Name: "EVIDENCED_BY", From: []NodeKind{Stance}, To: []NodeKind{Statement, Event}, Term: "prov:wasDerivedFrom",
		Doc: "What the stance is read from.",
		Out: Way{Field: "evidence", Many: Few, Doc: "The statements and events it is read from."},
		In:  Way{Field: "stancesShown", Many: Few, Doc: "The stances that are read from it."},
	},
	{
		Kind: ParticipatedIn, Name: "PARTICIPATED_IN", From: []NodeKind{Speaker}, To: []NodeKind{Event}, Term: "schema:participant",
		Doc: "The speaker took part in the event.", Key: []string{"role"},
		Out: Way{Field: "participatedIn", Many: Pages, InTime: true, Doc: "The events it took part in."},
		In:  Way{Field: "participants", Many: Pages, Doc: "Who took part."},
		Properties: []Property{
			{Name: "role", Tag: 1, Type: Text, Term: "schema:roleName", Doc: "As what: speaker, audience, agent, party."},
		},
	},
	{
		Kind: PartyTo, Name: "PARTY_TO", From: []NodeKind{Speaker}, To: []NodeKind{Agreement}, Term: "schema:participant",
		Doc:        "The speaker is a party to the agreement.",
		Out:        Way{Field: "partyTo", Many: Few, Doc: "The agreements it is a party to."},
		In:         Way{Field: "parties", Many: Few, Doc: "Its parties."},
		Properties: period,
	},
	{
		Kind: MemberOf, Name: "MEMBER_OF", From: []NodeKind{Speaker}, To: []NodeKind{Speaker}, Term: "schema:memberOf",
		Doc:        "The speaker is a member of the other.",
		Out:        Way{Field: "memberOf", Many: Few, Doc: "The groups it is a member of."},
		In:         Way{Field: "members", Many: Few, Doc: "Its members."},
		Properties: period,
	},
	{
		Kind: HeldOffice, Name: "HELD_OFFICE", From: []NodeKind{Speaker}, To: []NodeKind{Speaker}, Term: "schema:hasOccupation",
		Doc: "The speaker held an office of the other.", Key: []string{"role"},
		Out: Way{Field: "offices", Many: Few, Doc: "Of which it held an office."},
		In:  Way{Field: "officers", Many: Pages, Doc: "Who held an office of it."},
		Properties: append([]Property{
			{Name: "role", Tag: 1, Type: Text, Required: true, Term: "schema:roleName", Doc: "The office, as the source names it."},
		}, period...),
	},
	{
		Kind: Performs, Name: "PERFORMS", From: []NodeKind{Statement}, To: []NodeKind{Event}, Term: "or:performs",
		Doc: "Saying it is doing it: an offer, a withdrawal.",
		Out: Way{Field: "performs", Many: Few, Doc: "What was done by saying it."},
		In:  Way{Field: "performedBy", Many: Few, InTime: true, Doc: "The statements by which it was done."},
	},
	{
		Kind: Occasion, Name: "OCCASION", From: []NodeKind{Statement}, To: []NodeKind{Event}, Term: "schema:recordedAt",
		Doc: "The event at which it was said.",
		Out: Way{Field: "occasion", Many: One, Doc: "The event at which it was said."},
		In:  Way{Field: "statementsAt", Many: Pages, InTime: true, Doc: "What was said at it."},
	},
	{
		Kind: Before, Name: "BEFORE", From: []NodeKind{Event}, To: []NodeKind{Event}, Term: "or:before",
		Doc: "A source says that one came before the other. It says nothing of cause.", Acyclic: true,
		Out: Way{Field: "before", Many: Few, Doc: "What it came before."},
		In:  Way{Field: "after", Many: Few, Doc: "What it came after."},
	},
	{
		Kind: Reviews, Name: "REVIEWS", From: []NodeKind{Review}, To: []NodeKind{Claim}, Term: "schema:itemReviewed",
		Doc: "The review judges the claim.",
		Out: Way{Field: "claim", Many: One, Need: []NodeKind{Review}, Doc: "What it judges."},
		In:  Way{Field: "reviews", Many: Pages, InTime: true, Doc: "The verdicts of others on it."},
	},
	{
		Kind: At, Name: "AT", From: []NodeKind{Event, Statement, Source}, To: []NodeKind{Place, Speaker}, Term: "schema:location",
		Doc: "Where it happened, was said, or was filed: a place, or a state as a country.",
		Out: Way{Field: "places", Many: Few, Doc: "Where it happened, was said or was filed."},
		In:  Way{Field: "happened", Many: Pages, InTime: true, Doc: "What happened, was said or was filed there."},
		Properties: []Property{
			{Name: "role", Tag: 1, Type: Text, Term: "schema:roleName", Doc: "dateline, where a source was filed there."},
		},
	},
	{
		Kind: Published, Name: "PUBLISHED", From: []NodeKind{Speaker}, To: []NodeKind{Source, Review}, Term: "schema:publisher",
		Doc: "The speaker published the source, or signs the review.",
		Out: Way{Field: "published", Many: Pages, InTime: true, Doc: "What it published."},
		In:  Way{Field: "publisher", Many: One, Need: []NodeKind{Review}, Doc: "Who published it."},
	},
	{
		Kind: SameAs, Name: "SAME_AS", From: []NodeKind{Speaker, Claim, Event}, To: []NodeKind{Speaker, Claim, Event}, Term: "schema:sameAs",
		Doc: "Both are one. A judgement that can be taken back; ids are never rewritten.", Symmetric: true, SameKind: true,
		Out: Way{Field: "sameThingAs", Many: Few, Doc: "What was judged to be the same."},
		In:  Way{Field: "sameThingAs", Many: Few, Doc: "What was judged to be the same."},
	},
	{
		Kind: DifferentFrom, Name: "DIFFERENT_FROM", From: []NodeKind{Speaker, Claim, Event}, To: []NodeKind{Speaker, Claim, Event}, Term: "schema:disambiguatingDescription",
		Doc: "Both were judged to be two, however alike they look.", Symmetric: true, SameKind: true,
		Out: Way{Field: "differentFrom", Many: Few, Doc: "What was judged to be another."},
		In:  Way{Field: "differentFrom", Many: Few, Doc: "What was judged to be another."},
	},
	{
		Kind: MentionedIn, Name: "MENTIONED_IN", From: []NodeKind{Speaker, Place, Agreement, Event, Topic, Claim}, To: []NodeKind{Capture}, Term: "schema:mentions",
		Doc: "The text speaks of it; its evidence is every place that names it.",
		Out: Way{Field: "mentionedIn", Many: Pages, Doc: "The texts that speak of it."},
		In:  Way{Field: "mentions", Many: Pages, Doc: "What the text speaks of."},
		Properties: []Property{
			{Name: "pronouns", Tag: 1, Type: Spans, Term: "or:coreference", Doc: "Where the text means it without a name: its, they, the comments."},
			{Name: "demonyms", Tag: 2, Type: Spans, Term: "or:demonym", Doc: "Where an adjective of it stands: Iranian, US offer."},
			{Name: "aliases", Tag: 3, Type: Texts, Term: "schema:alternateName", Doc: "What the text calls it."},
		},
	},
}

var period = []Property{
	{Name: "from", Tag: 10, Type: When, Term: "schema:startDate", Doc: "Since when."},
	{Name: "to", Tag: 11, Type: When, Term: "schema:endDate", Doc: "Until when."},
}
