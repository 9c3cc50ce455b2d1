package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/onrecord/onrecord"

// picture is who may import whom. A line reads "this directory -> may import
// these". A directory that is not in it fails the test: put it where it belongs,
// and if there is no such place, the directory is wrong, not the picture.
const picture = `
graph/kv             ->
graph/vocab          ->
graph/edtf           ->
graph/span           ->
graph/text           ->
graph/kv/badgerkv    -> graph/kv
graph/kv/memkv       -> graph/kv
graph/kv/kvtest      -> graph/kv graph/kv/memkv
graph/postings       -> graph/kv graph/text
graph/tree           ->
graph/cite           ->
graph                -> graph/tree graph/kv graph/kv/memkv graph/vocab graph/edtf graph/span graph/text graph/postings
graph/jsonl          -> graph graph/vocab graph/edtf graph/span
graph/proof          -> graph graph/tree graph/cite graph/vocab graph/edtf
graph/export         -> graph graph/jsonl graph/kv graph/vocab graph/edtf graph/span
graph/export/parquet -> graph graph/vocab graph/edtf graph/span graph/export
graph/export/xlsx    -> graph graph/vocab graph/export
graph/analyse        -> graph graph/export graph/vocab
graph/export/formats -> graph graph/export graph/export/parquet graph/export/xlsx
graph/graphtest      -> graph graph/vocab graph/edtf graph/span graph/kv graph/kv/memkv graph/kv/badgerkv
graph/graphtest/gen  -> graph graph/vocab graph/edtf graph/span

schema/engine        ->
schema               -> schema/engine graph graph/vocab graph/edtf graph/span graph/text

seed/extract         -> graph/vocab graph/edtf graph/span graph/text
seed                 -> seed/extract graph graph/jsonl graph/vocab graph/edtf graph/span graph/text
seed/candidate       -> seed/extract graph graph/vocab graph/edtf graph/span graph/text
seed/page            -> graph/edtf graph/span graph/text
seed/link            -> seed/candidate seed/extract graph graph/vocab graph/text
seed/intake          -> seed seed/candidate seed/link seed/extract seed/page graph graph/span graph/text graph/vocab graph/edtf
seed/corpus          -> seed graph graph/jsonl graph/vocab graph/edtf graph/span

server/web           ->
server/metrics       ->
server/token         -> schema graph
server/pages         -> graph/edtf server/web graph/cite
server               -> server/web server/metrics server/pages schema schema/engine graph graph/vocab graph/export graph/export/formats graph/tree graph/proof
server/onrecord      -> server server/token schema schema/engine seed seed/corpus seed/extract seed/candidate seed/intake seed/page graph graph/jsonl graph/vocab graph/edtf graph/span graph/export graph/export/formats graph/kv graph/kv/badgerkv graph/kv/memkv graph/tree graph/proof graph/analyse
`

// owners names the directories that may import an outside module. One module,
// one directory, so that a library can be replaced by reading one package.
const owners = `
github.com/dgraph-io/badger/v4       -> graph/kv/badgerkv
github.com/dgraph-io/ristretto/v2    -> graph/kv/badgerkv
golang.org/x/sys                     -> graph/kv/badgerkv
github.com/tidwall/btree             -> graph/kv/memkv
github.com/google/uuid               -> graph
golang.org/x/mod                     -> graph/tree
golang.org/x/text                    -> graph/text
github.com/clipperhouse/uax29/v2     -> graph/text
github.com/kljensen/snowball         -> graph/text
github.com/markusmobius/go-trafilatura -> seed/page
github.com/markusmobius/go-htmldate  -> seed/page
golang.org/x/net                     -> seed/page
github.com/graphql-go/graphql        -> schema schema/engine
github.com/vektah/gqlparser/v2       -> schema/engine
github.com/klauspost/compress        -> server graph/export
github.com/parquet-go/parquet-go     -> graph/export/parquet
github.com/xuri/excelize/v2          -> graph/export/xlsx
github.com/coder/websocket           -> server
github.com/rs/cors                   -> server
golang.org/x/time                    -> server
github.com/prometheus/client_golang  -> server/metrics
github.com/spf13/cobra               -> server/onrecord
golang.org/x/term                    -> server/onrecord
`

