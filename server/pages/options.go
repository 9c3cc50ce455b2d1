package pages

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// ancestorForm is what a content security policy takes for one that may show a
// page in a frame: an origin, with a star for its subdomains or its port, or a
// scheme.
var ancestorForm = regexp.MustCompile(`^(\*|'self'|https?:|https?://(\*\.)?[A-Za-z0-9.-]+(:([0-9]+|\*))?)$`)

// check refuses what would be wrong on every page.
func (o Options) check() error {
	if o.Base != "" {
		u, err := url.Parse(o.Base)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
			return fmt.Errorf("base address %q: want a scheme and a host, as in https://record.example.org", o.Base)
		}
	}
	for _, who := range o.Embed {
		if !ancestorForm.MatchString(who) {
			return fmt.Errorf("embed %q: want an origin, as in https://news.example or https://*.news.example", who)
		}
	}
	return nil
}
