package edtf

// Relation is how two dates stand to one another in time.
type Relation uint8

// The relations. Only [Before] and [After] are orders, and they are certain:
// whichever seconds the two dates turn out to be, one precedes the other.
const (
	// Unknown: an end that is not known could put either first.
	Unknown Relation = iota
	// Before: the latest second of the first precedes the earliest of the second.
	Before
	// After is Before seen from the other side.
	After
	// Same: both are known and are the same interval. It does not say that the
	// two happened together: of two events of one day, either may be first.
	Same
	// Overlaps: the intervals differ and share seconds whatever their unknown
	// ends are, so the dates do not order them.
	Overlaps
)

// String is the name of r in capitals.
func (r Relation) String() string {
	switch r {
	case Before:
		return "BEFORE"
	case After:
		return "AFTER"
	case Same:
		return "SAME"
	case Overlaps:
		return "OVERLAPS"
	}
	return "UNKNOWN"
}

// Compare says how a stands to b. It is a partial order: see [AppendSortKey]
// for a total one that a list can be kept in.
func Compare(a, b Interval) Relation {
	switch {
	case a.Before(b):
		return Before
	case b.Before(a):
		return After
	case a.Bounded() && b.Bounded():
		if a == b {
			return Same
		}
		return Overlaps
	}
	// An unknown latest may in truth be as early as the earliest, and the other
	// way round. If even then they share a second, the unknown end does not matter.
	a, okA := a.least()
	b, okB := b.least()
	if okA && okB && a.Overlaps(b) {
		return Overlaps
	}
	return Unknown
}

// least is the smallest interval that i may turn out to be once its unknown end
// is known; false if it may be anything.
func (i Interval) least() (Interval, bool) {
	switch {
	case i.Bounded():
	case i.Earliest.Bounded():
		i.Latest = i.Earliest
	case i.Latest.Bounded():
		i.Earliest = i.Latest
	default:
		return i, false
	}
	return i, true
}

// Order says whether the place of a date in a sequence follows from the record.
type Order uint8

// The orders.
const (
	OrderUnknown Order = iota // an end is not known
	OrderRange                // both ends are known, more than a day apart
	OrderKnown                // one day or finer
)

// String is KNOWN, RANGE or UNKNOWN.
func (o Order) String() string {
	switch o {
	case OrderKnown:
		return "KNOWN"
	case OrderRange:
		return "RANGE"
	}
	return "UNKNOWN"
}

// Order says how well i can be placed in a sequence.
func (i Interval) Order() Order {
	switch {
	case !i.Bounded():
		return OrderUnknown
	case i.Latest-i.Earliest < daySeconds:
		return OrderKnown
	}
	return OrderRange
}
