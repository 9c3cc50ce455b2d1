package postings

import "slices"

// match is a document that has the terms.
type match struct {
	ord uint32
	doc
	freqs []uint32 // of each group that scores
	score float64
}

// stream yields the matches of one segment in the order of the search. It does
// no I/O: what it lacks, [search.fill] reads for all streams at once.
type stream struct {
	mem *memSegment // nil for a stored segment
	seg segment

	groups  []*union // all must match
	scoring int      // so many of them count towards the score
	not     *union   // must not match

	spans  [][2]uint32 // of ordinals still to be looked at, in the order of the search
	back   bool        // each from its end
	window uint32      // of ordinals that the next stretch has, going back
	open   bool        // there is a stretch: [pos, high)
	primed bool        // its lists were asked for
	pos    uint32
	high   uint32

	found []match // in the stretch, not handed out yet
	out   []match // handed out; those before next were taken
	next  int
	batch int // how many matches to look for at once
	done  bool
	arena []uint32 // for the frequencies of matches
}

// collect looks for matches in the pages that are at hand, and hands out some,
// or is done, or adds the cursors that lack a page to needs.
func (s *stream) collect(scores bool, needs *[]*cursor) error {
	for {
		for s.open {
			if !s.primed {
				s.prime(s.pos, needs)
				if s.primed = true; len(*needs) > 0 {
					return nil
				}
			}
			if !s.back && len(s.found) >= s.batch {
				break
			}
			st, err := s.step(scores, needs)
			switch {
			case err != nil:
				return err
			case st == blocked && (s.back || len(s.found) == 0):
				return nil
			case st == blocked:
				*needs = nil // first what there is
				s.handOut()
				return nil
			case st == ended:
				s.open = false
			}
		}
		if len(s.found) > 0 {
			if s.back {
				slices.Reverse(s.found)
			}
			s.handOut()
			return nil
		}
		if len(s.spans) == 0 {
			s.done = true
			return nil
		}
		s.openStretch()
	}
}

func (s *stream) handOut() {
	s.out, s.found, s.next = s.found, s.out[:0], 0
	s.batch = min(2*s.batch, 1024)
}

// openStretch begins the next stretch of ordinals. Going up that is a whole
// span. Going back it is a window at the span's end, each four times the last,
// because lists are read upwards only.
func (s *stream) openStretch() {
	sp := &s.spans[0]
	s.pos, s.high = sp[0], sp[1]
	if s.back {
		if s.high-s.pos > s.window {
			s.pos = s.high - s.window
		}
		s.window *= 4
		s.rewind()
	}
	if sp[1] = s.pos; !s.back || sp[0] == sp[1] {
		s.spans = s.spans[1:]
	}
	s.open = s.pos < s.high
}

// rewind puts the cursors back to the beginning of their lists.
func (s *stream) rewind() {
	for _, u := range append(s.groups[:len(s.groups):len(s.groups)], s.not) {
		for i, c := range u.cursors {
			if s.mem != nil {
				c.i = 0
			} else {
				u.cursors[i] = &cursor{term: c.term, most: c.most}
			}
		}
	}
	s.primed = false
}

// prime asks for the pages of all lists from an ordinal on.
func (s *stream) prime(from uint32, needs *[]*cursor) {
	for _, u := range append(s.groups[:len(s.groups):len(s.groups)], s.not) {
		for _, c := range u.cursors {
			if !c.final && len(c.blocks) == 0 && len(c.ords) == 0 {
				c.want = from
				*needs = append(*needs, c)
			}
		}
	}
}

