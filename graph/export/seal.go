package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// A seal lets whoever has an export, and nothing else, find out whether any byte of
// it was changed, and where. The file is cut into pieces, each up to a line feed or
// 4096 bytes long; behind the first 8000 of them, up to the line feed after 4096
// bytes, or 8192 bytes long. As many pieces in a row are a group that there are not
// too many groups: in a file of less than 8000 lines each line is one.
//
//	v1.BYTES.PIECES.LEVEL.SHA256.MARKS
//
// LEVEL says that a group is of 2^LEVEL pieces. The hash of one piece is its SHA-256,
// that of more is the SHA-256 of the hashes of both halves. SHA256 is over the hashes
// of all groups, and MARKS are the first 8 digits of each, by which the place is found.
//
// The seal stands in the manifest, or in the comment of a zip. It is of the file
// as it was with [sealToken] in its place. In a zip, which says how long its comment
// is, the token is filled up with x and the seal with points to the same length.
//
// A seal is no signature: who changes a file on purpose makes another seal.
const (
	sealVersion = "v1"
	sealToken   = "ONRECORDSEAL"
	pieceBytes  = 4096
	markDigits  = 8
	maxMarks    = 8000 // a zip's comment holds them
)

// pieces hashes what is written to it.
type pieces struct {
	bytes   int64
	n       int64 // pieces that are complete
	piece   []byte
	most    int // groups, at most; 0 means any
	level   int
	pending [][sha256.Size]byte // by level below; as many as there are ones in n, modulo 2^level
	groups  [][sha256.Size]byte
}

func newPieces() *pieces { return &pieces{most: maxMarks} }

func (p *pieces) Write(b []byte) (int, error) {
	p.bytes += int64(len(b))
	n := len(b)
	for len(b) > 0 {
		end, whole := p.cut(b)
		switch {
		case whole && len(p.piece) == 0:
			p.add(sha256.Sum256(b[:end]))
		case whole:
			p.piece = append(p.piece, b[:end]...)
			p.add(sha256.Sum256(p.piece))
			p.piece = p.piece[:0]
		default:
			p.piece = append(p.piece, b[:end]...)
		}
		b = b[end:]
	}
	return n, nil
}

// cut says how much of b belongs to the piece at hand, and whether that is whole then.
func (p *pieces) cut(b []byte) (end int, whole bool) {
	least, most := 0, pieceBytes-len(p.piece)
	if p.n >= maxMarks {
		least, most = most, most+pieceBytes
	}
	end = min(len(b), most)
	if from := max(0, least-1); from < end {
		if i := bytes.IndexByte(b[from:end], '\n'); i >= 0 {
			return from + i + 1, true
		}
	}
	return end, end == most
}

func join(a, b [sha256.Size]byte) [sha256.Size]byte {
	var both [2 * sha256.Size]byte
	copy(both[copy(both[:], a[:]):], b[:])
	return sha256.Sum256(both[:])
}

func (p *pieces) add(h [sha256.Size]byte) {
	p.n++
	for i := range p.level {
		if p.n>>i&1 == 1 {
			p.pending = append(p.pending, h)
			return
		}
		h = join(p.pending[len(p.pending)-1], h)
		p.pending = p.pending[:len(p.pending)-1]
	}
	if p.groups = append(p.groups, h); len(p.groups) == p.most {
		p.halve()
	}
}

// halve makes one group of each two.
func (p *pieces) halve() {
	to := p.groups[:0]
	for i := 0; i+1 < len(p.groups); i += 2 {
		to = append(to, join(p.groups[i], p.groups[i+1]))
	}
	if len(p.groups)%2 == 1 {
		p.pending = append([][sha256.Size]byte{p.groups[len(p.groups)-1]}, p.pending...)
	}
	p.groups = to
	p.level++
}

// end ends the last piece and the last group.
func (p *pieces) end() {
	if len(p.piece) > 0 {
		p.add(sha256.Sum256(p.piece))
		p.piece = p.piece[:0]
	}
}

// digests are the hashes of all groups, the last of which may not be full.
func (p *pieces) digests() [][sha256.Size]byte {
	out := slices.Clone(p.groups)
	if n := len(p.pending); n > 0 {
		h := p.pending[n-1]
		for i := n - 2; i >= 0; i-- {
			h = join(p.pending[i], h)
		}
		out = append(out, h)
	}
	return out
}

// marks are the beginnings of the hashes of all groups, and sum a hash over all of them.
func (p *pieces) marks() (marks []string, sum string) {
	all := sha256.New()
	for _, d := range p.digests() {
		all.Write(d[:])
		marks = append(marks, hex.EncodeToString(d[:markDigits/2]))
	}
	return marks, hex.EncodeToString(all.Sum(nil))
}

