package pages

import (
	"strconv"
	"strings"
)

// The words that readers see for the vocabulary's values.
var (
	typeWords = map[string]string{
		"FACT": "Factual claim", "PREDICTION": "Prediction", "COMMITMENT": "Commitment", "POSITION": "Position",
		"PERSON": "Person", "ORGANIZATION": "Organisation", "GROUP": "Group", "STATE": "State",
	}
	modeWords = map[string]string{
		"DIRECT": "Quoted", "PARTIAL": "Quoted in part", "INDIRECT": "Reported, not quoted", "SPEECH_ACT": "Speech act", "HEADLINE": "Headline", "TRANSCRIPT": "Transcript",
	}
	polarityWords = map[string]string{
		"ASSERTS": "asserts it", "DENIES": "denies it", "QUESTIONS": "questions it",
		"SUPPORTS": "supports", "OPPOSES": "opposes", "NEUTRAL": "is neutral on", "MIXED": "is of two minds on",
	}
	resolutionWords = map[string]string{"OPEN": "Open", "CAME_TRUE": "Came true", "CAME_FALSE": "Came false", "LAPSED": "Lapsed"}
	statusWords     = map[string]string{
		"EXPLICIT": "stated in a source", "INFERRED": "inferred", "CANDIDATE": "candidate, not yet decided", "CONFIRMED": "confirmed by an editor", "REJECTED": "rejected",
	}
	kindWords = map[string][2]string{
		"SOURCE": {"source", "sources"}, "CAPTURE": {"archived text", "archived texts"}, "SPEAKER": {"speaker", "speakers"}, "STATEMENT": {"statement", "statements"},
		"CLAIM": {"claim", "claims"}, "EVENT": {"event", "events"}, "AGREEMENT": {"agreement", "agreements"}, "STANCE": {"stance", "stances"},
		"REVIEW": {"review", "reviews"}, "TOPIC": {"topic", "topics"}, "PLACE": {"place", "places"},
	}
	basisWords     = map[string]string{"SAID": "by what it said", "DID": "by what it did", "ATTRIBUTED": "as others attribute to it"}
	actualityWords = map[string]string{"REPORTED": "reported", "CLAIMED": "claimed by a party", "DISPUTED": "disputed"}
)

// count is a number with its noun: 1 statement, 1,204 statements.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// number is a number with its thousands apart.
func number(n int) string {
	s := strconv.Itoa(n)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 && s[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// lower is an enum's value as a class or a plain word: SPEECH_ACT is speech-act.
func lower(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }
