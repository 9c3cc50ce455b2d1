package pages

import "context"

var (
	stance = &view{name: "stance", kind: "STANCE", template: "judgement", variables: idVariables, prepare: prepareJudgement}
	review = &view{name: "review", kind: "REVIEW", template: "judgement", variables: idVariables, prepare: prepareJudgement}
)

// prepareJudgement titles the page of what somebody holds or rates.
func prepareJudgement(_ context.Context, _ *Site, m *Model) error {
	n := m.Node
	m.Title, m.Summary = n.Label, capital(kindWords[n.Kind][0])
	if n.Kind == "REVIEW" && n.Reviewer != nil {
		m.Title = n.Reviewer.Label + ": " + n.Rating
	}
	return nil
}
