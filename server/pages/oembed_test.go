package pages

import (
	"net/url"
	"strings"
	"testing"
)

func TestParseEmbeddable(t *testing.T) {
	t.Parallel()
	const base, id = "https://record.example", "f42cca1d-2755-5c79-893a-65078878e677"
	for _, c := range []struct {
		name, address, want string
	}{
		{"a claim", base + "/claim/" + id, base + "/claim/" + id},
		{"a statement's embed", base + "/embed/statement/" + id, base + "/statement/" + id},
		{"http", "http://record.example/claim/" + id, base + "/claim/" + id},
		{"another case of the host", "HTTPS://RECORD.example/claim/" + strings.ToUpper(id), base + "/claim/" + id},
		{"a format", base + "/claim/" + id + ".feed.json", base + "/claim/" + id},
		{"a slash behind", base + "/claim/" + id + "/", base + "/claim/" + id},
		{"a state", base + "/claim/" + id + "?asOf=12&from=2018#here", base + "/claim/" + id + "?asOf=12"},
		{"a state that is none", base + "/claim/" + id + "?asOf=yesterday", base + "/claim/" + id},
		{"space around", " " + base + "/claim/" + id + "\n", base + "/claim/" + id},
		{"another host", "https://evil.example/claim/" + id, ""},
		{"our host as a user", "https://record.example@evil.example/claim/" + id, ""},
		{"a user", "https://user@record.example/claim/" + id, ""},
		{"a port", "https://record.example:8080/claim/" + id, ""},
		{"another scheme", "javascript://record.example/claim/" + id, ""},
		{"no scheme", "//record.example/claim/" + id, ""},
		{"another kind", base + "/speaker/" + id, ""},
		{"a kind's list", base + "/claim", ""},
		{"deeper", base + "/claim/" + id + "/x", ""},
		{"an id that is none", base + "/claim/../../etc/passwd", ""},
		{"a format that is none", base + "/claim/" + id + ".exe", ""},
		{"nothing", "", ""},
	} {
		got, err := parseEmbeddable(base, c.address)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%s: got %+v, want an error", c.name, got)
		case c.want != "" && (err != nil || got.address(base) != c.want):
			t.Errorf("%s: got %s, %v, want %s", c.name, got.address(base), err, c.want)
		}
	}
}

// Whatever the address, what is taken for a page of ours is on our host, and is
// the same when it is read again.
func FuzzParseEmbeddable(f *testing.F) {
	const base, id = "https://record.example", "f42cca1d-2755-5c79-893a-65078878e677"
	for _, s := range []string{
		base + "/claim/" + id, base + "/embed/statement/" + id + "?asOf=3", "http://record.example/statement/" + id + ".json", base + "/claim/" + id + "?asOf=2018-05-08T00:00:00Z",
		"https://record.example:443/claim/" + id, "https://record.example%2f@evil.example/claim/" + id, base + "/claim//" + id, base + "\\claim\\" + id, "%zz", "https://[::1]/claim/" + id,
		base + "/embed/embed/claim/" + id, base + "/embedclaim/" + id, base + "/claim/" + id + "?asOf=%00", "https://record.example/%63laim/" + id,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		e, err := parseEmbeddable(base, address)
		if err != nil {
			return
		}
		if embeds[e.Kind] == nil || !idForm.MatchString(e.ID) {
			t.Fatalf("%q: got %+v", address, e)
		}
		u, err := url.Parse(e.address(base))
		if err != nil || u.Scheme+"://"+u.Host != base {
			t.Fatalf("%q: the page is at %q, %v", address, e.address(base), err)
		}
		again, err := parseEmbeddable(base, e.address(base))
		if err != nil || again != e {
			t.Fatalf("%q: got %+v, and then %+v, %v", address, e, again, err)
		}
	})
}
