package edtf_test

import (
	"fmt"

	"github.com/onrecord/onrecord/graph/edtf"
)

// "On May 8, Trump pulled his country out of the agreement, which was achieved
// in 2015": the text gives no year, but an order.
func ExampleWhen() {
	w := edtf.When{
		Written:   "May 8",
		EDTF:      edtf.MustParse("XXXX-05-08"),
		NotBefore: edtf.MustParse("2015"),
	}
	fmt.Println(w.Interval(), w.YearUnknown())

	published := edtf.MustParse("2018-08-13")
	w.Resolution = &edtf.Resolution{
		EDTF: edtf.LatestMonthDayOnOrBefore(published, 5, 8),
		Rule: "latest 8 May on or before publication",
	}
	fmt.Println(w.Interval(), w.YearUnknown(), w.Validate())
	// Output:
	// 2015-05-08/.. true
	// 2018-05-08 false <nil>
}

func ExampleCompare() {
	agreed := edtf.MustParse("2015").Interval()
	left := edtf.MustParse("2018-05-08").Interval()
	yearless := edtf.MustParse("XXXX-07-30").Interval()
	fmt.Println(edtf.Compare(agreed, left), edtf.Compare(left, yearless))
	// Output: BEFORE UNKNOWN
}

func ExampleParse_refused() {
	_, err := edtf.Parse("May 8")
	fmt.Println(err)
	_, err = edtf.Parse("2018-02-30")
	fmt.Println(err)
	// Output:
	// EDTF date "May 8", byte 0: want a year of four digits; where it is not known, XXXX, as in XXXX-05-08
	// EDTF date "2018-02-30", byte 8: there is no such day: that month has 28 days
}
