package main

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/server/token"
)

func (a *app) token() *cobra.Command {
	c := &cobra.Command{
		Use:   "token",
		Short: "Say who may write a served record, and read one that is closed",
		Long: `Create, list and revoke the tokens that a served record takes. A token has a role,
each of which may do what those before it may:

  reader       asks
  contributor  proposes: all it writes is a candidate
  editor       decides, corrects, retracts
  admin        redacts

It works while the record is served, where a change holds from the next request on,
and before there is one. Tokens are in a file in the record's directory that only its
owner may read; of their secrets it holds hashes. A copy of the directory has the
tokens of its day: after putting one back, look at the list.`,
		Example: `  onrecord token create --data ./record --role editor --name "Jane Doe"
  onrecord token list --data ./record
  onrecord token revoke --data ./record 7h2k9q4c`,
	}
	c.AddCommand(a.tokenCreate(), a.tokenList(), a.tokenRevoke())
	return c
}

func (a *app) tokenCreate() *cobra.Command {
	var role, name, expires string
	c := &cobra.Command{
		Use:   "create --role ROLE",
		Short: "Create a token and print it, once",
		Long: `Create a token and print it on standard output, and nothing else there. It is shown
this once: what is kept is a hash. Send it to the server as

  Authorization: Bearer TOKEN

Revisions that are written with it are recorded under its name.`,
		Example: `  TOKEN=$(onrecord token create --role editor --name "Jane Doe")
  onrecord token create --role contributor --name importer --expires 90d --json`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if role == "" {
				return usagef("say what it may do with --role: %s", strings.Join(schema.Roles(), ", "))
			}
			grant := token.Grant{Agent: name}
			var err error
			if grant.Role, err = schema.ParseRole(role); err != nil {
				return usagef("--role: %w", err)
			}
			if !cmd.Flags().Changed("name") {
				if grant.Agent, err = userName(); err != nil {
					return err
				}
			}
			if err := token.CheckAgent(grant.Agent); err != nil {
				return usagef("--name: %w", err)
			}
			now := time.Now()
			if cmd.Flags().Changed("expires") {
				if grant.Expires, err = expiry(expires, now); err != nil {
					return err
				}
			}
			there, err := badgerkv.Exists(a.data, token.Files())
			if err != nil {
				return a.hinted(err)
			}
			if !there { // whoever begins a record leaves what is beside it
				if err := os.MkdirAll(a.data, 0o700); err != nil {
					return err
				}
			}
			made, secret, err := token.Create(cmd.Context(), a.data, grant, now)
			if err != nil {
				return err
			}
			if a.json {
				return a.out.json(struct {
					tokenJSON
					Token string `json:"token"`
				}{jsonOf(made, now), secret})
			}
			a.out.printf("%s\n", secret)
			until := "until it is revoked"
			if !made.Expires.IsZero() {
				until = "until " + made.Expires.Format(time.DateTime) + " UTC"
			}
			a.note("token %s: %s, in the name of %s, %s; it is not shown again", made.ID, made.Role, clean(made.Agent), until)
			a.note(`send it as Authorization: Bearer TOKEN; in GraphiQL, under Headers: {"Authorization": "Bearer TOKEN"}`)
			if !there {
				a.note("there is no record in %s yet; to begin it: onrecord serve --data %s", a.data, shellWord(a.data))
			}
			return nil
		},
	}
	c.Flags().StringVar(&role, "role", "", "what it may do: "+strings.Join(schema.Roles(), ", "))
	c.Flags().StringVar(&name, "name", "", "name of the person or program, as revisions will give it (default: the user's)")
	c.Flags().StringVar(&expires, "expires", "", "how long it is good for: 12h, 90d, 8w (default: until it is revoked)")
	_ = c.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(schema.Roles(), cobra.ShellCompDirectiveNoFileComp)) // the flag is three lines above
	return c
}

// userName is the name by which the system knows who runs this.
func userName() (string, error) {
	u, err := user.Current()
	if err != nil || u.Username == "" {
		return "", usagef("the system has no name for this user; say one with --name")
	}
	return u.Username, nil
}

// maxDays is how far off a token may expire: a hundred years, which no
// arithmetic of times goes beyond.
const maxDays = 36500

