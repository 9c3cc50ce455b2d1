package graph

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// someProps has a value of every type of property, by the kind that declares it.
func someProps() map[vocab.NodeKind]Props {
	place := Span{Capture: ID{7}, Span: span.Span{Start: 3, End: 5, ByteStart: 4, ByteEnd: 10}, Hash: [8]byte{1, 2}}
	home := place
	home.Capture = ID{1}
	return map[vocab.NodeKind]Props{
		vocab.Source:  {"title": "Ä 🗞️", "url": "https://a.example/", "published": edtf.When{Written: "Monday", Weekday: 1}, "genre": "POST", "gaps": []GapNote{{"OTHER", "x"}, {"YEAR_UNKNOWN", ""}}},
		vocab.Capture: {"sha256": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "capturedAt": time.Date(1969, 5, 1, 1, 2, 3, 4000, time.UTC), "paragraphs": []Span{place, home}, "times": []Marked{{When: edtf.When{EDTF: edtf.MustParse("XXXX-05-08")}, Place: home, Genre: "deictic", Note: "n"}}},
		vocab.Speaker: {"names": []Name{{"A", "en", "Latn"}, {"ب", "", ""}}, "type": "STATE", "sameAs": []string{"https://b.example", "http://c.example/x"}},
		vocab.Claim:   {"text": "x", "type": "POSITION", "horizon": edtf.When{EDTF: edtf.MustParse("2018-07-30/.."), NotAfter: edtf.MustParse("2020"), Resolution: &edtf.Resolution{EDTF: edtf.MustParse("2018-08/2019"), Rule: "r"}}},
	}
}

func TestPropsRoundTrip(t *testing.T) {
	for k, p := range someProps() {
		b := appendProps(nil, k.Node().All(), p, ID{1})
		got, err := parseProps(b, k.Node().All(), ID{1})
		if err != nil {
			t.Errorf("%s: %v", k, err)
			continue
		}
		if again := appendProps(nil, k.Node().All(), got, ID{1}); !bytes.Equal(again, b) {
			t.Errorf("%s: %x reads as %v, which is %x", k, b, got, again)
		}
		if len(got) != len(p) {
			t.Errorf("%s: got %v, want %v", k, got, p)
		}
		for n := range b { // no beginning of it is taken for more than it is
			if part, err := parseProps(b[:n], k.Node().All(), ID{1}); err == nil && len(part) >= len(got) {
				t.Errorf("%s: %d bytes of %d read as the whole", k, n, len(b))
			}
		}
	}
}

// Whatever stands in the store, reading it gives an error or a value, never a
// panic; a value that is written again is the same bytes, or reads the same.
func FuzzStored(f *testing.F) {
	for k, p := range someProps() {
		b := appendProps(nil, k.Node().All(), p, ID{1})
		f.Add(uint8(k), b)
		e := &entity{ref: 1, kind: uint8(k), id: ID{1}, body: b}
		f.Add(uint8(k), cell{since: 9, older: true, payload: e.encode()}.encode())
		e.body, e.redacted = e.redact(), true
		f.Add(uint8(k), cell{since: 1 << 40, payload: e.encode()}.encode())
	}
	edge := &entity{ref: 3, edge: true, kind: uint8(vocab.QuotedIn), id: ID{2}, from: 1, to: 2}
	f.Add(uint8(2), cell{since: 2, payload: edge.encode()}.encode())
	l := &Logged{Seq: 1, Time: time.Unix(1, 0), Agent: "a", Method: "m", Reason: "r", Key: "k", Changes: []Changed{{PutNode, 1}, {Redact, 1 << 39}}}
	f.Add(uint8(1), l.encode())
	f.Add(uint8(1), Head{Seq: 1, Time: time.Unix(1, 0), Next: 3}.encode())
	f.Add(uint8(1), encodeCount([statuses]int64{1, 0, 3, 0, 0}))
	f.Add(uint8(1), mask{spans: []span.Span{{Start: 1, End: 2, ByteStart: 1, ByteEnd: 2}}}.encode())
	f.Add(uint8(1), linkKey(42, wayOf(vocab.Expresses, In), undated, 43, 44))
	f.Fuzz(func(t *testing.T, kind uint8, b []byte) {
		if n := vocab.NodeKind(kind).Node(); n != nil {
			fuzzProps(t, n.All(), b)
		}
		if e := vocab.EdgeKind(kind).Edge(); e != nil {
			fuzzProps(t, e.All(), b)
		}
		if c, err := parseCell(nil, b); err == nil {
			fuzzEntity(t, &c)
			if again, err := parseCell(nil, c.encode()); err != nil || again.since != c.since || again.gone != c.gone || !bytes.Equal(again.payload, c.payload) {
				t.Errorf("cell %+v reads as %+v, %v", c, again, err)
			}
		}
		if l, err := parseLogged(1, b); err == nil {
			if again, err := parseLogged(1, l.encode()); err != nil || !again.Time.Equal(l.Time) || again.Chain != l.Chain || len(again.Changes) != len(l.Changes) {
				t.Errorf("log entry %+v reads as %+v, %v", l, again, err)
			}
		}
		if h, err := parseHead(b); err == nil && !bytes.Equal(h.encode(), b) {
			t.Errorf("head %x reads as %+v", b, h)
		}
		parseMask(nil, b)
		parseCount(nil, b)
		parseChunk(nil, b)
		splitLink(b)
		readRef(nil, b)
		if len(b) > 0 {
			owner(b)
		}
		newLink(found{key: b, payload: []byte{1, 2, 3}})
		entityAt(b, b)
	})
}

