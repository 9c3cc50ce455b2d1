package pages

import (
	"fmt"
	"slices"
	"strings"
)

// selection is one selection of a document: a field, a fragment that is spread,
// or an inline fragment. It is read from the documents of this package, which are
// known to be GraphQL, so that the list of a page can be asked for alone and a
// table has the columns that its document asks for.
type selection struct {
	alias, name string // of a field
	args        string // of a field: what stands inside the parentheses
	directives  string // behind it, as they are written
	spread      string // the fragment's name
	on          string // of an inline fragment: its type
	sub         []*selection
}

// key is the field's name in an answer.
func (s *selection) key() string {
	if s.alias != "" {
		return s.alias
	}
	return s.name
}

func (s *selection) String() string {
	var b strings.Builder
	s.write(&b)
	return b.String()
}

func (s *selection) write(b *strings.Builder) {
	switch {
	case s.spread != "":
		b.WriteString("..." + s.spread + s.directives)
		return
	case s.on != "":
		b.WriteString("... on " + s.on)
	default:
		if s.alias != "" {
			b.WriteString(s.alias + ": ")
		}
		b.WriteString(s.name)
		if s.args != "" {
			b.WriteString("(" + s.args + ")")
		}
	}
	b.WriteString(s.directives)
	if len(s.sub) == 0 {
		return
	}
	b.WriteString(" {")
	for _, x := range s.sub {
		b.WriteByte(' ')
		x.write(b)
	}
	b.WriteString(" }")
}

// scanner takes a document apart.
type scanner struct {
	text string
	at   int
}

// space leaves out what means nothing: white space, commas and comments.
func (s *scanner) space() {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '#':
			if end := strings.IndexByte(s.text[s.at:], '\n'); end >= 0 {
				s.at += end
				continue
			}
			s.at = len(s.text)
		case strings.IndexByte(" \t\r\n,", c) >= 0:
			s.at++
		default:
			return
		}
	}
}

// take takes a punctuator, if it is the next.
func (s *scanner) take(what string) bool {
	s.space()
	if strings.HasPrefix(s.text[s.at:], what) {
		s.at += len(what)
		return true
	}
	return false
}

func (s *scanner) word() string {
	s.space()
	from := s.at
	for s.at < len(s.text) {
		c := s.text[s.at]
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			break
		}
		s.at++
	}
	return s.text[from:s.at]
}

// arguments takes what stands between two parentheses.
func (s *scanner) arguments() (string, error) {
	from, deep, quoted := s.at, 1, false
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case quoted && c == '\\':
			s.at++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			deep++
		case c == ')':
			if deep--; deep == 0 {
				s.at++
				return strings.Join(strings.Fields(s.text[from:s.at-1]), " "), nil
			}
		}
	}
	return "", fmt.Errorf("parentheses that do not end: %.40q", s.text[from:])
}

// set takes what stands between two braces; the first is taken already.
func (s *scanner) set() ([]*selection, error) {
	var out []*selection
	for {
		if s.take("}") {
			return out, nil
		}
		x := &selection{}
		if s.take("...") {
			if x.spread = s.word(); x.spread == "on" {
				x.spread, x.on = "", s.word()
			}
		} else if x.name = s.word(); s.take(":") {
			x.alias, x.name = x.name, s.word()
		}
		if x.name == "" && x.spread == "" && x.on == "" {
			return nil, fmt.Errorf("no selection: %.40q", s.text[min(s.at, len(s.text)):])
		}
		var err error
		if x.name != "" && s.take("(") {
			if x.args, err = s.arguments(); err != nil {
				return nil, err
			}
		}
		for s.take("@") {
			x.directives += " @" + s.word()
			if s.take("(") {
				args, err := s.arguments()
				if err != nil {
					return nil, err
				}
				x.directives += "(" + args + ")"
			}
		}
		if x.spread == "" && s.take("{") {
			if x.sub, err = s.set(); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
}

// parseFragments reads the fragments of a document by their names.
func parseFragments(text string) (map[string]*selection, error) {
	out := make(map[string]*selection)
	for _, part := range strings.Split("\n"+text, "\nfragment ")[1:] {
		s := &scanner{text: part}
		name := s.word()
		if s.word() != "on" {
			return nil, fmt.Errorf("fragment %s: no type", name)
		}
		f := &selection{on: s.word()}
		if !s.take("{") {
			return nil, fmt.Errorf("fragment %s: no selection", name)
		}
		var err error
		if f.sub, err = s.set(); err != nil {
			return nil, fmt.Errorf("fragment %s: %w", name, err)
		}
		out[name] = f
	}
	return out, nil
}

// leaves are the paths to the values of selections, in their order, each once.
func leaves(set []*selection, fragments map[string]*selection) []string {
	var out []string
	var walk func(set []*selection, path string)
	walk = func(set []*selection, path string) {
		for _, s := range set {
			switch {
			case s.spread != "":
				if f := fragments[s.spread]; f != nil {
					walk(f.sub, path)
				}
			case s.on != "":
				walk(s.sub, path)
			case len(s.sub) > 0:
				walk(s.sub, path+s.key()+".")
			case !slices.Contains(out, path+s.key()):
				out = append(out, path+s.key())
			}
		}
	}
	walk(set, "")
	return out
}
