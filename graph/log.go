package graph

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// encode is the stored form of a log entry:
//
//	time 8 (microseconds since 1970) | agent | method | reason | key | chain 32 | (op 1 | ref uvarint)*
//
// where each text stands behind its length as uvarint.
func (l *Logged) encode() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(l.Time.UnixMicro()))
	for _, s := range []string{l.Agent, l.Method, l.Reason, l.Key} {
		b = appendString(b, s)
	}
	b = append(b, l.Chain[:]...)
	for _, c := range l.Changes {
		b = binary.AppendUvarint(append(b, byte(c.Op)), uint64(c.Ref))
	}
	return b
}

func parseLogged(seq uint64, b []byte) (*Logged, error) {
	bad := func() (*Logged, error) { return nil, corrupt(logKey(seq), "no log entry") }
	if len(b) < 8 {
		return bad()
	}
	l := &Logged{Seq: seq, Time: time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC()}
	b = b[8:]
	for _, s := range []*string{&l.Agent, &l.Method, &l.Reason, &l.Key} {
		var err error
		if *s, b, err = parseString(b); err != nil {
			return bad()
		}
	}
	if len(b) < len(l.Chain) {
		return bad()
	}
	b = b[copy(l.Chain[:], b):]
	for len(b) > 0 {
		r, n := binary.Uvarint(b[1:])
		if n <= 0 || b[0] == 0 || Op(b[0]) > Redact || Ref(r) > maxRef {
			return bad()
		}
		l.Changes = append(l.Changes, Changed{Op(b[0]), Ref(r)})
		b = b[1+n:]
	}
	return l, nil
}

// chainHash is the hash by which an entry commits to itself and to every entry
// before it. The input is
//
//	chain of the entry before 32 | seq 8 | time 8 | agent | method | reason | key | content hash 32 *
//
// with each text behind its length as a big-endian uint32; the first entry's
// predecessor is all zeros. Content hashes outlive a redaction, so the chain
// does too.
func chainHash(before [32]byte, l *Logged, contents [][32]byte) [32]byte {
	h := sha256.New()
	h.Write(before[:])
	b := binary.BigEndian.AppendUint64(nil, l.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Time.UnixMicro()))
	for _, s := range []string{l.Agent, l.Method, l.Reason, l.Key} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	h.Write(b)
	for _, c := range contents {
		h.Write(c[:])
	}
	return [32]byte(h.Sum(nil))
}

const headSize = 8 + 8 + 8 + 32

func (h Head) encode() []byte {
	b := make([]byte, 0, headSize)
	b = binary.BigEndian.AppendUint64(b, h.Seq)
	var us uint64
	if !h.Time.IsZero() {
		us = uint64(h.Time.UnixMicro())
	}
	b = binary.BigEndian.AppendUint64(b, us)
	b = binary.BigEndian.AppendUint64(b, uint64(h.Next))
	return append(b, h.Chain[:]...)
}

func parseHead(b []byte) (Head, error) {
	if len(b) != headSize {
		return Head{}, corrupt(metaKey("head"), "no head")
	}
	h := Head{Seq: binary.BigEndian.Uint64(b), Next: Ref(binary.BigEndian.Uint64(b[16:])), Chain: [32]byte(b[24:])}
	if us := binary.BigEndian.Uint64(b[8:]); us != 0 {
		h.Time = time.UnixMicro(int64(us)).UTC()
	}
	return h, nil
}
