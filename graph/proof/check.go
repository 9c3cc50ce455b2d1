package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/cite"
	"github.com/onrecord/onrecord/graph/tree"
)

// Checked is what checking a citation gave.
type Checked struct {
	Citation   *Citation // nil where it cannot be read
	Work       *cite.Work
	Checkpoint tree.Checkpoint
	Times      []int64  // when the revisions were recorded, in microseconds since 1970
	Problems   []string // empty where it is true
}

// maxCitation bounds what is read as a citation. What it cites may be a long text.
const maxCitation = 4 << 20

// IsCitation reports whether a file looks like a citation.
func IsCitation(b []byte) bool {
	return len(b) <= maxCitation && bytes.HasPrefix(b, []byte("[\n {\n")) && bytes.Contains(b, []byte(`"onrecord": {`))
}

// Check checks a citation with nothing but itself, and its signature where a key is
// given. Problems name their places.
func Check(b []byte, v *tree.Verifier) *Checked {
	out := new(Checked)
	wrong := func(format string, args ...any) { out.Problems = append(out.Problems, fmt.Sprintf(format, args...)) }
	var list []*Citation
	if err := tree.Strict(b, maxCitation, &list); err != nil {
		wrong("%v", err)
		return out
	}
	if len(list) != 1 || list[0] == nil {
		wrong("byte 0: %d citations, and one is what a file has", len(list))
		return out
	}
	c := list[0]
	p := &c.Custom.Proof
	if is := c.Encode(); !bytes.Equal(is, b) {
		wrong("byte %d: it is not written as it was", differ(is, b))
	}
	if p.Form != 1 {
		wrong("citation: form %d, and this program reads form 1", p.Form)
		return out
	}
	if len(p.Things) == 0 {
		wrong("things: none")
		return out
	}
	out.Citation = c
	var err error
	if out.Checkpoint, err = tree.ParseCheckpoint([]byte(p.Checkpoint), v); err != nil {
		wrong("checkpoint: %v", err)
	} else if p.AsOf != out.Checkpoint.Size {
		wrong("asOf: revision %d, and the checkpoint is of %d", p.AsOf, out.Checkpoint.Size)
	}
	leaves := make([]tree.Leaf, len(p.Revisions))
	for i, r := range p.Revisions {
		if leaves[i], err = tree.ParseLeaf(r.Leaf); err == nil {
			err = tree.CheckLeaf(out.Checkpoint.Root, leaves[i], r.Path)
		}
		if err != nil {
			wrong("revisions[%d]: %v", i, err)
		}
		out.Times = append(out.Times, leaves[i].Time)
	}
	used := make([]bool, len(leaves))
	for i, t := range p.Things {
		if err := t.check(leaves); err != nil {
			wrong("things[%d]%v", i, err)
		} else {
			used[t.Revision] = true
		}
	}
	if i := slices.Index(used, false); i >= 0 && len(out.Problems) == 0 {
		wrong("revisions[%d]: nothing is of it", i)
	}
	contents, err := c.contents()
	if err != nil {
		wrong("%v", err)
		return out
	}
	for _, problem := range c.checkSubject(contents) {
		wrong("%s", problem)
	}
	out.Work = c.work(contents)
	out.Work.Accessed = nil
	for _, problem := range differing(c.Item, out.Work.CSL()) {
		wrong("%s", problem)
	}
	if len(out.Problems) == 0 && c.sum() != p.Sum {
		wrong("base, accessed or sum: not what was written; all else is proven")
	}
	return out
}

// check says what is wrong with a thing, and with which part of it.
func (t *Thing) check(leaves []tree.Leaf) error {
	h, err := hex.DecodeString(t.Hash)
	switch {
	case err != nil || len(h) != sha256.Size:
		return fmt.Errorf(".hash: %.80q is no SHA-256", t.Hash)
	case t.Revision < 0 || t.Revision >= len(leaves):
		return fmt.Errorf(".revision: there is no revision %d", t.Revision)
	}
	if sum := sha256.Sum256(t.Content); t.Content != nil && !bytes.Equal(sum[:], h) {
		return fmt.Errorf(".content: it has the SHA-256 %x, not %s", sum, t.Hash)
	}
	if err := tree.CheckChange(leaves[t.Revision], t.Change, [32]byte(h), t.Path); err != nil {
		return fmt.Errorf(".hash, .change or .path: %w", err)
	}
	return nil
}

// checkSubject says what is wrong with what is said to be cited.
func (c *Citation) checkSubject(contents []*graph.Content) (problems []string) {
	p := &c.Custom.Proof
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if p.Content != "sha256:"+p.Things[0].Hash {
		wrong("content: it is %s, and that of the first thing sha256:%s", p.Content, p.Things[0].Hash)
	}
	first := contents[0]
	switch {
	case first == nil && (len(contents) < 2 || contents[1] == nil || contents[1].Op != graph.Redact || contents[1].Node.ID != p.Cited):
		wrong("things[0]: it has no content, and no redaction of %s is proven", p.Cited)
	case first != nil && (first.Node == nil || first.Node.ID != p.Cited || first.Op != graph.PutNode):
		wrong("cited: %s is not what the first thing is", p.Cited)
	}
	return problems
}

// differing names the fields of an item that are not what they must be. The day of
// access follows from nothing.
func differing(is, want cite.Item) (problems []string) {
	is.Accessed = nil
	fields := func(x cite.Item) (m map[string]json.RawMessage) {
		b, _ := json.Marshal(x) // texts and numbers are always JSON
		_ = json.Unmarshal(b, &m)
		return m
	}
	a, b := fields(is), fields(want)
	names := maps.Clone(a)
	maps.Copy(names, b)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !bytes.Equal(a[name], b[name]) {
			problems = append(problems, fmt.Sprintf("%s: it is %.200s, and by what is proven %.200s", name, orNothing(a[name]), orNothing(b[name])))
		}
	}
	return problems
}

func orNothing(b []byte) []byte {
	if b == nil {
		return []byte("nothing")
	}
	return b
}

// differ is where two texts begin to differ.
func differ(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
