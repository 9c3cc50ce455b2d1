package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestDemoSaysHowToWrite follows what a demo prints: it can be read by anybody,
// and written with what the command prints that it names. It shows no secret.
func TestDemoSaysHowToWrite(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the command is written for a shell that is not there")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	// testscript chooses what to be by the name that it is called by.
	name := filepath.Join(dir, "onrecord")
	if err := os.Symlink(program, name); err != nil {
		t.Fatal(err)
	}
	demo := exec.Command(name, "demo", "--addr", "127.0.0.1:0", "--no-browser")
	demo.Env = append(os.Environ(), "TMPDIR="+dir, "PATH="+dir+":"+os.Getenv("PATH"), "GORACE=atexit_sleep_ms=50")
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = demo.Process.Kill() }() // where the test ends before it
	var url, command string
	lines := bufio.NewScanner(out)
	for command == "" && lines.Scan() {
		if at := regexp.MustCompile(`http://[0-9.:]+`).FindString(lines.Text()); at != "" {
			url = at
		}
		_, command, _ = strings.Cut(lines.Text(), "Reading needs no token. Writing does: ")
	}
	if url == "" || !strings.HasPrefix(command, "onrecord token create ") {
		t.Fatalf("it says to ask at %q and to call %q", url, command)
	}
	var put struct {
		Data struct {
			PutTopic struct{ Revision struct{ Agent string } }
		}
		Errors []struct{ Extensions struct{ Code string } }
	}
	const mutation = `mutation { putTopic(input: {name: "Rain"}) { revision { agent } } }`
	if err := send(url, "", `{ record { seq } }`, &put); err != nil || put.Errors != nil {
		t.Errorf("reading: got %+v, %v", put, err)
	}
	if err := send(url, "", mutation, &put); err != nil || len(put.Errors) != 1 || put.Errors[0].Extensions.Code != "UNAUTHENTICATED" {
		t.Errorf("writing: got %+v, %v", put, err)
	}
	create := exec.Command("sh", "-c", command)
	create.Env = demo.Env
	secret, err := create.Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	put.Errors = nil
	if err := send(url, strings.TrimSpace(string(secret)), mutation, &put); err != nil || put.Errors != nil || put.Data.PutTopic.Revision.Agent == "" {
		t.Errorf("writing with a token: got %+v, %v", put, err)
	}
	if err := demo.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		if strings.Contains(lines.Text(), "onrecord_") {
			t.Errorf("it prints a secret: %s", lines.Text())
		}
	}
	if err := demo.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
	if left, err := filepath.Glob(dir + "/onrecord-demo-*"); err != nil || left != nil {
		t.Errorf("it leaves %v, %v", left, err)
	}
}
