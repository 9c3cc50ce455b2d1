package engine

import (
	"fmt"
	"strings"
	"testing"
)

// TestRefuses sends what must not be executed. The answer has errors of one
// code, and no data.
func TestRefuses(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	for _, c := range []struct{ name, query, variables, code, holds string }{
		{"syntax", `{ item { `, "", CodeParse, `"line":1,"column":10`},
		{"syntax behind other letters", "{ s: string(a: \"é😀\") ! }", "", CodeParse, `"line":1,"column":22`},
		{"syntax behind line ends of Windows", "{\r\n  int\r\n  ! }", "", CodeParse, `"line":3,"column":3`},
		{"nothing", ``, "", CodeParse, "no operation"},
		{"only a fragment", `fragment F on Item { id }`, "", CodeParse, "no operation"},
		{"no UTF-8", "{ int # \xff\n}", "", CodeParse, "UTF-8"},
		{"five quotes", "{ string(a: \"\"\"x\"\"\"\"\") }", "", CodeParse, "three quotes"},
		{"a block string as an Int", "{\n int(a: \"\"\"\n\n x\"\"\") }", "", CodeValidation, `"line":2,"column":9`},
		{"a string that does not end", `{ string(a: "x) }`, "", CodeParse, "Unterminated string"},
		{"half of a surrogate pair", `{ string(a: "\uD83D") }`, "", CodeParse, `"line":1,"column":13`},
		{"the other half", `{ string(a: "\uDE00\uD83D") }`, "", CodeParse, "surrogate"},
		{"a braced surrogate", `{ string(a: "\u{D83D}") }`, "", CodeParse, ""},
		{"an escape beyond Unicode", `{ string(a: "\u{110000}") }`, "", CodeParse, ""},
		{"a description of a shorthand", `"""d""" { int }`, "", CodeParse, ""},
		{"variables of a fragment", `{ ...F } fragment F($a: Int) on Query { int }`, "", CodeParse, "declares variables"},
		{"a schema", `{ int } type A { b: Int }`, "", CodeParse, ""},

		{"unknown field", `{ nope }`, "", CodeValidation, `\"nope\"`},
		{"unknown argument", `{ int(b: 1) }`, "", CodeValidation, ""},
		{"missing argument", `{ must }`, "", CodeValidation, ""},
		{"unknown directive", `{ int @aa }`, "", CodeValidation, ""},
		{"a directive twice", `{ int @skip(if: false) @skip(if: false) }`, "", CodeValidation, "once"},
		{"a directive at a variable where it may not be", `query($a: Int @deprecated) { int(a: $a) }`, "", CodeValidation, "VARIABLE_DEFINITION"},
		{"defer, which is not served", `{ ... @defer { int } }`, "", CodeValidation, "defer"},
		{"a leaf with a selection", `{ int { x } }`, "", CodeValidation, ""},
		{"an object without", `{ item }`, "", CodeValidation, ""},
		{"unknown fragment", `{ ...F }`, "", CodeValidation, ""},
		{"unused fragment", `{ int } fragment F on Item { id }`, "", CodeValidation, "never used"},
		{"unused variable", `query($a: Int) { int }`, "", CodeValidation, "never used"},
		{"undefined variable", `{ int(a: $a) }`, "", CodeValidation, "not defined"},
		{"a variable of another type", `query($a: String) { int(a: $a) }`, "", CodeValidation, ""},
		{"a nullable variable where none may be", `query($a: Int) { must(a: $a) }`, "", CodeValidation, ""},
		{"a variable of an output type", `query($a: Item) { int(a: $a) }`, "", CodeValidation, ""},
		{"a fragment that cannot apply", `{ item { ... on Box { id } } }`, "", CodeValidation, ""},
		{"two anonymous operations", `{ int } { int }`, "", CodeValidation, ""},
		{"two operations of one name", `query A { int } query A { int }`, "", CodeValidation, ""},
		{"two fragments of one name", `{ ...F } fragment F on Query { int } fragment F on Query { int }`, "", CodeValidation, ""},
		{"two variables of one name", `query($a: Int, $a: Int) { int(a: $a) }`, "", CodeValidation, ""},
		{"two arguments of one name", `{ int(a: 1, a: 1) }`, "", CodeValidation, ""},
		{"two input fields of one name", `{ in(a: {n: 1, n: 1}) }`, "", CodeValidation, ""},
		{"two roots of a subscription", `subscription { tick { id } b: tick { id } }`, "", CodeValidation, "one root field"},
		{"two roots by a fragment", `subscription { tick { id } ...F ...F } fragment F on Subscription { ... { b: tick { id } } }`, "", CodeValidation, "one root field"},
		{"a subscription to a type", `subscription { __typename }`, "", CodeValidation, "introspection"},
		{"a root that may be skipped", `subscription($no: Boolean!) { tick @skip(if: $no) { id } }`, `{"no":false}`, CodeValidation, "without @skip"},
		{"a root that may be included", `subscription { ... @include(if: true) { tick { id } } }`, "", CodeValidation, "without @include"},
		{"a fragment in a circle", `{ item { ...A } } fragment A on Item { id ...A }`, "", CodeValidation, `"line":1,"column":46`},

		{"fields that conflict", `{ a: int a: string }`, "", CodeValidation, `[{"line":1,"column":3},{"line":1,"column":10}]`},
		{"arguments that conflict", `{ int(a: 1) int(a: 2) }`, "", CodeValidation, "conflict"},
		{"conflicts below", `{ item { next { a: id } } ...F } fragment F on Query { item { next { a: number } } }`, "", CodeValidation, "conflict"},
		{"conflicts with an interface", `{ nodes { a: id ... on Box { a: label } } }`, "", CodeValidation, "conflict"},
		{"shapes that conflict between types", `{ eithers { ... on Item { a: number } ... on Box { a: label } } }`, "", CodeValidation, "conflict"},
		{"shapes that conflict below different types", `{ eithers { ... on Item { a: sure { b: id } } ... on Box { a: item { b: id } } } }`, "", CodeValidation, "conflict"},

		{"an Int beyond 32 bits", `{ int(a: 2147483648) }`, "", CodeValidation, "32 bits"},
		{"a fraction as Int", `{ int(a: 1.0) }`, "", CodeValidation, ""},
		{"quotes around an Int", `{ int(a: "1") }`, "", CodeValidation, `"line":1,"column":10`},
		{"an Int as String", `{ string(a: 1) }`, "", CodeValidation, ""},
		{"a Float beyond its range", `{ float(a: 1e999) }`, "", CodeValidation, ""},
		{"a Float as ID", `{ id(a: 1.5) }`, "", CodeValidation, ""},
		{"an Int as Boolean", `{ boolean(a: 1) }`, "", CodeValidation, ""},
		{"a string as enum", `{ color(a: "RED") }`, "", CodeValidation, ""},
		{"no value of an enum", `{ color(a: PINK) }`, "", CodeValidation, "PINK"},
		{"a list for a single value", `{ int(a: [1]) }`, "", CodeValidation, ""},
		{"null in a list of non-nulls", `{ ints(a: [1, null]) }`, "", CodeValidation, `"line":1,"column":15`},
		{"an unknown input field", `{ in(a: {n: 1, x: 2}) }`, "", CodeValidation, `\"x\"`},
		{"a missing input field", `{ in(a: {s: "a"}) }`, "", CodeValidation, "In.n"},
		{"a literal in a fragment nobody reaches", `query($no: Boolean!) { ...F @include(if: $no) } fragment F on Query { int(a: "x") }`, `{"no": false}`, CodeValidation, ""},
		{"a default of another type", `query($a: Int = "1") { int(a: $a) }`, "", CodeValidation, ""},
		{"what a scalar does not take", `{ even(a: 3) }`, "", CodeValidation, "no Even"},
		{"two of one", `{ one(a: {a: 1, b: "x"}) }`, "", CodeValidation, "exactly one"},
		{"null of one", `{ one(a: {a: null}) }`, "", CodeValidation, "exactly one"},
		{"a nullable variable of one", `query($a: Int) { one(a: {a: $a}) }`, `{"a": 1}`, CodeValidation, ""},

		{"Int variable 1.5", `query($a: Int) { int(a: $a) }`, `{"a": 1.5}`, CodeInput, "$a"},
		{"Int variable in quotes", `query($a: Int) { int(a: $a) }`, `{"a": "12"}`, CodeInput, ""},
		{"Int variable true", `query($a: Int) { int(a: $a) }`, `{"a": true}`, CodeInput, ""},
		{"Int variable beyond 32 bits", `query($a: Int) { int(a: $a) }`, `{"a": 2147483648}`, CodeInput, ""},
		{"Int variable beyond 64 bits", `query($a: Int) { int(a: $a) }`, `{"a": 99999999999999999999}`, CodeInput, ""},
		{"String variable 5", `query($a: String) { string(a: $a) }`, `{"a": 5}`, CodeInput, ""},
		{"Boolean variable yes", `query($a: Boolean) { boolean(a: $a) }`, `{"a": "yes"}`, CodeInput, ""},
		{"ID variable 1.5", `query($a: ID) { id(a: $a) }`, `{"a": 1.5}`, CodeInput, ""},
		{"ID variable true", `query($a: ID) { id(a: $a) }`, `{"a": true}`, CodeInput, ""},
		{"Float variable beyond its range", `query($a: Float) { float(a: $a) }`, `{"a": 1e999}`, CodeInput, ""},
		{"enum variable of no value", `query($a: Color) { color(a: $a) }`, `{"a": "PINK"}`, CodeInput, "PINK"},
		{"enum variable 1", `query($a: Color) { color(a: $a) }`, `{"a": 1}`, CodeInput, ""},
		{"missing variable", `query($a: Int!) { int(a: $a) }`, `{}`, CodeInput, `"line":1,"column":7`},
		{"null variable", `query($a: Int!) { int(a: $a) }`, `{"a": null}`, CodeInput, ""},
		{"null in a list", `query($a: [Int!]) { ints(a: $a) }`, `{"a": [1, null]}`, CodeInput, "item 1"},
		{"unknown input field", `query($a: In) { in(a: $a) }`, `{"a": {"n": 1, "x": 2}}`, CodeInput, `\"x\"`},
		{"missing input field", `query($a: In) { in(a: $a) }`, `{"a": {"in": {"n": 1, "in": {}}}}`, CodeInput, ""},
		{"a list as an object", `query($a: In) { in(a: $a) }`, `{"a": [1]}`, CodeInput, ""},
		{"what a scalar panics over", `query($a: Even) { even(a: $a) }`, `{"a": "x"}`, CodeInput, "no Even"},
		{"two of one, variable", `query($a: One) { one(a: $a) }`, `{"a": {"a": 1, "b": null}}`, CodeInput, "exactly one"},
		{"null for a condition", `query($y: Boolean = true) { int @skip(if: $y) }`, `{"y": null}`, CodeInput, "$y"},
		{"variables that are no object", `{ int }`, `[1]`, CodeInput, ""},
		{"variables that are no JSON", `{ int }`, `{"a":`, CodeInput, ""},
		{"two values of variables", `{ int }`, `{} {}`, CodeInput, ""},

		{"a subscription", `subscription { tick { id } }`, "", CodeOperation, "subscribe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := do(e, c.query, c.variables)
			if !strings.Contains(got, `"code":"`+c.code+`"`) || !strings.Contains(got, c.holds) || strings.Contains(got, `"data"`) {
				t.Errorf("got %s\nwant it to hold %s and %s, and no data", got, c.code, c.holds)
			}
		})
	}
}

