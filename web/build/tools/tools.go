// Package tools finds the programs that tests need beside Go: a browser and
// Node. What is missing is installed from Debian's packages where that is
// possible without asking anybody; else one line says what to install.
package tools

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A Tool is a program that may go by several names.
type Tool struct {
	Name     string
	Env      string   // variable that names the program, asked first; "" for none
	Commands []string // tried in order
	Package  string   // Debian's package
}

// The tools of this project.
var (
	Chromium = Tool{
		Name: "chromium",
		Env:  "CHROME",
		Commands: []string{
			"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		},
		Package: "chromium",
	}
	Firefox = Tool{Name: "firefox", Env: "FIREFOX", Commands: []string{"firefox-esr", "firefox"}, Package: "firefox-esr"}
	// WebKit is WebKitGTK's own small browser, which no distribution puts on the path.
	WebKit = Tool{
		Name: "webkit",
		Env:  "WEBKIT",
		Commands: []string{
			"/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser", "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
			"/usr/libexec/webkit2gtk-4.1/MiniBrowser", "/usr/lib/webkit2gtk-4.1/MiniBrowser",
		},
		Package: "libwebkit2gtk-4.1-0",
	}
	// Xvfb is a display for browsers that have to have one.
	Xvfb = Tool{Name: "xvfb", Commands: []string{"xvfb-run"}, Package: "xvfb"}
	Node = Tool{Name: "node", Commands: []string{"node", "nodejs"}, Package: "nodejs"}
	NPM  = Tool{Name: "npm", Commands: []string{"npm"}, Package: "npm"}
)

// All is every tool, for programs that choose one by name.
var All = []Tool{Chromium, Firefox, WebKit, Xvfb, Node, NPM}

// Find returns the program's path, or "" if it is not here. It is an error if
// the variable names something that is no program: silently taking another
// browser than the one asked for would be worse.
func (t Tool) Find() (string, error) {
	if named := os.Getenv(t.Env); t.Env != "" && named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%s=%s: no such program", t.Env, named)
		}
		return path, nil
	}
	for _, name := range t.Commands {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", nil
}

// Ensure returns the program's path and installs it first if it is missing.
// What is being done is told on log.
func (t Tool) Ensure(ctx context.Context, log io.Writer) (string, error) {
	path, err := t.Find()
	if path != "" || err != nil {
		return path, err
	}
	apt, ok := aptGet(ctx)
	if !ok {
		return "", t.missing("cannot install it here (no apt-get, or not root)")
	}
	fmt.Fprintf(log, "%s is missing: installing Debian's package %s\n", t.Name, t.Package)
	for _, args := range [][]string{
		{"update"},
		{"install", "-y", "--no-install-recommends", t.Package},
	} {
		if err := apt.run(ctx, args); err != nil {
			return "", t.missing(err.Error())
		}
	}
	if path, err = t.Find(); path == "" && err == nil {
		err = t.missing("Debian's package " + t.Package + " did not bring it")
	}
	return path, err
}

// missing is the one line that says what to do.
func (t Tool) missing(why string) error {
	hint := "install Debian's package " + t.Package + " or one of your system's"
	if t.Env != "" {
		hint += ", or set " + t.Env + " to the program's path"
	}
	return fmt.Errorf("%s is missing: %s; %s", t.Name, why, hint)
}

// apt is the command that installs, with sudo in front where needed.
type apt []string

// aptGet returns how to install without a question, if there is a way.
func aptGet(ctx context.Context) (apt, bool) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return nil, false
	}
	// Another installation may be running: wait for its lock.
	command := apt{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "-q"}
	if os.Geteuid() == 0 {
		return command, true
	}
	if exec.CommandContext(ctx, "sudo", "-n", "true").Run() == nil {
		return append(apt{"sudo", "-n"}, command...), true
	}
	return nil, false
}

func (a apt) run(ctx context.Context, args []string) error {
	argv := append(append([]string{}, a...), args...)
	text, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		return fmt.Errorf("apt-get %s: %w (%s)", args[0], err, lines[len(lines)-1])
	}
	return nil
}
