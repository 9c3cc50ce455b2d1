package vocab

// The closed lists of names. A position is stored: only append.
var (
	// Status says how sure the record is of an edge.
	Status = &Values{
		Name: "Status",
		Doc:  "How sure the record is. Without a status filter a query answers with EXPLICIT, INFERRED and CONFIRMED.",
		Names: []string{
			"EXPLICIT", "INFERRED", "CANDIDATE", "CONFIRMED", "REJECTED",
		},
		Docs: []string{
			"The source says so.",
			"It follows from what the source says.",
			"A machine or a contributor proposes it; nobody has decided.",
			"A candidate that a person confirmed.",
			"A candidate that a person rejected.",
		},
	}

	SpeakerType = &Values{
		Name: "SpeakerType",
		Doc:  "What kind of voice a speaker is.",
		Names: []string{
			"PERSON", "ORGANIZATION", "GROUP", "STATE",
		},
		Docs: []string{"", "", "People who are spoken of together, often unnamed.", "A country as an actor."},
	}

	SpeechMode = &Values{
		Name: "SpeechMode",
		Doc:  "How a source renders what was said.",
		Names: []string{
			"DIRECT", "PARTIAL", "INDIRECT", "SPEECH_ACT", "HEADLINE", "TRANSCRIPT",
		},
		Docs: []string{
			"Whole sentences between quotation marks.",
			"Reported speech with quoted pieces in it.",
			"Reported speech in the source's own words.",
			"The source names the act: denounced, reiterated.",
			"The source's heading puts it so.",
			"A record of the words as spoken.",
		},
	}

	Polarity = &Values{
		Name:  "Polarity",
		Doc:   "What a statement does with a claim.",
		Names: []string{"ASSERTS", "DENIES", "QUESTIONS"},
	}

	ClaimType = &Values{
		Name:  "ClaimType",
		Doc:   "What kind of proposition a claim is.",
		Names: []string{"FACT", "PREDICTION", "COMMITMENT", "POSITION"},
		Docs: []string{
			"How things are, why they are so, or what others believe.",
			"What will happen.",
			"What the speaker will or will never do.",
			"What should be, or what is good or bad.",
		},
	}

	Resolution = &Values{
		Name:  "Resolution",
		Doc:   "What became of a prediction or a commitment, according to a review.",
		Names: []string{"OPEN", "CAME_TRUE", "CAME_FALSE", "LAPSED"},
	}

	Actuality = &Values{
		Name:  "Actuality",
		Doc:   "In whose word an event happened.",
		Names: []string{"REPORTED", "CLAIMED", "DISPUTED"},
		Docs:  []string{"The source reports it as a fact.", "A speaker says so.", "Sources disagree."},
	}

	StancePolarity = &Values{
		Name:  "StancePolarity",
		Doc:   "A holder's position on a target.",
		Names: []string{"SUPPORTS", "OPPOSES", "NEUTRAL", "MIXED"},
	}

	StanceBasis = &Values{
		Name:  "StanceBasis",
		Doc:   "What a stance is read from.",
		Names: []string{"SAID", "DID", "ATTRIBUTED"},
		Docs:  []string{"The holder's own statements.", "The holder's acts.", "What another speaker says of the holder."},
	}

	GapKind = &Values{
		Name: "GapKind",
		Doc:  "What kind of thing is not known.",
		Names: []string{
			"DATE_UNRESOLVED", "YEAR_UNKNOWN", "SPEAKER_UNNAMED", "ORIGINAL_WORDING", "PLACE_UNKNOWN",
			"EARLIER_OCCURRENCE", "SOURCE_UNDATED", "ORDER_UNKNOWN", "OTHER",
		},
	}

	SourceKind = &Values{
		Name:  "SourceKind",
		Doc:   "What was published.",
		Names: []string{"ARTICLE", "TRANSCRIPT", "POST", "DATASET_RECORD", "DOCUMENT", "BROADCAST"},
	}
)

// Prefixes are the vocabularies that Term refers to.
var Prefixes = map[string]string{
	"schema": "https://schema.org/",
	"prov":   "http://www.w3.org/ns/prov#",
	"oa":     "http://www.w3.org/ns/oa#",
	"ftm":    "https://schema.followthemoney.tech/#",
	"skos":   "http://www.w3.org/2004/02/skos/core#",
	"dct":    "http://purl.org/dc/terms/",
	"or":     "https://onrecord.dev/ns#",
}
