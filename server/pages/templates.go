package pages

import (
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

// parse reads templates/: layout.html and parts.html hold what pages share, any
// other file is a page.
func (s *Site) parse() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"asset":      s.assets.Path,
		"count":      count,
		"number":     number,
		"lower":      lower,
		"type":       func(v string) string { return typeWords[v] },
		"mode":       func(v string) string { return modeWords[v] },
		"polarity":   func(v string) string { return polarityWords[v] },
		"resolution": func(v string) string { return resolutionWords[v] },
		"status":     func(v string) string { return statusWords[v] },
		"basis":      func(v string) string { return basisWords[v] },
		"actuality":  func(v string) string { return actualityWords[v] },
		"one":        func(kind string) string { return kindWords[kind][0] },
		"many":       func(kind string) string { return kindWords[kind][1] },
		"recorded":   recorded,
		"pairs":      pairs,
		"modes": func() []string {
			return []string{"DIRECT", "PARTIAL", "INDIRECT", "SPEECH_ACT", "HEADLINE", "TRANSCRIPT"}
		},
		"has":     func(list []string, v string) bool { return slices.Contains(list, v) },
		"capital": capital,
		// The graph and the islands.
		"polygon":  polygon,
		"linkword": func(kind string) string { return edgeWords[kind][0] },
		"minus":    func(a, b int) int { return a - b },
		"depths":   func() []int { return []int{0, 1, 2, 3} },
	}).ParseFS(templateFiles, "templates/*.html")
}

// capital begins a text with a capital letter.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// recorded is an instant as pages print it, in UTC.
func recorded(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return s
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// pairs makes a map of names and values, to hand several things to a template.
func pairs(list ...any) (map[string]any, error) {
	if len(list)%2 != 0 {
		return nil, errors.New("pairs: a name without a value")
	}
	out := make(map[string]any)
	for i := 0; i < len(list); i += 2 {
		name, ok := list[i].(string)
		if !ok {
			return nil, errors.New("pairs: a name that is no text")
		}
		out[name] = list[i+1]
	}
	return out, nil
}

// With is the page's own address with a parameter set; "" leaves it out. A
// change of anything but the page's cursor goes back to the first page.
func (m *Model) With(name, value string) string {
	form := cloneForm(m.Request.Form)
	if name == "after" || name == "before" {
		form.Del("after")
		form.Del("before")
	}
	if value == "" {
		form.Del(name)
	} else {
		form.Set(name, value)
	}
	return m.Request.Path + query(form.Encode())
}

func cloneForm(form url.Values) url.Values {
	out := make(url.Values, len(form))
	maps.Copy(out, form)
	return out
}

// As is the address of a node's page at the state that this page shows.
func (m *Model) As(n *Node) string {
	if m.kept {
		return m.Base + n.Path() + "?asOf=" + strconv.Itoa(m.Record.Seq)
	}
	if m.Request == nil || !m.Request.AsOf.Given() {
		return n.Path()
	}
	return n.Path() + "?asOf=" + url.QueryEscape(m.Request.AsOf.String())
}

// AsGraphQL is the document of the page's question.
func (m *Model) AsGraphQL() string { return strings.TrimSpace(m.Question.Query) }

// VariablesJSON are the question's variables.
func (m *Model) VariablesJSON() string {
	b, err := json.Marshal(m.Question.Variables)
	if err != nil {
		return "{}"
	}
	return string(b)
}

// AsCurl is a command that asks the page's question.
func (m *Model) AsCurl() (string, error) {
	body, err := json.Marshal(m.Question)
	if err != nil {
		return "", err
	}
	return "curl " + m.Base + "/graphql -H 'content-type: application/json' -d '" + strings.ReplaceAll(string(body), "'", `'\''`) + "'", nil
}

// InGraphiQL is the address at which GraphiQL opens the page's question.
func (m *Model) InGraphiQL() string {
	v := url.Values{"query": {m.AsGraphQL()}}
	if len(m.Question.Variables) > 0 {
		v.Set("variables", m.VariablesJSON())
	}
	return "/graphiql/?" + v.Encode()
}

// Retraction is the revision that took the page's node back.
func (m *Model) Retraction() *Revision {
	if len(m.Node.History.Nodes) > 0 && m.Node.Retracted {
		return m.Node.History.Nodes[0] // the newest
	}
	return nil
}
