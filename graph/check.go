package graph

import (
	"encoding/hex"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Limits of one value and one revision.
const (
	MaxText     = 256 << 10 // bytes of one property's text
	MaxArchived = 64 << 20  // bytes of a capture's text
	MaxReason   = 4 << 10
	MaxKey      = 200
	maxGaps     = 200 // their positions are one byte, and those that follow from dates come behind them
)

var scriptForm = regexp.MustCompile(`^[A-Z][a-z]{3}$`)

var methodForm = regexp.MustCompile(`^(human|(rule|model|import):[^\s]+)$`)

// CheckMethod returns an error where a method is not written as one.
func CheckMethod(method string) error {
	if !methodForm.MatchString(method) {
		return Invalidf("method %q: a method is human, rule:NAME, model:NAME@VERSION or import:FORMAT", method)
	}
	return nil
}

// isMachine reports whether a method is a machine's.
func isMachine(method string) bool {
	return strings.HasPrefix(method, "rule:") || strings.HasPrefix(method, "model:")
}

// checkRevision checks what can be checked without the record.
func checkRevision(r *Revision) error {
	fail := func(field, format string, args ...any) error {
		return errorf(Invalid, "write", field, format, args...)
	}
	switch {
	case r.Agent == "":
		return fail("agent", "missing: every revision says who made it")
	case r.Method == "":
		return fail("method", "missing: every revision says how it was made")
	case len(r.Key) > MaxKey:
		return fail("key", "%d bytes, at most %d", len(r.Key), MaxKey)
	case len(r.Reason) > MaxReason:
		return fail("reason", "%d bytes, at most %d", len(r.Reason), MaxReason)
	case len(r.Changes) == 0:
		return fail("changes", "none")
	}
	for _, s := range []string{r.Agent, r.Method, r.Reason, r.Key} {
		if !utf8.ValidString(s) {
			return fail("revision", "%q is not UTF-8", s)
		}
	}
	return CheckMethod(r.Method)
}

// checkProps checks values against their declarations and returns them with
// defaults filled in.
func checkProps(all []vocab.Property, p Props) (Props, error) {
	out := make(Props, len(p)+1)
	for name, v := range p {
		i := slices.IndexFunc(all, func(d vocab.Property) bool { return d.Name == name })
		if i < 0 {
			return nil, Invalidf("no property is called %q; there are %s", name, nameList(all))
		}
		if empty(v) {
			continue
		}
		v, err := checkValue(&all[i], v)
		if err != nil {
			return nil, errorf(max(Invalid, KindOf(err)), "", name, "%w", err)
		}
		out[name] = v
	}
	for _, d := range all {
		if _, ok := out[d.Name]; ok || !d.Required || d.Apart {
			continue
		}
		if d.Default == "" {
			return nil, errorf(Invalid, "", d.Name, "missing")
		}
		out[d.Name] = d.Default
	}
	return out, nil
}

func nameList(all []vocab.Property) string {
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.Name
	}
	return strings.Join(names, ", ")
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []Name:
		return len(v) == 0
	case []Span:
		return len(v) == 0
	case []GapNote:
		return len(v) == 0
	case []Marked:
		return len(v) == 0
	case edtf.When:
		return v.IsZero()
	case time.Time:
		return v.IsZero()
	}
	return false
}

