package export

import "strings"

// xmlEscaper writes texts into elements and attributes. Line breaks and tabs are
// written as references, because a reader turns those of attributes into spaces,
// and a carriage return into a line feed.
var xmlEscaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;", "\r", "&#13;", "\n", "&#10;", "\t", "&#9;",
)

// xml writes a text.
func (o *output) xml(s string) { xmlEscaper.WriteString(o, xmlText(s)) }

// attr writes an attribute.
func (o *output) attr(name, value string) {
	o.WriteByte(' ')
	o.WriteString(name)
	o.WriteString(`="`)
	o.xml(value)
	o.WriteByte('"')
}
