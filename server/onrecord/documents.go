package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

const apolloManifest = "apollo-persisted-query-manifest"

// readDocuments reads the documents that clients may name, by their ids: a
// manifest as Apollo's generate-persisted-query-manifest or relay-compiler
// writes it, a .graphql file, or every .graphql and .gql file below a directory.
// A file goes by its sha256, with and without the line end that editors add.
func readDocuments(name string) (map[string]string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, usagef("--documents: %w", err)
	}
	docs := make(map[string]string)
	if !info.IsDir() {
		return docs, readDocument(docs, name)
	}
	err = filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isGraphQL(path) {
			return err
		}
		return readDocument(docs, path)
	})
	if err == nil && len(docs) == 0 {
		err = usagef("--documents %q: no .graphql file is in it", name)
	}
	return docs, err
}

func isGraphQL(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".graphql" || ext == ".gql"
}

func readDocument(into map[string]string, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return usagef("--documents: %w", err)
	}
	if isGraphQL(name) {
		for _, form := range []string{string(text), strings.TrimSpace(string(text))} {
			sum := sha256.Sum256([]byte(form))
			into[hex.EncodeToString(sum[:])] = form
		}
		return nil
	}
	found, err := parseManifest(text)
	if err != nil {
		return usagef("--documents %q: %w", name, err)
	}
	maps.Copy(into, found)
	return nil
}

// parseManifest reads the two forms in which the documents of an application are
// written down: Apollo's, an object with format, version and operations, and
// Relay's, an object of texts by their ids.
func parseManifest(text []byte) (map[string]string, error) {
	var apollo struct {
		Format     string
		Version    int
		Operations []struct{ ID, Name, Body string }
	}
	if bytes.Contains(text, []byte(apolloManifest)) && json.Unmarshal(text, &apollo) == nil && apollo.Format == apolloManifest {
		if apollo.Version != 1 {
			return nil, usagef("its version is %d, and 1 is known", apollo.Version)
		}
		docs := make(map[string]string, len(apollo.Operations))
		for _, op := range apollo.Operations {
			if op.ID == "" || op.Body == "" {
				return nil, usagef("the operation %q has no id or no body", op.Name)
			}
			docs[op.ID] = op.Body
		}
		return docs, nil
	}
	var relay map[string]string
	if err := json.Unmarshal(text, &relay); err != nil {
		return nil, usagef("neither a manifest of Apollo, nor texts by their ids, as relay-compiler writes them: %w", err)
	}
	return relay, nil
}
