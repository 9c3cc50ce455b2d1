// Package formats lists every format that the record is exported in.
package formats

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/export/parquet"
	"github.com/onrecord/onrecord/graph/export/xlsx"
)

// All are the formats, in the order in which help lists them.
func All() []export.Format {
	return append(slices.Clone(export.Formats), parquet.Format, xlsx.Format)
}

// Names are their names.
func Names() []string {
	var names []string
	for _, f := range All() {
		names = append(names, f.Name)
	}
	return names
}

// Named returns the format of a name.
func Named(name string) (export.Format, error) {
	for _, f := range All() {
		if f.Name == name {
			return f, nil
		}
	}
	return export.Format{}, graph.Invalidf("format: none is called %q; there are %s", name, strings.Join(Names(), ", "))
}
