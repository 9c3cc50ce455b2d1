package export_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/export/formats"
	"github.com/onrecord/onrecord/graph/graphtest"
)

func opener(b []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

func unsealed(t testing.TB, b []byte) []string {
	t.Helper()
	s, err := export.CheckSeal(t.Context(), opener(b))
	if err != nil {
		t.Fatal(err)
	}
	return s.Problems
}

var bytesNamed = regexp.MustCompile(`bytes (\d+) to (\d+)|behind byte (\d+)`)

// placed reports whether a problem names a place that a byte is in, and how many bytes
// that place has.
func placed(problem string, at int) (width int, ok bool) {
	m := bytesNamed.FindStringSubmatch(problem)
	if m == nil {
		return 0, false
	}
	if m[3] != "" {
		from, _ := strconv.Atoi(m[3])
		return 0, at >= from
	}
	from, _ := strconv.Atoi(m[1])
	to, _ := strconv.Atoi(m[2])
	return to - from, at >= from && at < to
}

// In every format, a change of any byte is found and its place is named.
func TestSeal(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, hostile(t))
	for _, f := range formats.All() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			b, m := write(t, v, selection(t, all), f.Name, export.Options{Version: "v1"})
			s, err := export.CheckSeal(t.Context(), opener(b))
			if err != nil || len(s.Problems) > 0 || !s.Found {
				t.Fatalf("as written: %+v, %v", s, err)
			}
			if f.Name != "xlsx" && (s.Manifest == nil || s.Manifest.Onrecord.Sum != m.Onrecord.Sum) {
				t.Errorf("its manifest is read as %+v", s.Manifest)
			}
			seal := bytes.LastIndex(b, []byte("v1."))
			step := 1 + len(b)/250 // with 800 it takes ten seconds, and was tried
			for i := 0; i < len(b); i += step {
				for _, flip := range []byte{0x01, 0x80, b[i] ^ '\n'} {
					if flip == 0 {
						continue
					}
					damaged := bytes.Clone(b)
					damaged[i] ^= flip
					problems := unsealed(t, damaged)
					if len(problems) == 0 {
						t.Fatalf("byte %d changed from %q to %q: not found", i, b[i], damaged[i])
					}
					width, ok := placed(problems[0], i)
					if !ok {
						t.Fatalf("byte %d of %d changed from %q to %q: %q", i, len(b), b[i], damaged[i], problems)
					}
					if i < seal-4096 && width > 2*4096 {
						t.Fatalf("byte %d: the place is as wide as %d bytes: %q", i, width, problems)
					}
				}
			}
			for i := 0; i < len(b); i += 1 + len(b)/100 {
				if problems := unsealed(t, b[:i]); len(problems) == 0 {
					t.Fatalf("cut off after %d bytes: not found", i)
				}
				without := append(bytes.Clone(b[:i]), b[i+1:]...)
				more := append(append(bytes.Clone(b[:i]), 'x'), b[i:]...)
				if len(unsealed(t, without)) == 0 || len(unsealed(t, more)) == 0 {
					t.Fatalf("a byte less or more at %d: not found", i)
				}
			}
			if len(unsealed(t, append(bytes.Clone(b), '\n'))) == 0 {
				t.Error("a line feed at the end: not found")
			}
		})
	}
}

// Of a text, the line is named.
func TestSealNamesLine(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, hostile(t))
	for _, format := range []string{"jsonl", "nquads", "turtle", "graphml", "gexf"} {
		b, _ := write(t, v, selection(t, all), format, export.Options{})
		lines := bytes.SplitAfter(b, []byte("\n"))
		for i := range lines[:len(lines)-1] {
			if bytes.Contains(lines[i], []byte("v1.")) || len(lines[i]) < 10 || len(lines[i]) > 4096 {
				continue
			}
			damaged := append([][]byte{}, lines...)
			damaged[i] = bytes.Clone(lines[i])
			damaged[i][len(lines[i])/2] ^= 1
			want := fmt.Sprintf("line %d, bytes ", i+1)
			if got := unsealed(t, bytes.Join(damaged, nil)); len(got) != 1 || !strings.HasPrefix(got[0], want) {
				t.Fatalf("%s: got %q, want %q", format, got, want)
			}
		}
	}
}

