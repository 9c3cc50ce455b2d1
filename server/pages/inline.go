package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

//go:embed inline/*.css
var inlined embed.FS

// sheets are style sheets that stand inside of a page: an embed must look the
// same in a frame that may load nothing, and a file that is kept has no host to
// load from. Each is that of the site with what it needs beside.
type sheets struct {
	plain string // of the site, without its fonts
	faces []face
	own   map[string]string // by name, what stands beside
}

// face is a font of the site.
type face struct {
	rule   string // with the file's place left open
	ranges [][2]rune
	data   string // base64
}

var (
	faceForm  = regexp.MustCompile(`(?m)^@font-face \{.*\}\n`)
	fileForm  = regexp.MustCompile(`url\((fonts/[^)]+)\)`)
	rangeForm = regexp.MustCompile(`U\+([0-9A-Fa-f]+)(?:-([0-9A-Fa-f]+))?`)
)

func newSheets() (*sheets, error) {
	site, err := static.ReadFile("static/site.css")
	if err != nil {
		return nil, err
	}
	s := &sheets{plain: strings.TrimSpace(faceForm.ReplaceAllString(string(site), "")) + "\n", own: make(map[string]string)}
	if strings.Contains(s.plain, "url(") {
		return nil, fmt.Errorf("static/site.css: a file beside the fonts is loaded, which a page that stands alone cannot")
	}
	for _, rule := range faceForm.FindAllString(string(site), -1) {
		name := fileForm.FindStringSubmatch(rule)
		if name == nil {
			return nil, fmt.Errorf("static/site.css: a font without a file: %.60s", rule)
		}
		body, err := static.ReadFile("static/" + name[1])
		if err != nil {
			return nil, err
		}
		f := face{rule: strings.Replace(rule, name[0], "url(%s)", 1), data: base64.StdEncoding.EncodeToString(body)}
		f.rule = strings.Replace(f.rule, "font-display: optional", "font-display: block", 1)
		for _, m := range rangeForm.FindAllStringSubmatch(rule, -1) {
			from, err1 := strconv.ParseInt(m[1], 16, 32)
			to := from
			var err2 error
			if m[2] != "" {
				to, err2 = strconv.ParseInt(m[2], 16, 32)
			}
			if err1 != nil || err2 != nil {
				return nil, fmt.Errorf("static/site.css: a range of no characters: %s", m[0])
			}
			f.ranges = append(f.ranges, [2]rune{rune(from), rune(to)})
		}
		s.faces = append(s.faces, f)
	}
	files, err := fs.Glob(inlined, "inline/*.css")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		body, err := inlined.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s.own[strings.TrimSuffix(strings.TrimPrefix(name, "inline/"), ".css")] = string(body)
	}
	return s, nil
}

// sheet is the style sheet of a page that stands alone, without fonts.
func (s *sheets) sheet(name string) template.CSS {
	return template.CSS(s.plain + s.own[name]) //nolint // both are files of this package
}

// withFonts has the fonts as well that a text needs.
func (s *sheets) withFonts(name, text string) template.CSS {
	var b strings.Builder
	used := make(map[int]bool)
	for _, r := range text {
		for i, f := range s.faces {
			for _, in := range f.ranges {
				if r >= in[0] && r <= in[1] {
					used[i] = true
					break
				}
			}
		}
	}
	for i, f := range s.faces {
		if used[i] {
			b.WriteString(strings.Replace(f.rule, "url(%s)", "url(data:font/woff2;base64,"+f.data+")", 1))
		}
	}
	return template.CSS(b.String()) + s.sheet(name)
}

// hashOf is how a content security policy allows a style sheet that stands in the
// page.
func hashOf(sheet template.CSS) string {
	sum := sha256.Sum256([]byte(sheet))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