// step looks for one match in [pos, high).
func (s *stream) step(scores bool, needs *[]*cursor) (state, error) {
	for agreed := 0; agreed < len(s.groups); {
		for _, u := range s.groups {
			st, err := u.seek(s.pos, needs)
			if err != nil || st != found {
				return st, err
			}
			if u.at == s.pos {
				if agreed++; agreed == len(s.groups) {
					break
				}
				continue
			}
			if s.pos, agreed = u.at, 1; s.pos >= s.high {
				return ended, nil
			}
		}
	}
	if s.pos >= s.high {
		return ended, nil
	}
	if len(s.not.cursors) > 0 {
		st, err := s.not.seek(s.pos, needs)
		if err != nil || st == blocked {
			return st, err
		}
		if st == found && s.not.at == s.pos {
			s.pos++
			return found, nil
		}
	}
	m := match{ord: s.pos}
	if scores {
		if len(s.arena) < s.scoring {
			s.arena = make([]uint32, 128*s.scoring)
		}
		m.freqs, s.arena = s.arena[:s.scoring:s.scoring], s.arena[s.scoring:]
		for i := range m.freqs {
			m.freqs[i] = s.groups[i].freq()
		}
	}
	s.found = append(s.found, m)
	s.pos++
	return found, nil
}

// bounds returns the spans of ordinals that may hold what the query wants, in
// its order. The table has every nth document of the segment, the first
// included.
func (q *Query) bounds(table []doc, n, docs, dated uint32) [][2]uint32 {
	first := func(f func(*doc) bool) uint32 { // f holds for a prefix of the documents
		lo, hi := 0, len(table)
		for lo < hi {
			if mid := (lo + hi) / 2; f(&table[mid]) {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		return uint32(lo)
	}
	// The documents for which f holds end between the last of the table for
	// which it does, and the next.
	low := func(f func(*doc) bool) uint32 {
		if i := first(f); i > 0 {
			return (i-1)*n + 1
		}
		return 0
	}
	high := func(f func(*doc) bool) uint32 { return min(n*first(f), docs) }
	lo, hi := uint32(0), docs
	if q.dateBound() {
		hi = dated
		if q.To != (Key{}) {
			lo = low(func(d *doc) bool { return compareKeys(d.key, q.To) <= 0 })
		}
		if q.From != (Key{}) {
			hi = min(hi, high(func(d *doc) bool { return compareKeys(d.key, q.From) <= 0 }))
		}
	}
	var after *doc
	if q.After != nil {
		after = &doc{id: q.After.ID, version: q.After.Version, key: q.After.Key}
	}
	switch {
	case q.Order == Newest && after != nil:
		lo = max(lo, low(func(d *doc) bool { return d.compare(after) <= 0 }))
	case q.Order == Oldest:
		dHi, uHi := min(hi, dated), hi
		if after != nil {
			at := high(func(d *doc) bool { return d.compare(after) < 0 })
			if after.key == Undated {
				dHi, uHi = 0, min(uHi, at)
			} else {
				dHi = min(dHi, at)
			}
		}
		return spans([2]uint32{lo, dHi}, [2]uint32{max(lo, dated), uHi})
	}
	return spans([2]uint32{lo, hi})
}

func spans(all ...[2]uint32) (out [][2]uint32) {
	for _, s := range all {
		if s[0] < s[1] {
			out = append(out, s)
		}
	}
	return out
}

func (q *Query) dateBound() bool { return q.From != (Key{}) || q.To != (Key{}) }

// wants tells whether the document itself is one that the query asks for.
func (q *Query) wants(d *doc) bool {
	switch {
	case d.removed,
		q.MaxVersion > 0 && d.version > q.MaxVersion,
		len(q.Kinds) > 0 && !slices.Contains(q.Kinds, d.kind),
		q.dateBound() && d.key == Undated,
		q.From != (Key{}) && compareKeys(d.key, q.From) > 0,
		q.To != (Key{}) && compareKeys(d.key, q.To) <= 0:
		return false
	}
	if q.After != nil && q.Order != ByScore {
		after := &doc{id: q.After.ID, version: q.After.Version, key: q.After.Key}
		if q.Order == Newest {
			return d.compare(after) > 0
		}
		return d.compareOldest(after) > 0
	}
	return true
}