// A change of any byte of a packed file is found, also one that unpacking does
// not notice.
func TestPacked(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, hostile(t))
	plain, _ := write(t, v, selection(t, all), "nquads", export.Options{})
	for _, how := range []string{"gzip", "zstd"} {
		var to bytes.Buffer
		w, err := export.Compress(&to, how)
		if err != nil {
			t.Fatal(err)
		}
		for chunk := range chunks(plain, 777) { // in other pieces than it is read in
			if _, err := w.Write(chunk); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b := to.Bytes()
		if problem, err := export.CheckPacked(t.Context(), how, opener(b)); err != nil || problem != "" {
			t.Fatalf("%s, as written: %q, %v", how, problem, err)
		}
		for i := 0; i < len(b); i += 1 + len(b)/300 {
			damaged := bytes.Clone(b)
			damaged[i] ^= 1 << (i % 8)
			problem, err := export.CheckPacked(t.Context(), how, opener(damaged))
			if err != nil || !strings.HasPrefix(problem, "byte ") {
				t.Fatalf("%s: byte %d of %d changed: %q, %v", how, i, len(b), problem, err)
			}
			at, _ := strconv.Atoi(strings.Fields(problem)[1])
			inside, err := export.CheckSeal(t.Context(), func() (io.ReadCloser, error) {
				r, err := export.Unpack(bytes.NewReader(damaged), how)
				if err != nil {
					return io.NopCloser(strings.NewReader("")), nil
				}
				return export.Lenient(r), nil
			})
			// Where packing the damaged text gives the damaged file, the text shows it.
			if err != nil || at > i && len(inside.Problems) == 0 {
				t.Fatalf("%s: byte %d of %d changed: %q", how, i, len(b), problem)
			}
		}
	}
}

func chunks(b []byte, n int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			if !yield(b[:min(n, len(b))]) {
				return
			}
			b = b[min(n, len(b)):]
		}
	}
}

// A large file has few marks, and its places are wider.
func TestSealOfLargeFile(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	sealed := export.SealForTest(b.Bytes())
	if n := len(sealed) - b.Len(); n > 70_000 {
		t.Errorf("the seal has %d bytes", n)
	}
	if p := unsealed(t, sealed); len(p) > 0 {
		t.Fatalf("as written: %q", p)
	}
	for _, i := range []int{0, 1000, 500_000, b.Len() - 1} {
		damaged := bytes.Clone(sealed)
		damaged[i] ^= 1
		p := unsealed(t, damaged)
		if width, ok := placed(strings.Join(p, ""), i); !ok || width > 8192+4096 && i < b.Len()-1000 {
			t.Errorf("byte %d: %q", i, p)
		}
	}
}

func FuzzCheckSeal(f *testing.F) {
	f.Add([]byte("one\ntwo\n"))
	f.Add([]byte("v1.12.1.0." + strings.Repeat("0", 64) + ".00000000"))
	f.Add(export.SealForTest([]byte("a\nb\nc\n")))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := export.CheckSeal(t.Context(), opener(b))
		if err != nil || len(s.Problems) == 0 && !s.Found {
			t.Fatalf("%+v, %v", s, err)
		}
		sealed := export.SealForTest(b)
		if p := unsealed(t, sealed); len(p) > 0 {
			t.Fatalf("%q, sealed as %q: %q", b, sealed, p)
		}
		if len(b) > 0 {
			sealed[len(b)/2] ^= 1
			p := unsealed(t, sealed)
			if _, ok := placed(strings.Join(p, ""), len(b)/2); !ok {
				t.Fatalf("%q, sealed as %q, and changed at %d: %q", b, sealed, len(b)/2, p)
			}
		}
	})
}
