package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

func (a *app) query() *cobra.Command {
	var variables, operation, file string
	c := &cobra.Command{
		Use:   "query [GRAPHQL]",
		Short: "Ask the record in GraphQL",
		Long:  "Ask the record in GraphQL. The query is the argument, a file, or standard input.",
		Example: `  onrecord query '{ record { seq nodes edges } }'
  onrecord query --file open-predictions.graphql --variables '{"first": 5}'
  echo '{ gaps { totalCount } }' | onrecord query`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q, err := a.input(file, args)
			if err != nil {
				return err
			}
			req := engine.Request{Query: q, OperationName: operation}
			if variables != "" {
				d := json.NewDecoder(bytes.NewReader([]byte(variables)))
				d.UseNumber()
				if err := d.Decode(&req.Variables); err != nil {
					return &usageError{fmt.Errorf("--variables: no JSON object: %w", err)}
				}
			}
			return a.withView(cmd.Context(), func(v *graph.View) error {
				types, err := schema.Build(schema.Options{Version: version()})
				if err != nil {
					return err
				}
				e, err := engine.New(types, engine.Options{OnInternal: a.internal})
				if err != nil {
					return err
				}
				req.Root = schema.Root(v)
				res := e.Do(cmd.Context(), req)
				var pretty bytes.Buffer
				b := res.AppendJSON(nil)
				if isTerminal(a.out) && json.Indent(&pretty, b, "", "  ") == nil {
					b = pretty.Bytes()
				}
				fmt.Fprintf(a.out, "%s\n", b)
				if len(res.Errors) > 0 {
					return answered(res.Errors[0].Message, res.Errors[0].Extensions["code"])
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&variables, "variables", "", "variables as a JSON object")
	c.Flags().StringVar(&operation, "operation", "", "which operation of the document to execute")
	c.Flags().StringVar(&file, "file", "", "file that holds the query")
	return c
}

// input reads a query from where the command line says.
func (a *app) input(file string, args []string) (string, error) {
	switch {
	case len(args) == 1 && file != "":
		return "", &usageError{errors.New("give the query or --file, not both")}
	case len(args) == 1:
		return args[0], nil
	case file != "":
		b, err := os.ReadFile(file)
		return string(b), err
	}
	b, err := io.ReadAll(io.LimitReader(a.in, 1<<20))
	return string(b), err
}

// answered turns the first error of an answer into the error of the command.
func answered(message string, code any) error {
	kind := graph.Invalid
	switch code {
	case "NOT_FOUND":
		kind = graph.NotFound
	case "CORRUPT":
		kind = graph.Corrupt
	case "UNAVAILABLE", "TIMEOUT", "CANCELLED":
		kind = graph.Unavailable
	case "INTERNAL_SERVER_ERROR":
		kind = graph.Internal
	}
	return &graph.Error{Kind: kind, Op: "query", Err: errors.New(message)}
}

// internal prints what the engine masks in its answer.
func (a *app) internal(_ context.Context, id string, err error) {
	slog.New(slog.NewTextHandler(a.err, nil)).Error("internal error", "id", id, "err", err)
}
