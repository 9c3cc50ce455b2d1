package edtf

import "fmt"

// SortKeySize is the length of a sort key in bytes.
const SortKeySize = 10

// One end of an interval in a key: 40 bits, seconds with the bias below, so
// that 1970 is the middle and the years -15400 to 19300 fit. Ends outside are
// moved to the nearest that fits. Eight bytes an end would hold every Bound
// but make each key of each index six bytes longer, for years that no
// politician spoke in.
const (
	keyBits    = 40
	keyBias    = 1 << (keyBits - 1)
	keyPast    = 0              // no earliest
	keyFuture  = 1<<keyBits - 1 // no latest
	keyLeast   = keyPast + 1    // the ends that are clamped to
	keyGreater = keyFuture - 1
)

// AppendSortKey appends the ten bytes under which i sorts in a list that is in
// the order of time.
//
//	earliest 5 | latest 5     big-endian, biased by 2^39 seconds
//
// Keys compare as bytes by earliest, then by latest. An interval without an
// earliest but with a latest sorts before all that have one; one without a
// latest sorts behind those of the same earliest. What has neither sorts last of
// all, under ten bytes 0xff: the undated stand together at the end of a list,
// where a reader expects them.
//
// If a is certainly [Before] b then the key of a is less than that of b, within
// the years that fit, and never greater.
func AppendSortKey(dst []byte, i Interval) []byte {
	e, l := keyEnd(i.Earliest), keyEnd(i.Latest)
	if i.Unbounded() {
		e = keyFuture
	}
	return appendKey(dst, e, l)
}

func keyEnd(b Bound) uint64 {
	switch {
	case b == Past:
		return keyPast
	case b == Future:
		return keyFuture
	case b < keyLeast-keyBias:
		return keyLeast
	case b > keyGreater-keyBias:
		return keyGreater
	}
	return uint64(int64(b) + keyBias)
}

func appendKey(dst []byte, e, l uint64) []byte {
	return append(dst,
		byte(e>>32), byte(e>>24), byte(e>>16), byte(e>>8), byte(e),
		byte(l>>32), byte(l>>24), byte(l>>16), byte(l>>8), byte(l))
}

// Between is the interval of an inclusive question "from … to …": from the first
// second of from to the last of to. A zero date leaves its side open. A date that
// gives no bound (XXXX-05-08) is refused rather than read as open.
func Between(from, to Date) (Interval, error) {
	i := Interval{from.Interval().Earliest, to.Interval().Latest}
	switch {
	case !from.IsZero() && i.Earliest == Past:
		return Interval{}, fmt.Errorf("no first day follows from %q: give a year, or leave the start out", from)
	case !to.IsZero() && i.Latest == Future:
		return Interval{}, fmt.Errorf("no last day follows from %q: give a year, or leave the end out", to)
	case i.Earliest > i.Latest:
		return Interval{}, fmt.Errorf("the range ends at %q before it begins at %q: exchange them", to, from)
	}
	return i, nil
}

// OverlapKeys bounds the keys of the intervals that may overlap q: start is the
// first, end the first behind them.
//
// An interval that begins long before q may reach into it, so start is the least
// key of all, and a scan reads everything dated before q too: filter by
// [Interval.Overlaps], or ask for [StartKeys], which begins where q does. The undated,
// who overlap everything and say nothing, are not in it: their key is
// AppendSortKey(nil, Always()).
func OverlapKeys(q Interval) (start, end []byte) {
	_, end = StartKeys(q)
	return appendKey(nil, keyPast, 0), end
}

// StartKeys bounds the keys of the intervals whose earliest second lies in q:
// what began, or may have begun, in that time. Such a scan reads only what it
// returns, save beyond the years that a key can hold. Where q has no earliest,
// intervals without one are in it.
func StartKeys(q Interval) (start, end []byte) {
	start = appendKey(nil, keyEnd(q.Earliest), 0)
	if q.Latest == Future {
		return start, appendKey(nil, keyFuture, keyFuture)
	}
	return start, appendKey(nil, keyEnd(q.Latest)+1, 0)
}