// expiry reads a number of hours, days or weeks.
func expiry(s string, now time.Time) (time.Time, error) {
	hours := map[string]int{"h": 1, "d": 24, "w": 7 * 24}
	if s != "" {
		unit := s[len(s)-1:]
		if n, err := strconv.Atoi(s[:len(s)-1]); err == nil && n > 0 && n <= maxDays && hours[unit] > 0 && n*hours[unit] <= maxDays*24 {
			return now.Add(time.Duration(n*hours[unit]) * time.Hour), nil
		}
	}
	return time.Time{}, usagef("--expires %q: a number of hours, days or weeks, as 12h, 90d or 8w, up to %dd", s, maxDays)
}

func (a *app) tokenList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the tokens, also those that are void",
		Long:  "List the tokens in the order in which they were created, with those that expired\nor were revoked. What is listed is public; the secrets are nowhere.",
		Example: `  onrecord token list --data ./record
  onrecord token list --data ./record --json | jq '.tokens[] | select(.state == "active")'`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			tokens, err := a.tokens()
			if err != nil {
				return err
			}
			now := time.Now()
			if a.json {
				all := make([]tokenJSON, len(tokens))
				for i, t := range tokens {
					all[i] = jsonOf(t, now)
				}
				return a.out.json(struct {
					Tokens []tokenJSON `json:"tokens"`
				}{all})
			}
			if len(tokens) == 0 {
				a.out.printf("there is no token; to make one: onrecord token create --data %s --role editor\n", shellWord(a.data))
				return nil
			}
			const row = "%-8s  %-11s  %-10s  %-20s  %s\n"
			a.out.printf(row, "ID", "ROLE", "CREATED", "STATE", "NAME")
			for _, t := range tokens {
				state := string(t.State(now))
				switch t.State(now) {
				case token.Revoked:
					state += " " + t.Revoked.Format(time.DateOnly)
				case token.Expired:
					state += " " + t.Expires.Format(time.DateOnly)
				case token.Active:
					if !t.Expires.IsZero() {
						state = "until " + t.Expires.Format(time.DateOnly)
					}
				}
				a.out.printf(row, t.ID, t.Role, t.Created.Format(time.DateOnly), state, clean(t.Agent))
			}
			return nil
		},
	}
}

func (a *app) tokenRevoke() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "Void a token, for ever",
		Long: `Void a token. A running server refuses it from the next request on. What was written
with it stays on record. Revoking it again changes nothing. In place of the id, which the
list has, it takes the token itself, for who found one where it should not be.`,
		Example: "  onrecord token revoke --data ./record 7h2k9q4c",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("say which token: one id, as onrecord token list has it")
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) (ids []string, _ cobra.ShellCompDirective) {
			tokens, err := a.tokens()
			if len(args) > 0 || err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			for _, t := range tokens {
				if t.State(time.Now()) == token.Active {
					ids = append(ids, fmt.Sprintf("%s\t%s, %s", t.ID, clean(t.Agent), t.Role))
				}
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.tokens(); err != nil { // where there is nothing, nothing is made
				return err
			}
			id, err := token.ID(args[0])
			if err != nil {
				return usagef("%w", err) // which does not repeat what may be a secret
			}
			t, err := token.Revoke(cmd.Context(), a.data, id, time.Now())
			if err != nil {
				return err
			}
			if a.json {
				return a.out.json(jsonOf(t, time.Now()))
			}
			a.out.printf("token %s of %s is void since %s UTC\n", t.ID, clean(t.Agent), t.Revoked.Format(time.DateTime))
			return nil
		},
	}
}

// tokens lists those of a record, or of a directory that has tokens before it
// has a record.
func (a *app) tokens() ([]token.Token, error) {
	there, err := badgerkv.Exists(a.data, token.Files())
	if err != nil {
		return nil, a.hinted(err)
	}
	tokens, err := token.List(a.data)
	if err == nil && !there && len(tokens) == 0 {
		err = &graph.Error{
			Kind: graph.NotFound, Op: "tokens", Subject: a.data, Err: errors.New("there is no record, and no token"),
			Hint: "to make a token: onrecord token create --data " + shellWord(a.data),
		}
	}
	return tokens, err
}

// tokenJSON is a token as programs read it.
type tokenJSON struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Role    string      `json:"role"`
	State   token.State `json:"state"`
	Created time.Time   `json:"created"`
	Expires *time.Time  `json:"expires"` // null for never
	Revoked *time.Time  `json:"revoked"` // null for not
}

func jsonOf(t token.Token, now time.Time) tokenJSON {
	j := tokenJSON{ID: t.ID, Name: t.Agent, Role: t.Role.String(), State: t.State(now), Created: t.Created}
	if !t.Expires.IsZero() {
		j.Expires = &t.Expires
	}
	if !t.Revoked.IsZero() {
		j.Revoked = &t.Revoked
	}
	return j
}
