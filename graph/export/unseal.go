package export

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// Sealed is what reading a sealed file again gave.
type Sealed struct {
	Found    bool     // it has a seal
	Bytes    int64    // of the file
	Problems []string // where it is not what was written
	// Manifest is what the end of the file says, nil where it cannot be found, and
	// Tail how far before the end it was looked for.
	Manifest *Manifest
}

// sealTail is how much of a file's end is looked at for its seal and its manifest.
const sealTail = 8 << 20

// CheckSeal compares a file with the seal in it. open begins to read it anew; it
// is called twice.
func CheckSeal(ctx context.Context, open func() (io.ReadCloser, error)) (*Sealed, error) {
	var out Sealed
	tail := &tailed{most: sealTail}
	if err := readAll(ctx, open, tail); err != nil {
		return nil, err
	}
	out.Bytes = tail.bytes
	end := tail.b
	out.Manifest = manifestIn(end)
	seal, at := findSeal(end)
	if at < 0 {
		behind := tail.bytes - int64(len(end)) + int64(damagedSeal(end))
		out.Problems = append(out.Problems, fmt.Sprintf("the end, behind byte %d: no whole seal is there: the file was cut off or changed, or is not sealed", behind))
		return &out, nil
	}
	out.Found = true
	from := tail.bytes - int64(len(end)) + int64(at)
	p := &places{pieces: &pieces{level: seal.level}, seal: &seal}
	// The seal's own place holds its token while it is compared.
	if err := readAll(ctx, open, &replacing{to: p, at: from, length: int64(seal.length), token: seal.token()}); err != nil {
		return nil, err
	}
	p.pieces.end()
	out.Problems = p.problems(from, int64(seal.length-len(seal.token())))
	return &out, nil
}

// CheckPart compares a file of a package with what the package's manifest says of it.
func CheckPart(ctx context.Context, r *Resource, open func() (io.ReadCloser, error)) ([]string, error) {
	seal, ok := parseSeal([]byte(strings.TrimPrefix(r.Seal, partSeal(""))))
	if !ok {
		return []string{"the manifest has no seal of it"}, nil
	}
	p := &places{pieces: &pieces{level: seal.level}, seal: &seal}
	if err := readAll(ctx, open, p); err != nil {
		return nil, err
	}
	p.pieces.end()
	return p.problems(math.MaxInt64/2, 0), nil
}

// CheckPacked compares a packed file with how [Compress] packs what is in it: a
// change that unpacking does not notice is found too. The problem is "" where there
// is none; what cannot be unpacked is one.
func CheckPacked(ctx context.Context, how string, open func() (io.ReadCloser, error)) (problem string, err error) {
	raw, err := open()
	if err != nil {
		return "", err
	}
	defer raw.Close()
	other, err := open()
	if err != nil {
		return "", err
	}
	defer other.Close()
	same := &comparing{with: bufio.NewReaderSize(other, 64<<10)}
	pack, err := Compress(same, how)
	if err != nil {
		return "", err
	}
	from, bad := Unpack(raw, how)
	if bad == nil {
		bad = readAll(ctx, func() (io.ReadCloser, error) { return from, nil }, pack)
	}
	if err := errors.Join(ctx.Err(), pack.Close()); err != nil {
		return "", err
	}
	if _, err := same.with.ReadByte(); err == nil {
		same.differs = true
	}
	switch {
	case bad != nil:
		return fmt.Sprintf("byte %d of the packed file, or not far behind: it cannot be unpacked: %v", same.n, bad), nil
	case same.differs:
		return fmt.Sprintf("byte %d of the packed file: what is in it is packed otherwise from there on; if somebody packed it anew, unpack it and verify that", same.n), nil
	}
	return "", nil
}

// Lenient reads what can be unpacked of a damaged file.
func Lenient(r io.ReadCloser) io.ReadCloser { return lenient{r} }

type lenient struct{ io.ReadCloser }

func (l lenient) Close() error {
	_ = l.ReadCloser.Close() // says again what was damaged
	return nil
}

func (l lenient) Read(b []byte) (int, error) {
	n, err := l.ReadCloser.Read(b)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

// comparing compares what is written with what it reads, up to the first difference.
type comparing struct {
	with    *bufio.Reader
	n       int64
	differs bool
}

func (c *comparing) Write(b []byte) (int, error) {
	for _, want := range b {
		if c.differs {
			break
		}
		if is, err := c.with.ReadByte(); err != nil || is != want {
			c.differs = true
			break
		}
		c.n++
	}
	return len(b), nil
}

func readAll(ctx context.Context, open func() (io.ReadCloser, error), to io.Writer) error {
	from, err := open()
	if err != nil {
		return err
	}
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if _, failed := to.Write(b[:n]); failed != nil {
			err = failed
		}
		if err == nil {
			err = ctx.Err()
		}
		if errors.Is(err, io.EOF) {
			return from.Close()
		}
		if err != nil {
			return errors.Join(err, from.Close())
		}
	}
}

// tailed keeps the end of what is written to it.
type tailed struct {
	b     []byte
	most  int
	bytes int64
}

func (t *tailed) Write(b []byte) (int, error) {
	t.bytes += int64(len(b))
	t.b = append(t.b, b...)
	if len(t.b) > 2*t.most {
		t.b = append(t.b[:0], t.b[len(t.b)-t.most:]...)
	}
	return len(b), nil
}

// findSeal finds the last seal of a file.
func findSeal(b []byte) (parsedSeal, int) {
	for to := len(b); ; {
		at := bytes.LastIndex(b[:to], []byte(sealVersion+"."))
		if at < 0 {
			return parsedSeal{}, -1
		}
		if s, ok := parseSeal(b[at:]); ok && !bytes.HasSuffix(b[:at], []byte(partSeal(""))) {
			return s, at
		}
		to = at
	}
}

