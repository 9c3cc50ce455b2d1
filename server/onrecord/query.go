package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

// maxQuery is more than the engine takes, so that its refusal is what is read.
const maxQuery = 1 << 20

func (a *app) query() *cobra.Command {
	var variables, operation, file string
	c := &cobra.Command{
		Use:   "query [GRAPHQL]",
		Short: "Ask the record in GraphQL",
		Long: `Ask the record in GraphQL. The query is the argument, a file, or standard input.

The answer is JSON, indented on a terminal. Where it holds errors, the first of
them gives the exit code.`,
		Example: `  onrecord query '{ record { seq nodes edges } }'
  onrecord query --file open-predictions.graphql --variables '{"first": 5}'
  echo '{ gaps { totalCount } }' | onrecord query`,
		Args:              oneWord,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			vars, err := variablesOf(variables)
			if err != nil {
				return err
			}
			q, err := a.input(file, args)
			if err != nil {
				return err
			}
			return a.withView(cmd.Context(), func(v *graph.View) error {
				types, err := schema.Build(schema.Options{Version: version()})
				if err != nil {
					return err
				}
				e, err := engine.New(types, engine.Options{Suggest: true, OnInternal: a.internal})
				if err != nil {
					return err
				}
				res := e.Do(cmd.Context(), engine.Request{Query: q, OperationName: operation, RawVariables: vars, Root: schema.Root(v)})
				if err := a.out.json(res); err != nil {
					return err
				}
				if len(res.Errors) > 0 {
					return answered(res.Errors[0].Message, res.Code())
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&variables, "variables", "", "variables as a JSON object")
	c.Flags().StringVar(&operation, "operation", "", "which operation of the document to execute")
	c.Flags().StringVar(&file, "file", "", "file that holds the query; - is standard input")
	return c
}

// variablesOf checks that a flag holds one JSON object.
func variablesOf(flag string) (json.RawMessage, error) {
	text := bytes.TrimSpace([]byte(flag))
	switch {
	case len(text) == 0:
		return nil, nil
	case !json.Valid(text) || text[0] != '{':
		return nil, usagef(`--variables: no JSON object: %q (as {"first": 5})`, flag)
	}
	return text, nil
}

// input reads a query from where the command line says.
func (a *app) input(file string, args []string) (string, error) {
	switch {
	case len(args) == 1 && file != "":
		return "", usagef("give the query or --file, not both")
	case len(args) == 1:
		return args[0], nil
	case file != "" && file != "-":
		f, err := os.Open(file)
		if err != nil {
			return "", err
		}
		defer f.Close()
		return readQuery(file, f)
	}
	if f, ok := a.in.(*os.File); ok && isTerminal(f) {
		a.note("reading the query from the terminal; Ctrl-D ends it")
	}
	return readQuery("standard input", a.in)
}

func readQuery(name string, r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxQuery+1))
	switch {
	case err != nil:
		return "", err
	case len(b) > maxQuery:
		return "", usagef("%s: more than %d bytes are no query", name, maxQuery)
	case len(bytes.TrimSpace(b)) == 0:
		return "", usagef("%s: no query (see onrecord query --help)", name)
	}
	return string(b), nil
}

// answered turns the first error of an answer into the error of the command.
func answered(message, code string) error {
	kind := graph.Invalid
	switch code {
	case "NOT_FOUND":
		kind = graph.NotFound
	case "CONFLICT":
		kind = graph.Conflict
	case "FORBIDDEN":
		kind = graph.Permission
	case "CORRUPT":
		kind = graph.Corrupt
	case "UNAVAILABLE", engine.CodeTimeout:
		kind = graph.Unavailable
	case engine.CodeCancelled:
		return context.Canceled
	case engine.CodeInternal:
		kind = graph.Internal
	}
	return &graph.Error{Kind: kind, Op: "query", Err: errors.New(message)}
}

// internal prints what the engine masks in its answer.
func (a *app) internal(_ context.Context, id string, err error) {
	slog.New(slog.NewTextHandler(a.err, nil)).Error("internal error", "id", id, "err", err)
}
