package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/proof"
	"github.com/onrecord/onrecord/graph/tree"
)

var citeFormats = []string{"csl-json", "bibtex", "text"}

func (a *app) cite() *cobra.Command {
	var signs signFlags
	var format, base string
	var asOf uint64
	c := &cobra.Command{
		Use:   "cite ID",
		Short: "Cite what is on record, with a proof",
		Long: `Write a citation of a statement, a claim, a source or any other node: with its
permalink, its content hash, and the revision of the record that it is as of.

As csl-json it is an item for a program for references, and a proof is in it: who
said it, in which text of which source, each with the hashes that lead to a signed
checkpoint of the log. onrecord verify checks it with nothing else. A citation
stays true when what it cites is changed or redacted later.

--base is the address of the server, for the permalink. For --key and --log-name see
onrecord checkpoint.`,
		Example: `  onrecord cite 7f1d0f0a-8a3c-5d8f-9f6e-2b9b7b1f6a11 --base https://record.example.org > said.json
  onrecord cite 7f1d0f0a-8a3c-5d8f-9f6e-2b9b7b1f6a11 --format bibtex >> thesis.bib
  onrecord verify said.json --key record.example.org/log+2f0c6d4b+AS1Bb3…`,
		Args:              oneID,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := graph.ParseID(args[0])
			if err != nil {
				return err
			}
			if a.json {
				format = "csl-json"
			}
			if !slices.Contains(citeFormats, format) {
				return usagef("--format %q: there are %s", format, strings.Join(citeFormats, ", "))
			}
			return a.withSigner(cmd.Context(), &signs, func(v *graph.View, s *tree.Signer) error {
				if asOf != 0 {
					if v, err = v.AsOf(cmd.Context(), graph.At{Seq: asOf}); err != nil {
						return err
					}
				}
				c, w, err := proof.Cite(cmd.Context(), v, id, s, proof.Options{
					Base: strings.TrimRight(base, "/"), Accessed: time.Now().UTC().Format(time.DateOnly),
				})
				switch {
				case err != nil:
					return err
				case format == "bibtex":
					a.out.printf("%s\n", w.BibTeX())
				case format == "text":
					a.out.printf("%s\n%s\n", clean(w.APA()), clean(w.Hash))
				default:
					_, err = a.out.Write(c.Encode())
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&format, "format", "csl-json", strings.Join(citeFormats, ", "))
	c.Flags().StringVar(&base, "base", "", "`address` of the server that the permalink leads to")
	c.Flags().Uint64Var(&asOf, "as-of", 0, "the record as it was after this revision")
	signs.add(c)
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(citeFormats, cobra.ShellCompDirectiveNoFileComp)) // the flag is above
	return c
}

func oneID(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("name one id")
	}
	return nil
}