// damagedSeal is where a seal begins that cannot be read, or else 0. It goes back
// from the last run of digits as long as a hash, over a stray byte here and there.
func damagedSeal(b []byte) int {
	digit := func(i int) bool {
		c := b[i]
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c == '.' || c == 'v'
	}
	run := 0
	for i := len(b) - 1; i >= 0; i-- {
		if run++; !digit(i) {
			run = 0
		}
		if run < sha256.Size {
			continue
		}
		for stray := i + 5; i > 0 && (digit(i-1) || stray-i >= 5); i-- {
			if !digit(i - 1) {
				stray = i - 1
			}
		}
		return i
	}
	return 0
}

// replacing writes on what it is given, with the token in the place of the seal.
type replacing struct {
	to         io.Writer
	n          int64
	at, length int64
	token      []byte
}

func (r *replacing) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		switch {
		case r.n < r.at:
			some := b[:min(int64(len(b)), r.at-r.n)]
			_, _ = r.to.Write(some)
			r.n += int64(len(some))
			b = b[len(some):]
			if r.n == r.at {
				_, _ = r.to.Write(r.token)
			}
		case r.n < r.at+r.length:
			if r.n == 0 { // the file begins with its seal
				_, _ = r.to.Write(r.token)
			}
			some := min(int64(len(b)), r.at+r.length-r.n)
			r.n += some
			b = b[some:]
		default:
			_, _ = r.to.Write(b)
			r.n += int64(len(b))
			b = nil
		}
	}
	return n, nil
}

// places finds where what is read is not what the marks say.
type places struct {
	*pieces
	seal  *parsedSeal
	group []groupAt // of each mark
	line  int64
	open  bool // the last line has no end
}

// groupAt is where a mark begins.
type groupAt struct{ at, line int64 }

// Write hashes piece by piece, to know where each group begins.
func (p *places) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		if len(p.piece) == 0 && p.n>>p.seal.level >= int64(len(p.group)) {
			p.group = append(p.group, groupAt{p.bytes, p.line})
		}
		end, _ := p.cut(b)
		p.line += int64(bytes.Count(b[:end], []byte("\n")))
		_, _ = p.pieces.Write(b[:end])
		p.open = b[end-1] != '\n'
		b = b[end:]
	}
	return n, nil
}

// problems says where the file differs from its seal: at most one place, since
// behind it pieces may be others than they were. seal is where that stands, and
// more how much longer it is than its token.
func (p *places) problems(seal, more int64) []string {
	marks, sum := p.marks()
	same := sum == p.seal.sum
	first := -1
	for i := range max(len(marks), len(p.seal.marks)) {
		if i >= len(marks) || i >= len(p.seal.marks) || marks[i] != p.seal.marks[i] {
			first = i
			break
		}
	}
	own := fmt.Sprintf("bytes %d to %d: the seal itself is not what was written; the rest is", seal, seal+int64(p.seal.length))
	switch {
	case same && first < 0 && p.bytes == p.seal.bytes && p.n == p.seal.pieces && p.level == p.seal.level:
		return nil
	case same:
		return []string{own}
	case first < 0:
		return []string{fmt.Sprintf("bytes %d to %d: the seal is not what was written, or all of the file is not", seal, seal+int64(p.seal.length))}
	case first >= len(p.group):
		return []string{fmt.Sprintf("the end, behind line %d: lines are missing", p.line)}
	}
	from := p.group[first]
	to := groupAt{p.bytes, p.line}
	if p.open {
		to.line++
	}
	if first+1 < len(p.group) {
		to = p.group[first+1]
	}
	// Behind the seal places are later by as much as it is longer.
	if from.at > seal {
		from.at += more
	}
	if to.at > seal {
		to.at += more
	}
	to.line = max(to.line, from.line+1) // a piece may be less than a line
	lines := fmt.Sprintf("line %d", from.line+1)
	if to.line > from.line+1 {
		lines = fmt.Sprintf("lines %d to %d", from.line+1, to.line)
	}
	return []string{fmt.Sprintf("%s, bytes %d to %d: not what was written there", lines, from.at, to.at)}
}

// manifestIn finds the manifest at the end of a file, in the ways in which formats
// write it.
func manifestIn(b []byte) *Manifest {
	const begins = `{"profile":"data-package"`
	for _, way := range []struct {
		begins string
		read   func(string) string
	}{
		{begins, func(s string) string { return s }},
		{"{\n  \"profile\": \"data-package\"", func(s string) string { return s }},
		{strings.ReplaceAll(begins, `"`, "&quot;"), html.UnescapeString},
		{strings.ReplaceAll(begins, `"`, `\"`), func(s string) string {
			var line string
			s, _, _ = strings.Cut(s, "\"}\n")
			if json.Unmarshal([]byte(`"`+s+`"`), &line) != nil {
				return ""
			}
			return line
		}},
	} {
		if at := bytes.LastIndex(b, []byte(way.begins)); at >= 0 {
			if m := readManifest(strings.NewReader(way.read(string(b[at:])))); m != nil {
				return m
			}
		}
	}
	return manifestInZip(b)
}

// readManifest reads a manifest that says what it is of.
func readManifest(from io.Reader) *Manifest {
	var m Manifest
	if json.NewDecoder(from).Decode(&m) != nil || m.Onrecord.Content == "" {
		return nil
	}
	return &m
}

// manifestInZip reads datapackage.json, if the end of a zip holds it.
func manifestInZip(b []byte) *Manifest {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil
	}
	f, err := z.Open(packageFile)
	if err != nil {
		return nil
	}
	defer f.Close()
	return readManifest(f)
}
