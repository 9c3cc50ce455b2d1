package engine

import (
	"testing"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	internal := func(path, loc string) string {
		return `{"message":"internal error","path":[` + path + `],"locations":[` + loc + `],"extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"r1"}}`
	}
	at := func(line, column string) string { return `{"line":` + line + `,"column":` + column + `}` }
	for _, c := range []struct{ name, query, variables, want string }{
		// The order of the answer, and what is merged.
		{"keys in the order of the selection", `{ item { number id z: number a: id } }`, "", `{"data":{"item":{"number":1,"id":"1","z":1,"a":"1"}}}`},
		{"merged fields stand where the first stood", `{ item { id } int item { number id } }`, "", `{"data":{"item":{"id":"1","number":1},"int":"absent"}}`},
		{"merged through fragments", `{ ...F item { number } } fragment F on Query { item { id } int }`, "", `{"data":{"item":{"id":"1","number":1},"int":"absent"}}`},
		{"a fragment spread twice counts once", `{ ...F ...F int } fragment F on Query { item { id } }`, "", `{"data":{"item":{"id":"1"},"int":"absent"}}`},
		{"a fragment that was skipped first", `{ ...F @skip(if: true) int ...F } fragment F on Query { item { id } }`, "", `{"data":{"int":"absent","item":{"id":"1"}}}`},
		{"skip and include", `query($y: Boolean!) { item { id @skip(if: $y) number @include(if: $y) } }`, `{"y": true}`, `{"data":{"item":{"number":1}}}`},
		{"skip and include, the other way", `query($y: Boolean!) { item { id @skip(if: $y) number @include(if: $y) } }`, `{"y": false}`, `{"data":{"item":{"id":"1"}}}`},
		{"skip goes before include", `{ item { id @skip(if: true) @include(if: true) number } }`, "", `{"data":{"item":{"number":1}}}`},
		{"include by default of a variable", `query($y: Boolean = false) { int x: int @include(if: $y) }`, "", `{"data":{"int":"absent"}}`},
		{"nothing is left", `{ item { id @skip(if: true) } }`, "", `{"data":{"item":{}}}`},

		// Types.
		{"interface", `{ nodes { __typename id ... on Item { number } ... on Box { label } } }`, "", `{"data":{"nodes":[{"__typename":"Item","id":"1","number":1},{"__typename":"Box","id":"-2","label":"box 2"},{"__typename":"Item","id":"3","number":3}]}}`},
		{"union", `{ eithers { ... on Node { id } ... on Box { item { id } } } }`, "", `{"data":{"eithers":[{"id":"4"},{"id":"-5","item":{"id":"5"}}]}}`},
		{"fragments on types that do not apply", `{ node { ... on Box { label } ... { id } } }`, "", `{"data":{"node":{"id":"7"}}}`},
		{"typename of the root", `{ __typename }`, "", `{"data":{"__typename":"Query"}}`},
		{"what is no type of an interface", `{ item { lost { id } id } }`, "", `{"errors":[` + internal(`"item","lost"`, at("1", "10")) + `],"data":{"item":{"lost":null,"id":"1"}}}`},
		{"lists of lists", `{ item { matrix } }`, "", `{"data":{"item":{"matrix":[[1,2],[],[3]]}}}`},

		// Leaves.
		{"strings", `{ item { text } }`, "", `{"data":{"item":{"text":"a\"\\\n\u0001` + "\uFFFD\u2028é😀" + `"}}}`},
		{"enum", `{ items { color } }`, "", `{"data":{"items":[{"color":"GREEN"},{"color":"BLUE"},{"color":"RED"}]}}`},
		{"floats", `{ items { float } }`, "", `{"data":{"items":[{"float":0.25},{"float":0.5},{"float":0.75}]}}`},
		{"an Int beyond 32 bits", `{ item { huge } }`, "", `{"errors":[` + internal(`"item","huge"`, at("1", "10")) + `],"data":{"item":{"huge":null}}}`},
		{"an Int that is not whole", `{ item { half } }`, "", `{"errors":[` + internal(`"item","half"`, at("1", "10")) + `],"data":{"item":{"half":null}}}`},
		{"NaN", `{ item { nan id } }`, "", `{"errors":[` + internal(`"item","nan"`, at("1", "10")) + `],"data":{"item":{"nan":null,"id":"1"}}}`},
		{"infinity", `{ item { inf } }`, "", `{"errors":[` + internal(`"item","inf"`, at("1", "10")) + `],"data":{"item":{"inf":null}}}`},
		{"a Boolean in quotes", `{ item { noBool yes } }`, "", `{"errors":[` + internal(`"item","noBool"`, at("1", "10")) + `],"data":{"item":{"noBool":null,"yes":true}}}`},
		{"a struct as String", `{ item { strange } }`, "", `{"errors":[` + internal(`"item","strange"`, at("1", "10")) + `],"data":{"item":{"strange":null}}}`},
		{"what a scalar does not serialize", `{ item { even } }`, "", `{"errors":[` + internal(`"item","even"`, at("1", "10")) + `],"data":{"item":{"even":null}}}`},
		{"no list", `{ item { noList } }`, "", `{"errors":[` + internal(`"item","noList"`, at("1", "10")) + `],"data":{"item":{"noList":null}}}`},

		// Errors, and the nulls they leave.
		{"public errors keep their code", `{ item { unlucky id } }`, "", `{"errors":[{"message":"no luck today","path":["item","unlucky"],"locations":[{"line":1,"column":10}],"extensions":{"code":"NO_LUCK"}}],"data":{"item":{"unlucky":null,"id":"1"}}}`},
		{"errors of the engine's own type", `{ items { odd } }`, "", `{"errors":[{"message":"even","path":["items",1,"odd"],"locations":[{"line":1,"column":11}],"extensions":{"code":"EVEN","n":2}}],"data":{"items":[{"odd":1},{"odd":null},{"odd":3}]}}`},
		{"others are masked", `{ item { secret } }`, "", `{"errors":[` + internal(`"item","secret"`, at("1", "10")) + `],"data":{"item":{"secret":null}}}`},
		{"panics are masked", `{ loose { panics id } }`, "", `{"errors":[` + internal(`"loose",0,"panics"`, at("1", "11")) + `,` + internal(`"loose",2,"panics"`, at("1", "11")) + `],"data":{"loose":[{"panics":null,"id":"12"},null,{"panics":null,"id":"13"}]}}`},
		{"an error of one of a batch", `{ loose { next { number } } }`, "", `{"errors":[{"message":"13 has no next","path":["loose",2,"next"],"locations":[{"line":1,"column":11}],"extensions":{"code":"NO_LUCK"}}],"data":{"loose":[{"next":{"number":13}},null,{"next":null}]}}`},
		{"an error of a batch", `{ item { fails } }`, "", `{"errors":[` + internal(`"item","fails"`, at("1", "10")) + `],"data":{"item":{"fails":null}}}`},
		{"a batch that answers too few", `{ item { short } }`, "", `{"errors":[` + internal(`"item","short"`, at("1", "10")) + `],"data":{"item":{"short":null}}}`},
		{"null where none may be goes up", `{ item { id never } int }`, "", `{"errors":[` + internal(`"item","never"`, at("1", "13")) + `],"data":{"item":null,"int":"absent"}}`},
		{"through a list of non-nulls, with one error", `{ items { never } int }`, "", `{"errors":[` + internal(`"items",0,"never"`, at("1", "11")) + `],"data":{"items":null,"int":"absent"}}`},
		{"not through a list of nullables", `{ loose { never } }`, "", `{"errors":[` + internal(`"loose",0,"never"`, at("1", "11")) + `,` + internal(`"loose",2,"never"`, at("1", "11")) + `],"data":{"loose":[null,null,null]}}`},
		{"through several objects", `{ item { id sure { sure { never } } } }`, "", `{"errors":[` + internal(`"item","sure","sure","never"`, at("1", "27")) + `],"data":{"item":null}}`},
		{"up to the root", `{ int nodes { ... on Item { sure { never } } } }`, "", `{"errors":[` + internal(`"nodes",0,"sure","never"`, at("1", "36")) + `],"data":null}`},
		{"null inside of a list", `{ item { nevers holes } }`, "", `{"errors":[` + internal(`"item","nevers",1`, at("1", "10")) + `,` + internal(`"item","holes",2`, at("1", "17")) + `],"data":{"item":{"nevers":null,"holes":[1,null,null,4]}}}`},
		{"places behind other letters", "# é\r\n{ item { a: id\n  # 😀 \n\t unlucky } }", "", `{"errors":[{"message":"no luck today","path":["item","unlucky"],"locations":[{"line":4,"column":3}],"extensions":{"code":"NO_LUCK"}}],"data":{"item":{"a":"1","unlucky":null}}}`},
		{"places on one line with other letters", `{ s: string(a: "é😀\u{1F600}") item { unlucky } }`, "", `{"errors":[{"message":"no luck today","path":["item","unlucky"],"locations":[{"line":1,"column":38}],"extensions":{"code":"NO_LUCK"}}],"data":{"s":"\"é😀😀\"","item":{"unlucky":null}}}`},
		{"an argument that turns out null", `query($a: Int = 1) { must(a: $a) int }`, `{"a": null}`, `{"errors":[{"message":"a: $a is null, where Int! is wanted","path":["must"],"locations":[{"line":1,"column":22}],"extensions":{"code":"BAD_USER_INPUT"}}],"data":{"must":null,"int":"absent"}}`},

		// Thunks and mutations.
		{"thunks", `{ items { thunk } }`, "", `{"data":{"items":[{"thunk":2},{"thunk":4},{"thunk":6}]}}`},
		{"mutations one after the other", `mutation { a: count { number } b: count { number next { number } } c: count { number } }`, "", `{"data":{"a":{"number":1},"b":{"number":2,"next":{"number":3}},"c":{"number":3}}}`},
		{"a mutation that fails stops the rest", `mutation { fail b: count { number } }`, "", `{"errors":[{"message":"no","path":["fail"],"locations":[{"line":1,"column":12}],"extensions":{"code":"NO_LUCK"}}],"data":null}`},

		// The language.
		{"descriptions of what is executed", `"""d""" query A("of $a" $a: Int = 2) { int(a: $a) ...F } "f" fragment F on Query { x: int }`, "", `{"data":{"int":"2","x":"absent"}}`},
		{"escapes", `{ string(a: "\u0041\u{1F600}\uD83D\uDE00\n\u{0}") }`, "", `{"data":{"string":"\"A😀😀\\n\\u0000\""}}`},
		{"block string", "{ string(a: \"\"\"\n    one \"two\" \\\"\"\"\r\n      three\n  \"\"\") }", "", `{"data":{"string":"\"one \\\"two\\\" \\\"\\\"\\\"\\n  three\""}}`},
		{"byte order mark", "\uFEFF{ int item { unlucky } }", "", `{"errors":[{"message":"no luck today","path":["item","unlucky"],"locations":[{"line":1,"column":14}],"extensions":{"code":"NO_LUCK"}}],"data":{"int":"absent","item":{"unlucky":null}}}`},
		{"an operation by its name", `query A { int } query B { a: int }`, "", `{"errors":[{"message":"the document has 2 operations: say by operationName which to execute","extensions":{"code":"OPERATION_RESOLUTION_FAILURE"}}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := do(e, c.query, c.variables); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestCoercion sends arguments to fields that answer with what they were given.
func TestCoercion(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	for _, c := range []struct{ name, query, variables, want string }{
		{"null literal", `{ int(a: null) }`, "", `{"data":{"int":"null"}}`},
		{"absent", `{ int }`, "", `{"data":{"int":"absent"}}`},
		{"an absent variable is absent", `query($a: Int) { int(a: $a) }`, `{}`, `{"data":{"int":"absent"}}`},
		{"and leaves the default", `query($a: Color) { color(a: $a) }`, `{}`, `{"data":{"color":"2"}}`},
		{"null does not", `query($a: Color) { color(a: $a) }`, `{"a": null}`, `{"data":{"color":"null"}}`},
		{"null variable", `query($a: Int) { int(a: $a) }`, `{"a": null}`, `{"data":{"int":"null"}}`},
		{"null for the default of a variable", `query($a: Int = 3) { int(a: $a) }`, `{"a": null}`, `{"data":{"int":"null"}}`},
		{"default of a variable", `query($a: Int = 4) { int(a: $a) }`, ``, `{"data":{"int":"4"}}`},
		{"NonNull with a default, omitted", `{ dflt }`, ``, `{"data":{"dflt":"5"}}`},
		{"NonNull with a default, variable absent", `query($a: Int) { dflt(a: $a) }`, ``, `{"data":{"dflt":"5"}}`},
		{"a single value is a list of one", `query($a: [Int!]) { ints(a: $a) x: ints(a: 3) }`, `{"a": 2}`, `{"data":{"ints":"[2]","x":"[3]"}}`},
		{"and in each dimension", `query($a: [[Int]]) { grid(a: $a) x: grid(a: 3) y: grid(a: [[1], 2, null]) }`, `{"a": 2}`, `{"data":{"grid":"[[2]]","x":"[[3]]","y":"[[1],[2],null]"}}`},
		{"variables inside of lists", `query($a: Int, $b: Int) { grid(a: [[$a, 1], [$b]]) }`, `{"a": 2}`, `{"data":{"grid":"[[2,1],[null]]"}}`},
		{"ID takes whole numbers", `query($a: ID) { id(a: $a) x: id(a: 12345678901234567890) y: id(a: "a") }`, `{"a": 1234567}`, `{"data":{"id":"\"1234567\"","x":"\"12345678901234567890\"","y":"\"a\""}}`},
		{"Float takes an Int", `query($a: Float) { float(a: $a) x: float(a: 2) y: float(a: 100000000000000000000) }`, `{"a": 1}`, `{"data":{"float":"1","x":"2","y":"100000000000000000000"}}`},
		{"Int takes 1.0 from JSON", `query($a: Int) { int(a: $a) }`, `{"a": 1.0}`, `{"data":{"int":"1"}}`},
		{"the ends of Int", `query($a: Int) { int(a: $a) x: int(a: 2147483647) }`, `{"a": -2147483648}`, `{"data":{"int":"-2147483648","x":"2147483647"}}`},
		{"enum", `query($c: Color) { color(a: RED) x: color(a: $c) y: color }`, `{"c": "GREEN"}`, `{"data":{"color":"0","x":"1","y":"2"}}`},
		{"input objects take defaults", `{ in(a: {n: 1}) }`, ``, `{"data":{"in":"{\"list\":[0,2],\"n\":1,\"s\":\"d\\\"é\"}"}}`},
		{"also from variables", `query($a: In) { in(a: $a) }`, `{"a": {"n": 1, "s": null, "list": "GREEN"}}`, `{"data":{"in":"{\"list\":[1],\"n\":1,\"s\":null}"}}`},
		{"variables inside of objects", `query($n: Int!, $s: String) { in(a: {n: $n, s: $s, list: null}) }`, `{"n": 3}`, `{"data":{"in":"{\"list\":null,\"n\":3,\"s\":\"d\\\"é\"}"}}`},
		{"a custom scalar", `query($a: Even) { even(a: $a) x: even(a: 2) }`, `{"a": 4}`, `{"data":{"even":"4","x":"\"even literal 2\""}}`},
		{"a scalar of anything", `query($a: JSON, $b: Int) { json(a: $a) x: json(a: {k: [1, "b", $b, true]}) }`, `{"a": {"k": [1, 2.5, null]}, "b": 7}`, `{"data":{"json":"{\"k\":[1,2.5,null]}","x":"{\"k\":[\"1\",\"b\",\"7\",true]}"}}`},
		{"one of", `query($a: One) { one(a: $a) x: one(a: {b: "x"}) }`, `{"a": {"a": 1}}`, `{"data":{"one":"{\"a\":1}","x":"{\"b\":\"x\"}"}}`},
		{"null for all variables", `{ int }`, `null`, `{"data":{"int":"absent"}}`},
		{"variables nobody declared", `{ int }`, `{"x": {"y": []}}`, `{"data":{"int":"absent"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := do(e, c.query, c.variables); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