func fuzzProps(t *testing.T, all []vocab.Property, b []byte) {
	for tag := range uint8(130) {
		storedValue(b, tag)
	}
	p, err := parseProps(b, all, ID{1})
	if err != nil {
		return
	}
	once := appendProps(nil, all, p, ID{1})
	again, err := parseProps(once, all, ID{1})
	if err != nil {
		t.Fatalf("%x reads as %v, which is written as %x and does not read: %v", b, p, once, err)
	}
	if twice := appendProps(nil, all, again, ID{1}); !bytes.Equal(once, twice) {
		t.Errorf("%x reads as %v, which is written as %x and then as %x", b, p, once, twice)
	}
}

func fuzzEntity(t *testing.T, c *cell) {
	e, err := parseEntity(1, c)
	if err != nil {
		return
	}
	if !bytes.Equal(e.encode(), c.payload) {
		t.Errorf("entity %x reads as %+v", c.payload, e)
	}
	e.props()
	e.contentHash(PutNode, ID{}, ID{})
	e.contentHash(Redact, ID{}, ID{})
	if e.edge {
		e.status()
		e.quoted()
		edgeEntries(e, &entity{kind: 1}, &entity{kind: 2})
		return
	}
	e.date()
	if _, err := e.node(); err != nil {
		return
	}
	nodeEntries(e)
	if !e.redacted {
		r := *e
		r.body, r.redacted = e.redact(), true
		if _, err := parseEntity(1, &cell{since: 1, payload: r.encode()}); err != nil {
			t.Errorf("entity %x cannot be read when it is redacted: %v", c.payload, err)
		}
	}
}

// Keys sort as what they stand for does.
func TestKeysSort(t *testing.T) {
	day := func(s string) sortKey { return dateKey(edtf.When{EDTF: edtf.MustParse(s)}) }
	in := wayOf(vocab.Expresses, In)
	keys := [][]byte{
		linkKey(1, in, day("1979"), 9, 9), linkKey(1, in, day("2015"), 8, 8), linkKey(1, in, day("2018-05-08"), 7, 7),
		linkKey(1, in, day("2018-05-08"), 7, 256), linkKey(1, in, day("2018-05-08"), 256, 1), linkKey(1, in, undated, 1, 1),
		linkKey(1, wayOf(vocab.Before, Out), undated, 9, 1), linkKey(1, wayOf(vocab.Before, Out), undated, 1, 2),
		linkKey(256, in, day("1979"), 1, 1), linkKey(maxRef, in, day("1979"), 1, 1),
	}
	for i := range keys[1:] {
		if bytes.Compare(keys[i], keys[i+1]) >= 0 {
			t.Errorf("key %d %x is not before key %d %x", i, keys[i], i+1, keys[i+1])
		}
	}
	for _, r := range []Ref{0, 1, 255, 256, 1 << 32, maxRef} {
		if got := parseRef(appendRef(nil, r)); got != r {
			t.Errorf("%d reads as %d", r, got)
		}
	}
	if a, b := historyKey(entityKey(1), 2), historyKey(entityKey(1), 1); bytes.Compare(a, b) >= 0 {
		t.Error("the newer version does not come first")
	}
	if k := historyKey([]byte("x"), 5); ^binary.BigEndian.Uint64(k[len(k)-8:]) != 5 {
		t.Errorf("%x", k)
	}
}
