package pages

import "github.com/onrecord/onrecord/server/web"

const islandsPath = "/islands/"

// Islands are the paths of the small scripts that a page loads. Each adds to a
// page that works without it: what is found while one types, buttons that copy,
// word of new entries, the graph as a picture, the keys of the review desk.
func (m *Model) Islands() ([]string, error) {
	names := []string{"suggest"}
	if m.Question.Query != "" {
		names = append(names, "copy")
	}
	if m.Live() {
		names = append(names, "live")
	}
	if m.View == desk.name && m.Who != nil && m.Who.Decides {
		names = append(names, "review")
	}
	if m.View == graphView.name {
		names = append(names, "graph")
	}
	paths := make([]string, len(names))
	for i, name := range names {
		var err error
		if paths[i], err = web.Island(name); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// Live reports whether the page can say that its node has got something new: not
// where it shows an earlier state.
func (m *Model) Live() bool {
	return m.live && m.Answer != nil && m.Node != nil && m.Request != nil && !m.Request.AsOf.Given()
}