// testOnly names the outside modules that any test, and the packages made for
// tests, may import.
const testOnly = `
github.com/google/go-cmp
github.com/piprate/json-gold
github.com/rogpeppe/go-internal
golang.org/x/net
pgregory.net/rapid
`

type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Error        *struct{ Err string }
}

// packages lists the packages of the module by directory.
func packages(t *testing.T) map[string]listed {
	t.Helper()
	command := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports,Error", "./...")
	command.Dir = root(t)
	out, err := command.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	all := make(map[string]listed)
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		all[strings.TrimPrefix(p.ImportPath, module+"/")] = p
	}
	if len(all) == 0 {
		t.Fatal("go list found no package")
	}
	return all
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

// table reads "a -> b c" lines; a line without an arrow has an empty list.
func table(text string) map[string][]string {
	lines := make(map[string][]string)
	for line := range strings.Lines(text) {
		from, to, _ := strings.Cut(line, "->")
		if from = strings.TrimSpace(from); from != "" {
			lines[from] = strings.Fields(to)
		}
	}
	return lines
}

// inside returns the directory of an import of our own module.
func inside(path string) (dir string, ok bool) {
	return strings.CutPrefix(path, module+"/")
}

func outside(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".") && path != module && !strings.HasPrefix(path, module+"/")
}

// The edges between directories are those of the picture.
func TestLayeringFollowsThePicture(t *testing.T) {
	t.Parallel()
	allowed := table(picture)
	for dir, p := range packages(t) {
		if p.Error != nil {
			t.Errorf("%s: %s", dir, p.Error.Err)
		}
		may, drawn := allowed[dir]
		if !drawn {
			t.Errorf("%s is not in the picture", dir)
			continue
		}
		for _, path := range p.Imports {
			if to, ours := inside(path); ours && !slices.Contains(may, to) {
				t.Errorf("%s imports %s, which the picture does not allow", dir, to)
			}
		}
	}
}

// Neither the picture nor the code has a cycle, seen as packages, as the
// directories one below the top, or as those at the top: a reader who starts at
// the bottom never has to look up.
func TestLayeringHasNoCycle(t *testing.T) {
	t.Parallel()
	drawn := table(picture)
	actual := make(map[string][]string)
	for dir, p := range packages(t) {
		for _, path := range p.Imports {
			if to, ours := inside(path); ours {
				actual[dir] = append(actual[dir], to)
			}
		}
	}
	for name, edges := range map[string]map[string][]string{"the picture": drawn, "the code": actual} {
		for _, depth := range []int{1, 2, 9} {
			if cycle := findCycle(collapse(edges, depth)); cycle != nil {
				t.Errorf("%s, directories to depth %d: %s", name, depth, strings.Join(cycle, " -> "))
			}
		}
	}
}

// A test of the test: a cycle between directories that is none between packages
// is found.
func TestLayeringFindsCycle(t *testing.T) {
	t.Parallel()
	edges := table("graph/export -> schema/model\nschema -> graph")
	if cycle := findCycle(edges); cycle != nil {
		t.Errorf("as packages: got cycle %v, want none", cycle)
	}
	if cycle := findCycle(collapse(edges, 1)); len(cycle) != 3 {
		t.Errorf("as top directories: got cycle %v, want graph and schema", cycle)
	}
}

func collapse(edges map[string][]string, depth int) map[string][]string {
	short := func(dir string) string {
		parts := strings.Split(dir, "/")
		return strings.Join(parts[:min(depth, len(parts))], "/")
	}
	collapsed := make(map[string][]string)
	for from, tos := range edges {
		for _, to := range tos {
			if a, b := short(from), short(to); a != b && !slices.Contains(collapsed[a], b) {
				collapsed[a] = append(collapsed[a], b)
			}
		}
	}
	return collapsed
}