// TestMerges sends what looks like a conflict and is none.
func TestMerges(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	for _, query := range []string{
		`{ int(a: 1) int(a: 1) }`,
		`{ in(a: {n: 1, s: "x"}) in(a: {s: "x", n: 1}) }`,
		`{ eithers { ... on Item { a: id } ... on Box { a: id } } }`,
		`{ eithers { ... on Item { a: sum(a: 1) } ... on Box { a: number } } }`,
		`{ eithers { ... on Item { a: box { b: id } } ... on Box { a: item { b: id } } } }`,
		`{ nodes { ...A ...B } } fragment A on Item { next { id } } fragment B on Item { next { number } }`,
	} {
		if got := do(e, query, ""); strings.Contains(got, `"errors"`) {
			t.Errorf("%s\ngot %s", query, got)
		}
	}
}

// TestHostile sends what brings graphql-go down, or holds it up for long. Each
// must be refused, and the engine answer after it.
func TestHostile(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	for name, c := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := do(e, c.query, c.variables); !strings.Contains(got, `"errors"`) || strings.Contains(got, `"data"`) {
				t.Errorf("got %.300s", got)
			}
			if got := do(e, "{int}", ""); got != `{"data":{"int":"absent"}}` {
				t.Errorf("afterwards: %s", got)
			}
		})
	}
}