// checkValue returns v as it is stored.
func checkValue(d *vocab.Property, v any) (any, error) {
	wrong := func() error { return fmt.Errorf("%T where %s is wanted", v, typeName(d)) }
	switch d.Type {
	case vocab.Text, vocab.URL, vocab.Language, vocab.Digest, vocab.Enum:
		s, ok := v.(string)
		if !ok {
			return nil, wrong()
		}
		return s, checkString(d, s)
	case vocab.Number:
		f, ok := v.(float64)
		switch {
		case !ok:
			return nil, wrong()
		case math.IsNaN(f) || math.IsInf(f, 0):
			return nil, fmt.Errorf("%v is no finite number", f)
		}
		return f, nil
	case vocab.Instant:
		t, ok := v.(time.Time)
		if !ok {
			return nil, wrong()
		}
		return t.UTC().Truncate(time.Microsecond), nil
	case vocab.When:
		w, ok := v.(edtf.When)
		if !ok {
			return nil, wrong()
		}
		return w, w.Validate()
	case vocab.Texts, vocab.URLs:
		list, ok := v.([]string)
		if !ok {
			return nil, wrong()
		}
		for _, s := range list {
			if err := checkString(d, s); err != nil {
				return nil, err
			}
		}
		return list, nil
	case vocab.Names:
		list, ok := v.([]Name)
		if !ok {
			return nil, wrong()
		}
		for _, n := range list {
			if strings.TrimSpace(n.Value) == "" {
				return nil, fmt.Errorf("a name is empty")
			}
			if err := checkString(d, n.Value); err != nil {
				return nil, err
			}
			if err := checkLanguage(n.Language); n.Language != "" && err != nil {
				return nil, err
			}
			if n.Script != "" && !scriptForm.MatchString(n.Script) {
				return nil, fmt.Errorf("%q is no ISO 15924 script: four letters, as in Latn", n.Script)
			}
		}
		return list, nil
	case vocab.Spans:
		list, ok := v.([]Span)
		if !ok {
			return nil, wrong()
		}
		return slices.Clone(list), nil // places are checked against their text later
	case vocab.Gaps:
		list, ok := v.([]GapNote)
		if !ok {
			return nil, wrong()
		}
		if len(list) > maxGaps {
			return nil, &Error{Kind: TooLarge, Err: fmt.Errorf("%d gaps, at most %d", len(list), maxGaps)}
		}
		for _, g := range list {
			if vocab.GapKind.Index(g.Kind) < 0 {
				return nil, fmt.Errorf("no kind of gap is called %q; there are %s", g.Kind, strings.Join(vocab.GapKind.Names, ", "))
			}
			if err := checkString(d, g.Note); err != nil {
				return nil, err
			}
		}
		return list, nil
	case vocab.Whens:
		list, ok := v.([]Marked)
		if !ok {
			return nil, wrong()
		}
		for _, m := range list {
			if err := m.When.Validate(); err != nil {
				return nil, err
			}
			for _, s := range []string{m.Genre, m.Note} {
				if err := checkString(d, s); err != nil {
					return nil, err
				}
			}
		}
		return slices.Clone(list), nil
	}
	return nil, wrong()
}

func typeName(d *vocab.Property) string {
	return [...]string{
		"", "a text", "an address", "a language tag", "a SHA-256 digest", "a name", "a number", "an instant",
		"a date", "dates with their places", "texts", "addresses", "names", "spans", "gaps",
	}[d.Type]
}

func checkString(d *vocab.Property, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%.40q is not UTF-8", s)
	}
	limit := MaxText
	if d.Apart {
		limit = MaxArchived
	}
	if len(s) > limit {
		return &Error{Kind: TooLarge, Err: fmt.Errorf("%d bytes, at most %d", len(s), limit)}
	}
	switch d.Type {
	case vocab.URL, vocab.URLs:
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("%.80q is no http or https address", s)
		}
	case vocab.Language:
		return checkLanguage(s)
	case vocab.Digest:
		if b, err := hex.DecodeString(s); err != nil || len(b) != 32 || strings.ToLower(s) != s {
			return fmt.Errorf("%.80q is not 64 lower-case hexadecimal digits", s)
		}
	case vocab.Enum:
		if d.Values.Index(s) < 0 {
			return fmt.Errorf("%q is no %s; there are %s", s, d.Values.Name, strings.Join(d.Values.Names, ", "))
		}
	}
	return nil
}

func checkLanguage(s string) error {
	if !text.IsLanguage(s) {
		return fmt.Errorf("%q is no BCP 47 language tag", s)
	}
	return nil
}

// checkEdgeProps checks what the vocabulary says of an edge's common values.
func checkEdgeProps(k vocab.EdgeKind, p Props) error {
	method, _ := p["method"].(string)
	if method != "" {
		if err := CheckMethod(method); err != nil {
			return err
		}
	}
	confidence, measured := p["confidence"].(float64)
	status, _ := p["status"].(string)
	switch {
	case measured && (confidence < 0 || confidence > 1):
		return errorf(Invalid, "", "confidence", "%v is not between 0 and 1", confidence)
	case measured && method == "":
		return errorf(Invalid, "", "method", "missing: what a machine found says by which method")
	case measured && !isMachine(method):
		return errorf(Invalid, "", "confidence", "only for what a machine found, and the method is %q", method)
	case (status == "CANDIDATE" || status == "INFERRED") && method == "":
		return errorf(Invalid, "", "method", "missing: an edge that is %s says who or what made it", status)
	case isMachine(method) && k.Edge().Evidenced && status != "CANDIDATE" && status != "CONFIRMED" && status != "REJECTED":
		return errorf(Invalid, "", "status", "a %s that a machine found is a CANDIDATE until a person decides", k)
	case k.Edge().Evidenced && empty(p["evidence"]):
		return errorf(Invalid, "", "evidence", "missing: a %s shows where the sources say so", k)
	}
	return nil
}
