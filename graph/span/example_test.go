package span_test

import (
	"fmt"

	"github.com/onrecord/onrecord/graph/span"
)

func ExampleText_Find() {
	text, err := span.NewText("“But at present, negotiations (with the US) will not take place.”")
	if err != nil {
		fmt.Println(err)
		return
	}
	said, err := text.Find("But at present, negotiations (with the US) will not take place.", "“", "”")
	fmt.Println(said, err)
	insertion, err := text.Find("(with the US)", "", "")
	fmt.Println(insertion, err)
	fmt.Println(span.Cut(text, []span.Span{said}, []span.Span{insertion}))
	// Output:
	// 1-64 (bytes 3-66) <nil>
	// 30-43 (bytes 32-45) <nil>
	// But at present, negotiations will not take place.
}
