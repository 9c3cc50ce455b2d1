package token

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

// scanner is what doc.go tells those who look for leaked secrets.
var scanner = regexp.MustCompile(`^onrecord_[0-9a-hjkmnp-tv-z]{8}_[0-9A-Za-z]{49}$`)

func TestSecrets(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for range 200 {
		id := newID()
		secret := newSecret(id)
		if got, err := idOf(secret); got != id || err != nil || !scanner.MatchString(secret) || seen[secret] {
			t.Fatalf("%s: got id %q, %v, want %q", secret, got, err, id)
		}
		seen[secret] = true
	}
}

// Every slip of one character is told from a secret that is wrong.
func TestMistyped(t *testing.T) {
	t.Parallel()
	secret := newSecret("7h2k9q4c")
	for i := range len(secret) {
		for _, typo := range []string{
			secret[:i],
			secret[:i] + secret[i+1:],
			secret[:i] + "z" + secret[i:],
			secret[:i] + string(secret[i]^1) + secret[i+1:],
		} {
			want := errMistyped
			if !strings.HasPrefix(typo, prefix) {
				want = errForm
			}
			if id, err := idOf(typo); typo != secret && (id != "" || !errors.Is(err, want)) {
				t.Errorf("%q: got %q, %v, want %v", typo, id, err, want)
			}
		}
	}
}

// A checksum that never changes: tokens are in use.
func TestSecretFormatStays(t *testing.T) {
	t.Parallel()
	const secret = "onrecord_7h2k9q4c_" + "00000000000000000000000000000000000000000ab"
	if got, want := checksum(secret), "1vbO08"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzIDOf(f *testing.F) {
	f.Add("")
	f.Add("onrecord_")
	f.Add(newSecret("7h2k9q4c"))
	f.Add("onrecord_7h2k9q4c_" + strings.Repeat("0", 49))
	f.Add("onrecord_\xff\xff\xff\xff\xff\xff\xff\xff_" + strings.Repeat("é", 25))
	f.Fuzz(func(t *testing.T, s string) {
		id, err := idOf(s)
		if (err == nil) != (id != "") {
			t.Fatalf("%q: got %q, %v", s, id, err)
		}
		if err == nil && (!scanner.MatchString(s) || s[len(prefix):len(prefix)+idLength] != id) {
			t.Errorf("%q is taken for a secret of %q", s, id)
		}
		if err == nil && checksum(s[:len(s)-sumLength]) != s[len(s)-sumLength:] {
			t.Errorf("%q: the checksum is wrong", s)
		}
	})
}
