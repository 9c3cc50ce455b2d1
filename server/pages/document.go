package pages

import (
	"embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

//go:embed queries/*.graphql
var queries embed.FS

// Question is what a page asks the record.
type Question struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables,omitempty"`
}

// document is one of queries/, with the fragments that it uses.
type document struct {
	now  string // asks for the present
	then string // asks for an earlier state: two more variables, seq and time
	list *listing

	common map[string]string // the fragments that all may use
}

var (
	spreadForm = regexp.MustCompile(`\.\.\.\s*([A-Z]\w*)`)
	headForm   = regexp.MustCompile(`(?s)\Aquery (\w+)(?:\((.*?)\))? \{ (\.\.\.\w+) \}\n`)
)

// documents reads queries/ once. A file that holds no query holds fragments that
// all may use.
func documents() (map[string]*document, error) {
	files, err := queries.ReadDir("queries")
	if err != nil {
		return nil, err
	}
	common := make(map[string]string)
	texts := make(map[string]string)
	for _, f := range files {
		b, err := queries.ReadFile("queries/" + f.Name())
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(string(b), "mutation ") {
			continue
		}
		if name := strings.TrimSuffix(f.Name(), ".graphql"); strings.HasPrefix(string(b), "query ") {
			texts[name] = string(b)
			continue
		}
		for _, part := range strings.Split("\n"+string(b), "\nfragment ")[1:] {
			name, _, _ := strings.Cut(part, " ")
			common[name] = "fragment " + strings.TrimSpace(part) + "\n"
		}
	}
	fragments := make(map[string]*selection)
	for _, text := range common {
		one, err := parseFragments(text)
		if err != nil {
			return nil, err
		}
		maps.Copy(fragments, one)
	}
	out := make(map[string]*document)
	for name, text := range texts {
		if out[name], err = newDocument(text, common); err == nil {
			out[name].common = common
			out[name].list, err = newListing(text, common, fragments)
		}
		if err != nil {
			return nil, fmt.Errorf("queries/%s.graphql: %w", name, err)
		}
	}
	return out, nil
}

func newDocument(text string, common map[string]string) (*document, error) {
	head := headForm.FindStringSubmatch(text)
	if head == nil {
		return nil, fmt.Errorf("it does not begin with: query Name($variable: Type) { ...NamePage }")
	}
	all := text
	for seen := []string{}; ; {
		grown := false
		for _, m := range spreadForm.FindAllStringSubmatch(all, -1) {
			if f, ok := common[m[1]]; ok && !slices.Contains(seen, m[1]) {
				seen, all, grown = append(seen, m[1]), all+"\n"+f, true
			}
		}
		if !grown {
			break
		}
	}
	variables := "$seq: Int, $time: DateTime"
	if head[2] != "" {
		variables = strings.TrimRight(head[2], " \n") + ", " + variables
	}
	then := fmt.Sprintf("query %s(%s) { asOf(seq: $seq, time: $time) { %s } }\n", head[1], variables, head[3])
	return &document{now: all, then: then + all[len(head[0]):]}, nil
}

// question is what is asked of a state of the record.
func (d *document) question(at asOf, variables map[string]any) Question {
	variables = asJSON(variables)
	if !at.given() {
		return Question{d.now, variables}
	}
	all := make(map[string]any, len(variables)+2)
	maps.Copy(all, variables)
	if at.Seq > 0 {
		all["seq"] = at.Seq
	} else {
		all["time"] = at.Time
	}
	return Question{d.then, all}
}
