package text

import "golang.org/x/text/language"

// IsLanguage reports whether tag is a well-formed BCP 47 language tag whose
// parts are registered: "en", "fa-IR".
func IsLanguage(tag string) bool {
	_, err := language.Parse(tag)
	return err == nil
}
