package export_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/graphtest"
)

// ftmModel is the part of FollowTheMoney's public model that exports use, written
// from followthemoney/schema: what a schema extends, requires, and which
// properties it has, with their types; "entity:X" is an entity of a schema that is X.
var ftmModel = map[string]struct {
	extends, required []string
	properties        map[string]string
}{
	"Thing": {nil, []string{"name"}, map[string]string{
		"name": "string", "summary": "text", "description": "text", "alias": "name", "sourceUrl": "url", "wikidataId": "identifier",
		"keywords": "string", "notes": "text", "retrievedAt": "date",
	}},
	"Analyzable":    {nil, nil, nil},
	"Interval":      {nil, nil, map[string]string{"startDate": "date", "endDate": "date", "date": "date", "summary": "text"}},
	"Interest":      {[]string{"Interval"}, nil, map[string]string{"role": "string", "status": "string"}},
	"LegalEntity":   {[]string{"Thing"}, nil, nil},
	"Person":        {[]string{"LegalEntity"}, nil, nil},
	"Organization":  {[]string{"LegalEntity"}, nil, nil},
	"PublicBody":    {[]string{"Organization"}, nil, nil},
	"Document":      {[]string{"Thing", "Analyzable"}, nil, map[string]string{"title": "string", "mimeType": "mimetype", "language": "language", "publishedAt": "date", "bodyText": "text"}},
	"PlainText":     {[]string{"Document"}, nil, nil},
	"Article":       {[]string{"Document"}, nil, nil},
	"Note":          {[]string{"Thing", "Analyzable"}, nil, map[string]string{"entity": "entity:Thing"}},
	"Event":         {[]string{"Interval", "Analyzable", "Thing"}, nil, nil},
	"Address":       {[]string{"Thing"}, nil, map[string]string{"full": "string"}},
	"UnknownLink":   {[]string{"Interest"}, []string{"subject", "object"}, map[string]string{"subject": "entity:Thing", "object": "entity:Thing"}},
	"Documentation": {[]string{"Interest"}, []string{"document", "entity"}, map[string]string{"document": "entity:Document", "entity": "entity:Thing"}},
}

var ftmForms = map[string]*regexp.Regexp{
	"date":       regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2})?)?)?$`),
	"url":        regexp.MustCompile(`^https?://`),
	"identifier": regexp.MustCompile(`^\S`),
	"mimetype":   regexp.MustCompile(`^\S`),
	"language":   regexp.MustCompile(`^[a-z]{2,3}`),
}

func ftmIs(schema, what string) bool {
	return schema == what || slices.ContainsFunc(ftmModel[schema].extends, func(s string) bool { return ftmIs(s, what) })
}

func ftmType(schema, property string) string {
	if t := ftmModel[schema].properties[property]; t != "" {
		return t
	}
	for _, s := range ftmModel[schema].extends {
		if t := ftmType(s, property); t != "" {
			return t
		}
	}
	return ""
}

func ftmRequired(schema string) []string {
	out := slices.Clone(ftmModel[schema].required)
	for _, s := range ftmModel[schema].extends {
		out = append(out, ftmRequired(s)...)
	}
	return out
}

// Every entity is one of the model: its schema is there, its properties are
// properties of that, of the right form, and links lead to what they may.
func TestFTMModel(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*graph.Record{"article": article(t), "hostile": hostile(t)} {
		b, m := write(t, graphtest.View(t, r), selection(t, all), "ftm", export.Options{})
		type entity struct {
			ID, Schema string
			Properties map[string][]string
		}
		entities := make(map[string]entity)
		for line := range strings.Lines(string(b)) {
			var e entity
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			entities[e.ID] = e
		}
		if got, want := int64(len(entities)), m.Onrecord.Nodes+m.Onrecord.Edges; got != want {
			t.Errorf("%s: got %d entities, want %d", name, got, want)
		}
		for _, e := range entities {
			if _, ok := ftmModel[e.Schema]; !ok {
				t.Errorf("%s: %s: no schema %q", name, e.ID, e.Schema)
			}
			for _, p := range ftmRequired(e.Schema) {
				if len(e.Properties[p]) == 0 {
					t.Errorf("%s: %s %s: %s is missing", name, e.Schema, e.ID, p)
				}
			}
			for p, values := range e.Properties {
				typ := ftmType(e.Schema, p)
				if typ == "" {
					t.Errorf("%s: %s has no property %q", name, e.Schema, p)
				}
				for _, v := range values {
					if form := ftmForms[typ]; form != nil && !form.MatchString(v) {
						t.Errorf("%s: %s.%s: %q is no %s", name, e.Schema, p, v, typ)
					}
					if to, ok := strings.CutPrefix(typ, "entity:"); ok && !ftmIs(entities[v].Schema, to) {
						t.Errorf("%s: %s.%s leads to %q, which is %q and no %s", name, e.Schema, p, v, entities[v].Schema, to)
					}
				}
			}
		}
	}
}