// seal is the seal, with at most so many digits; 0 means any.
func (p *pieces) seal(most int) string {
	p.end()
	for {
		marks, sum := p.marks()
		s := fmt.Sprintf("%s.%d.%d.%d.%s.%s", sealVersion, p.bytes, p.n, p.level, sum, strings.Join(marks, ""))
		if most == 0 || len(s) <= most || len(marks) < 2 {
			return s
		}
		p.halve()
	}
}

// sealer writes a file, and its seal into it where its token stands. From hold on
// it keeps back what is written, since the token may be in it.
type sealer struct {
	to      io.Writer
	pieces  *pieces
	holding bool
	held    []byte
	room    int // what a zip has for its comment
}

func newSealer(to io.Writer) *sealer { return &sealer{to: to, pieces: newPieces()} }

func (s *sealer) Write(b []byte) (int, error) {
	if s.holding {
		s.held = append(s.held, b...)
		return len(b), nil
	}
	_, _ = s.pieces.Write(b)
	return s.to.Write(b)
}

func (s *sealer) hold() { s.holding = true }

// comment is what stands in a zip's comment until it is sealed. What follows is
// not more than the end of a zip with few files.
func (s *sealer) comment() string {
	s.hold()
	s.room = min(len(s.pieces.groups)+1024, maxMarks)*markDigits + 160
	return sealToken + strings.Repeat("x", s.room-len(sealToken))
}

// end puts the seal in its place and writes what was held.
func (s *sealer) end() error {
	at := bytes.LastIndex(s.held, []byte(sealToken))
	if at < 0 {
		_, err := s.to.Write(s.held)
		return err
	}
	_, _ = s.pieces.Write(s.held)
	length := len(sealToken)
	seal := s.pieces.seal(max(0, s.room-1))
	if s.room > 0 {
		length = s.room
		seal += strings.Repeat(".", s.room-len(seal))
	}
	for _, b := range [][]byte{s.held[:at], []byte(seal), s.held[at+length:]} {
		if _, err := s.to.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// sealed is a small file with its seal.
func sealed(b []byte) []byte {
	var out bytes.Buffer
	s := newSealer(&out)
	s.hold()
	_, _ = s.Write(b)
	_ = s.end() // a buffer takes everything
	return out.Bytes()
}

// partSeal is the seal of a file that stands in another one, where it must not be
// taken for that one's.
func partSeal(s string) string { return "part-" + s }

// parsedSeal is a seal as read.
type parsedSeal struct {
	bytes, pieces int64
	level         int
	sum           string
	marks         []string
	length        int // of the whole of it, in bytes
	padded        bool
}

// parseSeal reads a seal at the beginning of b.
func parseSeal(b []byte) (s parsedSeal, ok bool) {
	end := 0
	for end < len(b) && (b[end] == '.' || b[end] == 'v' && end == 0 || b[end] >= '0' && b[end] <= '9' || b[end] >= 'a' && b[end] <= 'f') {
		end++
	}
	text := string(b[:end])
	bare := strings.TrimRight(text, ".")
	s.length, s.padded = len(text), len(bare) < len(text)
	parts := strings.Split(bare, ".")
	if len(parts) != 6 || parts[0] != sealVersion || len(parts[4]) != 2*sha256.Size || len(parts[5])%markDigits != 0 {
		return s, false
	}
	var errs [3]error
	s.bytes, errs[0] = strconv.ParseInt(parts[1], 10, 62)
	s.pieces, errs[1] = strconv.ParseInt(parts[2], 10, 62)
	s.level, errs[2] = strconv.Atoi(parts[3])
	for _, err := range errs {
		if err != nil {
			return s, false
		}
	}
	if s.level < 0 || s.level > 50 || fmt.Sprintf("%s.%d.%d.%d", sealVersion, s.bytes, s.pieces, s.level) != strings.Join(parts[:4], ".") {
		return s, false
	}
	s.sum = parts[4]
	for m := parts[5]; m != ""; m = m[markDigits:] {
		s.marks = append(s.marks, m[:markDigits])
	}
	// Bytes that are no digits would end it early.
	return s, int64(len(s.marks)) == (s.pieces+1<<s.level-1)>>s.level
}

// token is what stood in the place of the seal.
func (s *parsedSeal) token() []byte {
	if !s.padded {
		return []byte(sealToken)
	}
	return []byte(sealToken + strings.Repeat("x", max(0, s.length-len(sealToken))))
}