// findCycle returns a path that ends where it starts, or nil.
func findCycle(edges map[string][]string) []string {
	done := make(map[string]bool)
	var walk func(dir string, path []string) []string
	walk = func(dir string, path []string) []string {
		if i := slices.Index(path, dir); i >= 0 {
			return append(slices.Clone(path[i:]), dir)
		}
		if done[dir] {
			return nil
		}
		done[dir] = true
		for _, to := range edges[dir] {
			if cycle := walk(to, append(slices.Clone(path), dir)); cycle != nil {
				return cycle
			}
		}
		return nil
	}
	for dir := range edges {
		if cycle := walk(dir, nil); cycle != nil {
			return cycle
		}
	}
	return nil
}

// Each outside module is imported where it belongs and nowhere else.
func TestOutsideModulesHaveOneOwner(t *testing.T) {
	t.Parallel()
	owner, tests := table(owners), table(testOnly)
	for dir, p := range packages(t) {
		for _, path := range p.Imports {
			if outside(path) && !owns(owner, dir, path) && !(strings.HasSuffix(dir, "test") && belongs(tests, path)) {
				t.Errorf("%s imports %s: no module of its own by the owners table", dir, path)
			}
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			if outside(path) && !owns(owner, dir, path) && !belongs(tests, path) {
				t.Errorf("%s, test: imports %s: neither owned nor a module for tests", dir, path)
			}
		}
	}
}

func owns(owner map[string][]string, dir, path string) bool {
	for module, dirs := range owner {
		if of(module, path) {
			return slices.Contains(dirs, dir)
		}
	}
	return false
}

func belongs(modules map[string][]string, path string) bool {
	for module := range modules {
		if of(module, path) {
			return true
		}
	}
	return false
}

func of(module, path string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

// The top level holds what the first paragraph of the README lists. Hidden
// entries are an editor's or git's affair.
func TestTopLevel(t *testing.T) {
	t.Parallel()
	want := strings.Fields(`CONTRIBUTING.md LICENSE Makefile README.md docs go.mod go.sum graph schema seed server`)
	entries, err := os.ReadDir(root(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && name != "bin" {
			got = append(got, name)
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("top level:\n got %v\nwant %v", got, want)
	}
}

// sources calls visit for each Go file of the module, by its path from the root.
func sources(t *testing.T, visit func(path string, text []byte)) {
	t.Helper()
	top := root(t)
	seen := 0
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != top && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		seen++
		visit(filepath.ToSlash(rel), text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Fatal("no Go file found")
	}
}

// A file of more than 700 lines holds more than one idea.
func TestFileLength(t *testing.T) {
	t.Parallel()
	sources(t, func(path string, text []byte) {
		if lines := bytes.Count(text, []byte("\n")); lines > 700 && !strings.HasSuffix(path, "_test.go") {
			t.Errorf("%s has %d lines, more than 700: split it by concept", path, lines)
		}
	})
}

// A test that skips says why.
func TestSkipsSayWhy(t *testing.T) {
	t.Parallel()
	sources(t, func(path string, text []byte) {
		if !bytes.Contains(text, []byte(".Skip")) {
			return
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok && silentSkip(call) {
				t.Errorf("%s: a skip without a reason", files.Position(call.Pos()))
			}
			return true
		})
	})
}

// silentSkip reports whether the call is t.SkipNow(), or t.Skip or t.Skipf
// without a text, where t is what tests call it.
func silentSkip(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	receiver, ok := selector.X.(*ast.Ident)
	if !ok || !slices.Contains([]string{"t", "b", "f", "tb"}, receiver.Name) {
		return false
	}
	switch selector.Sel.Name {
	case "SkipNow":
		return true
	case "Skip", "Skipf":
		if len(call.Args) == 0 {
			return true
		}
		text, ok := call.Args[0].(*ast.BasicLit)
		return ok && strings.TrimSpace(strings.Trim(text.Value, "\"`")) == ""
	}
	return false
}
