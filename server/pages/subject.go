package pages

import "context"

// The pages of what statements are about: an event, an agreement, a topic, a
// place. Each is a timeline with what the record says of the thing beside it.
var (
	event     = subject("event")
	agreement = subject("agreement")
	topic     = subject("topic")
	place     = subject("place")
)

// timelineFields are the fields of a timeline's form.
var timelineFields = []narrow{
	{Param: "from", Label: "From"},
	{Param: "to", Label: "To"},
	{Param: "mode", Label: "Words", Options: options(modeWords, "DIRECT", "PARTIAL", "INDIRECT", "SPEECH_ACT", "HEADLINE", "TRANSCRIPT")},
}

func subject(name string) *view {
	return &view{name: name, kind: kindOf(name), template: "subject", variables: timelineVariables, prepare: prepareSubject}
}

// subjectBody is what a subject's page shows beyond its answer.
type subjectBody struct {
	Entries  []*Entry
	Chart    *Chart
	Fields   []field
	Filtered bool
}

func prepareSubject(_ context.Context, _ *Site, m *Model) error {
	b := &subjectBody{Fields: fields(timelineFields, m.Request), Filtered: filtered(m.Request.Form, "from", "to", "by", "mode", "kinds")}
	for i := range m.Timeline.Edges {
		b.Entries = append(b.Entries, &m.Timeline.Edges[i].Node)
	}
	b.Chart = newChart(b.Entries)
	m.Title, m.Body = m.Node.Label, b
	m.Summary = capital(kindWords[m.Node.Kind][0]) + ", with " + count(m.Timeline.TotalCount, "entry", "entries") + " on record"
	return nil
}
