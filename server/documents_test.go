package server

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// ask sends a request to /graphql, by GET where there is no body, and returns
// the status and the body of the answer.
func ask(t *testing.T, addr, address, body string, header ...string) (int, string) {
	t.Helper()
	method := "GET"
	if body != "" {
		method = "POST"
		header = append(header, "Content-Type: application/json", fmt.Sprint("Content-Length: ", len(body)))
	}
	header = slices.DeleteFunc(header, func(line string) bool { return line == "" })
	header = append([]string{method + " /graphql" + address + " HTTP/1.1", "Host: localhost", "Connection: close"}, header...)
	res, text := raw(t, addr, strings.Join(header, "\r\n")+"\r\n\r\n"+body)
	return res.StatusCode, text
}

func hashed(query, sum string) string {
	if query != "" {
		query = fmt.Sprintf(`"query":%q,`, query)
	}
	return fmt.Sprintf(`{%s"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`, query, sum)
}

const graphqlResponse = "Accept: application/graphql-response+json"

// A query is named by its hash, sent whole once with it, and named from then on.
func TestAutomaticDocuments(t *testing.T) {
	t.Parallel()
	addr, _, _, _ := started(t, Options{}, nil)
	const query, answer = "{a:__typename}", `{"data":{"a":"Query"}}`
	sum := sumOf(query)
	inGET := "?extensions=" + url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"`+sum+`"}}`)
	const invalid = "{nope}"
	for _, c := range []struct {
		name, address, body, accept string
		status                      int
		text                        string
	}{
		{"not known", "", hashed("", sum), "", 200, `"code":"PERSISTED_QUERY_NOT_FOUND"`},
		{"not known, as a GraphQL response", "", hashed("", sum), graphqlResponse, 200, `"message":"PersistedQueryNotFound"`},
		{"not known, by GET", inGET, "", "", 200, `"PersistedQueryNotFound"`},
		{"an id that is not known", "", `{"documentId":"sha256:` + sum + `"}`, "", 200, `"PERSISTED_QUERY_NOT_FOUND"`},
		{"an id that is not known, as a GraphQL response", "", `{"documentId":"sha256:` + sum + `"}`, graphqlResponse, 400, `"PERSISTED_QUERY_NOT_FOUND"`},
		{"another's hash", "", hashed("{b:__typename}", sum), "", 400, `"PERSISTED_QUERY_HASH_MISMATCH"`},
		{"still not known", "", hashed("", sum), "", 200, `"PersistedQueryNotFound"`},
		{"with its hash", "", hashed(query, sum), "", 200, answer},
		{"known", "", hashed("", sum), "", 200, answer},
		{"known, by GET", inGET, "", "", 200, answer},
		{"known by an id", "", `{"documentId":"sha256:` + sum + `"}`, graphqlResponse, 200, answer},
		{"known by an id, by GET", "?documentId=sha256:" + sum, "", "", 200, answer},
		{"an invalid one with its hash", "", hashed(invalid, sumOf(invalid)), "", 200, `"GRAPHQL_VALIDATION_FAILED"`},
		{"which was not learned", "", hashed("", sumOf(invalid)), "", 200, `"PersistedQueryNotFound"`},
	} {
		status, body := ask(t, addr, c.address, c.body, c.accept)
		if status != c.status || !strings.Contains(body, c.text) {
			t.Errorf("%s: got %d, %s; want %d, %s", c.name, status, body, c.status, c.text)
		}
	}
}

// With a list nothing else is executed.
func TestDocumentList(t *testing.T) {
	t.Parallel()
	const query, other, answer = "{a:__typename}", "{b:__typename}", `{"data":{"a":"Query"}}`
	closed, _, _, _ := started(t, Options{Documents: map[string]string{
		"9a0b": query, "sha256:" + sumOf(other): other, "m": "mutation{__typename}",
	}}, nil)
	open, _, _, _ := started(t, Options{}, nil)
	for _, c := range []struct {
		name, address, body string
		status              int // with the list
		text                string
		open                int // without
		openText            string
	}{
		{"by an id of its own", "", `{"documentId":"9a0b"}`, 200, answer, 200, "PersistedDocumentNotFound"},
		{"by an id of its own, as a hash", "", hashed("", "9a0b"), 200, answer, 200, "PersistedQueryNotFound"},
		{"by its hash", "", hashed("", sumOf(query)), 200, answer, 200, "PersistedQueryNotFound"},
		{"by its hash as an id, by GET", "?documentId=sha256:" + sumOf(query), "", 200, answer, 200, "PersistedDocumentNotFound"},
		{"another", "", `{"documentId":"sha256:` + sumOf(other) + `"}`, 200, `"b"`, 200, "PersistedDocumentNotFound"},
		{"sent whole", "", `{"query":"` + query + `"}`, 200, answer, 200, answer},
		{"sent whole with an id of its own", "", `{"documentId":"9a0b","query":"` + query + `"}`, 200, answer, 200, answer},
		{"sent whole with another's hash", "", hashed(query, sumOf(other)), 400, "PERSISTED_QUERY_HASH_MISMATCH", 400, "PERSISTED_QUERY_HASH_MISMATCH"},
		{"a mutation by GET", "?documentId=m", "", 405, "METHOD_NOT_ALLOWED", 200, "PersistedDocumentNotFound"},
		{"none of the list", "", `{"query":"{c:__typename}"}`, 403, "QUERY_NOT_IN_SAFELIST", 200, `"c"`},
		{"none of the list, with its hash", "", hashed("{d:__typename}", sumOf("{d:__typename}")), 403, "QUERY_NOT_IN_SAFELIST", 200, `"d"`},
		{"none of the list, by its hash", "", hashed("", sumOf("{d:__typename}")), 403, "PERSISTED_QUERY_NOT_IN_LIST", 200, `"d"`},
		{"the schema", "", `{"query":"{__schema{types{name}}}"}`, 403, "QUERY_NOT_IN_SAFELIST", 200, `"types"`},
	} {
		if status, body := ask(t, closed, c.address, c.body); status != c.status || !strings.Contains(body, c.text) {
			t.Errorf("%s: got %d, %s; want %d, %s", c.name, status, body, c.status, c.text)
		}
		if status, body := ask(t, open, c.address, c.body); status != c.open || !strings.Contains(body, c.openText) {
			t.Errorf("%s, without a list: got %d, %s; want %d, %s", c.name, status, body, c.open, c.openText)
		}
	}
	none, _, _, _ := started(t, Options{Documents: map[string]string{}}, nil)
	if status, body := ask(t, none, "", `{"query":"`+query+`"}`); status != 403 {
		t.Errorf("with an empty list: got %d, %s; want 403", status, body)
	}
}

// A list with a document that can never be executed is found before it is
// served.
func TestDocumentsAreChecked(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]map[string]string{
		"broken": {"one": "{"},
		"nope":   {"one": "{nope}"},
		"two texts have this id": {
			"sha256:x": "{__typename}", "x": "{a:__typename}",
		},
	} {
		if _, err := New(nil, Options{Documents: list}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// What is learned is bounded, and what was asked for last stays.
func TestLearnedIsBounded(t *testing.T) {
	t.Parallel()
	l := newLearned(3, 10)
	for _, text := range []string{"a", "b", "c"} {
		l.put(text, text)
	}
	l.get("a")
	l.put("d", "d")
	if l.get("a") == "" || l.get("b") != "" || l.get("d") == "" {
		t.Errorf("got a %q, b %q, d %q; want a and d", l.get("a"), l.get("b"), l.get("d"))
	}
	l.put("long", "123456789")
	if l.get("long") == "" || l.get("c") != "" || l.size > 10 || l.byAge.Len() != len(l.texts) {
		t.Errorf("%d bytes in %d texts", l.size, l.byAge.Len())
	}
	l.put("longer", "12345678901")
	if l.size != 0 || l.byAge.Len() != 0 || len(l.texts) != 0 {
		t.Errorf("%d bytes in %d texts, want none: one is larger than all may be", l.size, l.byAge.Len())
	}
}
