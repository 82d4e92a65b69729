package pack

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Info is build-info.json: what was built, by which Go, and every other file
// of the folder by name.
type Info struct {
	Version string          `json:"version"`
	Go      string          `json:"go"`
	Debug   bool            `json:"debug,omitempty"`
	Files   map[string]File `json:"files"`
}

// File describes one file. Sizes are in bytes.
type File struct {
	Bytes     int    `json:"bytes"`
	Gzip      int    `json:"gzip,omitempty"`   // at level 9; absent for files already compressed
	Brotli    int    `json:"brotli,omitempty"` // at level 11; absent for files already compressed
	SHA256    string `json:"sha256"`           // hexadecimal
	Integrity string `json:"integrity"`        // sha384, as HTML's integrity attribute wants it
}

// ReadInfo reads the list of a folder that [Build] wrote.
func ReadInfo(dir string) (Info, error) {
	text, err := os.ReadFile(filepath.Join(dir, InfoFile))
	if err != nil {
		return Info{}, fmt.Errorf("read build info: %w", err)
	}
	var info Info
	if err := json.Unmarshal(text, &info); err != nil {
		return Info{}, fmt.Errorf("read build info: %s: %w", InfoFile, err)
	}
	return info, nil
}

// describe makes the list, and adds the module's compressed forms to files.
func describe(files map[string][]byte, c compressor) (Info, error) {
	info := Info{Files: map[string]File{}}
	for _, name := range sortedNames(files) {
		data := files[name]
		br, err := c.brotli(data)
		if err != nil {
			return Info{}, fmt.Errorf("compress %s: %w", name, err)
		}
		gz, err := c.gzip(data)
		if err != nil {
			return Info{}, fmt.Errorf("compress %s: %w", name, err)
		}
		f := hashed(data)
		f.Gzip, f.Brotli = len(gz), len(br)
		info.Files[name] = f
		if name == Wasm {
			files[WasmBrotli], files[WasmGzip] = br, gz
			info.Files[WasmBrotli], info.Files[WasmGzip] = hashed(br), hashed(gz)
		}
	}
	return info, nil
}

func hashed(data []byte) File {
	short, long := sha256.Sum256(data), sha512.Sum384(data)
	return File{
		Bytes:     len(data),
		SHA256:    hex.EncodeToString(short[:]),
		Integrity: "sha384-" + base64.StdEncoding.EncodeToString(long[:]),
	}
}

func (i Info) encode() ([]byte, error) {
	text, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write build info: %w", err)
	}
	return append(text, '\n'), nil
}

// Table is the list as text: sizes per file, without what no page loads.
func (i Info) Table() string {
	var b strings.Builder
	kind := ""
	if i.Debug {
		kind = ", debug build"
	}
	fmt.Fprintf(&b, "websocket-reconnect %s, %s%s\n", i.Version, i.Go, kind)
	fmt.Fprintf(&b, "%-32s %10s %10s %10s\n", "file (bytes)", "raw", "gzip", "brotli")
	for _, name := range sortedNames(i.Files) {
		f := i.Files[name]
		if f.Brotli == 0 || name == Licenses || strings.HasSuffix(name, ".map") {
			continue
		}
		fmt.Fprintf(&b, "%-32s %10d %10d %10d\n", name, f.Bytes, f.Gzip, f.Brotli)
	}
	return b.String()
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