type hostileCase struct{ query, variables string }

func hostile() map[string]hostileCase {
	r := strings.Repeat
	each := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	dag := func(n int) string {
		var s strings.Builder
		s.WriteString("{ item { ...F0 } } ")
		for i := range n {
			s.WriteString(fmt.Sprintf("fragment F%d on Item { a: next { ...F%d } b: next { ...F%d } } ", i, i+1, i+1))
		}
		return s.String() + fmt.Sprintf("fragment F%d on Item { id }", n)
	}
	var empty strings.Builder
	empty.WriteString("{ item { ...F0 } } ")
	for i := range 50 {
		empty.WriteString(fmt.Sprintf("fragment F%d on Item { ...F%d ...F%d } ", i, i+1, i+1))
	}
	empty.WriteString("fragment F50 on Item { id }")
	twice := "name"
	for range 14 {
		twice = "ofType{" + twice + "} ofType{" + twice + "}"
	}
	// Fields of an interface that meet two types at every level, each time with
	// other fields: what is planned, priced and merged doubles from level to
	// level.
	widen := ""
	for i := range 24 {
		widen = fmt.Sprintf("friends { ... on Item { id a%d: number } ... on Box { a%d: number } ... on Item { %s } }", i, i, widen)
	}
	all := make(map[string]hostileCase)
	for name, q := range map[string]string{
		"fragment cycle of two through spreads":  `{ item { ...A } } fragment A on Item { ...B } fragment B on Item { ...A }`,
		"fragment cycle with fields":             `{ item { ...A } } fragment A on Item { id ...B } fragment B on Item { next { id } ...A }`,
		"self cycle, unused":                     `{ int } fragment A on Item { next { ...A } id ...A }`,
		"deep nesting 500":                       "{item{" + r("next{", 500) + "id" + r("}", 500) + "}}",
		"deep nesting 10 000":                    "{item{" + r("next{", 10000) + "id" + r("}", 10000) + "}}",
		"unbalanced braces":                      r("{a", 200_000),
		"nested list value":                      "{int(a:" + r("[", 200_000) + ")}",
		"nested object value":                    "{int(a:" + r("{a:", 50_000) + "}",
		"nested inline fragments":                "{" + r("...{", 5_000) + "int" + r("}", 5_000) + "}",
		"nested list type":                       "query($a:" + r("[", 100_000) + "Int",
		"fragments that multiply, 25":            dag(25),
		"fragments that multiply, 90":            dag(90),
		"fragments of spreads only":              empty.String(),
		"duplicated nested selections":           "{__schema{types{" + twice + "}}}",
		"duplicated nested selections, 10 times": "{item{" + strings.ReplaceAll(twice[:4000], "ofType", "next"),
		"field duplication 10 000":               "{" + r("int ", 10_000) + "}",
		"aliases 101":                            "{" + each(101, "a#:__typename ") + "}",
		"aliases 10 000":                         "{" + each(10_000, "a#:__typename ") + "}",
		"10 unknown directives":                  "{ int " + r("@aa", 10) + "}",
		"10 000 unknown directives":              "{ int " + r("@aa ", 10_000) + "}",
		"10 000 times skip":                      "{ int " + r("@skip(if:false) ", 10_000) + "}",
		"900 times skip, with names between":     "{ int " + r("@skip(if:false) @a(b:c) ", 400) + "}",
		"unknown fields 10 000":                  "{" + each(10_000, "nam#\n") + "}",
		"unknown fields 3 000":                   "{" + each(3_000, "nam#\n") + "}",
		"unused fragments 5 000":                 "{int}" + each(5_000, "\nfragment F# on Item{id}"),
		"unused fragments 100":                   "{int}" + each(100, "\nfragment F# on Item{id}"),
		"unused variables 5 000":                 "query(" + each(5_000, "$v#:Int ") + "){int}",
		"unused variables 100":                   "query(" + each(100, "$v#:Int ") + "){int}",
		"operations 1 000":                       each(1_000, "query A#{int}"),
		"unknown arguments 1 000":                "{int(" + each(1_000, "a#:1 ") + ")}",
		"input fields 1 000":                     "{in(a:{" + each(1_000, "a#:1 ") + "})}",
		"the same input field 1 000 times":       "{in(a:{" + r("n:1 ", 1_000) + "})}",
		"fields that conflict, 900":              "{" + each(900, "int(a:#) ") + "}",
		"circular introspection":                 "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }",
		"introspection through fragments":        "{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { ...C } } } fragment C on __Type { fields { name } }",
		"introspection 8 times":                  "{__schema{types{" + r("fields{type{", 8) + "name" + r("}}", 8) + "}}}",
		"long comment":                           "#" + r("x", 2<<20) + "\n{int}",
		"long string":                            `{string(a:"` + r("x", 2<<20) + `")}`,
		"spaces and commas":                      "{" + r(" ,", 1<<19) + "int}",
		"quotes":                                 "{string(a:" + r(`"`, 60_000) + ")}",
		"backslashes":                            `{string(a:"` + r(`\`, 60_001) + `")}`,
		"types that multiply":                    "{nodes{...on Item{" + widen + "}}}",
	} {
		all[name] = hostileCase{query: q}
	}
	deep := `{"a":` + r("[", 5_000) + r("]", 5_000) + `}`
	all["variables nested 5 000 deep"] = hostileCase{"query($a:Boolean!){int @include(if:$a)}", deep}
	all["input objects nested 5 000 deep"] = hostileCase{"query($a:In){in(a:$a)}", `{"a":` + r(`{"n":1,"in":`, 5_000) + "1" + r("}", 5_001)}
	all["variables nested 100 000 deep"] = hostileCase{"query($a:Boolean!){int @include(if:$a)}", r("[", 100_000)}
	all["a long number"] = hostileCase{"query($a:Int){int(a:$a)}", `{"a":` + r("9", 1<<20) + `}`}
	return all
}
