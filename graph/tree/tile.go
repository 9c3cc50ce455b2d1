package tree

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is that of C2SP: a tile is 256 hashes wide.
const tileHeight = 8

// TileWidth is how many hashes, or leaves, a full tile has.
const TileWidth = 1 << tileHeight

// Tile names a row of hashes, or of leaves.
type Tile struct {
	Leaves bool // of leaves, whose level is 0
	Level  int  // of tiles: their hashes are of subtrees of 256^Level leaves
	N      uint64
	Width  int // 1 to 256
}

// maxLevel is the highest level of tiles.
const maxLevel = 5

// ParseTile reads the path of a tile: tile/LEVEL/N or tile/entries/N, and .p/WIDTH
// behind it where it is not full. N is in groups of three digits, of which all but
// the last have an x before them: tile/0/x001/x234/067. No tile has two paths.
func ParseTile(path string) (t Tile, err error) {
	wrong := fmt.Errorf("%.80q is no path of a tile; they are as tile/0/x001/067 or tile/entries/000.p/7", path)
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || len(path) > 100 {
		return t, wrong
	}
	if more, leaves := strings.CutPrefix(rest, "entries/"); leaves {
		t.Leaves, rest = true, "data/"+more
	} else if strings.HasPrefix(rest, "data/") {
		return t, wrong // what tlog calls entries
	}
	read, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, rest))
	if err != nil || read.L > maxLevel || read.N < 0 || read.W < 1 {
		return t, wrong
	}
	t.Level, t.N, t.Width = max(read.L, 0), uint64(read.N), read.W
	// Beyond that no tree reaches, and the arithmetic of places would not either.
	if t.N >= maxSize || t.last() > math.MaxInt64 {
		return t, wrong
	}
	return t, nil
}

// Path is the path of the tile.
func (t Tile) Path() string {
	x := tlog.Tile{H: tileHeight, L: t.Level, N: int64(t.N), W: t.Width}
	if t.Leaves {
		x.L = -1
	}
	rest := strings.TrimPrefix(x.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if t.Leaves {
		rest = strings.Replace(rest, "data/", "entries/", 1)
	}
	return "tile/" + rest
}

// last is the revision that completes the tile.
func (t Tile) last() uint64 {
	n := t.N*TileWidth + uint64(t.Width)
	for range t.Level * tileHeight {
		if n > math.MaxUint64/2 {
			return math.MaxUint64
		}
		n *= 2
	}
	return n
}

// In reports whether a tree of so many revisions has the tile.
func (t Tile) In(size uint64) bool { return t.last() <= size }

// Hashes names what is in a tile of hashes.
func (t Tile) Hashes() []At {
	at := make([]At, t.Width)
	for i := range at {
		at[i] = At{t.Level * tileHeight, (t.N*TileWidth + uint64(i) + 1) << (t.Level * tileHeight)}
	}
	return at
}

// Seqs names the revisions of a tile of leaves.
func (t Tile) Seqs() []uint64 {
	seqs := make([]uint64, t.Width)
	for i := range seqs {
		seqs[i] = t.N*TileWidth + uint64(i) + 1
	}
	return seqs
}

// Row is the content of a tile of hashes.
func Row(hs []Hash) []byte {
	b := make([]byte, 0, len(hs)*len(Hash{}))
	for _, h := range hs {
		b = append(b, h[:]...)
	}
	return b
}

// Bundle is the content of a tile of leaves: each behind its length as a
// big-endian uint16.
func Bundle(ls []Leaf) []byte {
	b := make([]byte, 0, len(ls)*(2+leafSize))
	for _, l := range ls {
		b = binary.BigEndian.AppendUint16(b, leafSize)
		b = append(b, l.Encode()...)
	}
	return b
}

// ParseBundle reads the content of a tile of leaves.
func ParseBundle(b []byte) (ls []Leaf, err error) {
	for len(b) > 0 {
		if len(b) < 2+leafSize || binary.BigEndian.Uint16(b) != leafSize {
			return nil, fmt.Errorf("leaf %d of the bundle is not whole", len(ls)+1)
		}
		l, err := ParseLeaf(b[2 : 2+leafSize])
		if err != nil {
			return nil, fmt.Errorf("leaf %d of the bundle: %w", len(ls)+1, err)
		}
		ls, b = append(ls, l), b[2+leafSize:]
	}
	return ls, nil
}
