package pack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// readVersion returns the "version" of package.json, the one place where the
// version is written.
func readVersion(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the version: %w", err)
	}
	var manifest struct{ Version string }
	if err := json.Unmarshal(text, &manifest); err != nil {
		return "", fmt.Errorf("read the version: %s: %w", path, err)
	}
	if manifest.Version == "" {
		return "", fmt.Errorf("read the version: %s has no \"version\"", path)
	}
	return manifest.Version, nil
}

// writeAll writes files into dir and removes what the build before wrote and
// this one no longer does. The list goes last: where it stands, the rest does.
func writeAll(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write the build: %w", err)
	}
	before, _ := ReadInfo(dir) // no list, nothing to remove
	for _, name := range sortedNames(files) {
		if name == InfoFile {
			continue
		}
		if err := writeFile(filepath.Join(dir, name), files[name]); err != nil {
			return fmt.Errorf("write the build: %w", err)
		}
	}
	for name := range before.Files {
		if _, kept := files[name]; !kept && filepath.IsLocal(name) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
				return fmt.Errorf("remove a file of the build before: %w", err)
			}
		}
	}
	if err := writeFile(filepath.Join(dir, InfoFile), files[InfoFile]); err != nil {
		return fmt.Errorf("write the build: %w", err)
	}
	return nil
}

// writeFile replaces a file in one step, so that a server or a second build
// running meanwhile never sees half of it.
func writeFile(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once renamed
	if _, err := tmp.Write(data); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(0o644); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
