package faultserver

import (
	"fmt"
	"net/http"
	"os"
	"path"
	"strings"
)

// mimeTypes of a web build; the system's own table may be missing or wrong.
var mimeTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".map":  "application/json",
	".mjs":  "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".wasm": "application/wasm",
}

// Static serves the files of a directory with the MIME types that a web build
// needs, and with Cache-Control: no-store.
func Static(dir string) http.Handler {
	files := http.FileServer(http.Dir(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if kind, ok := mimeTypes[path.Ext(r.URL.Path)]; ok {
			w.Header().Set("Content-Type", kind)
		}
		files.ServeHTTP(noStore{w}, r)
	})
}

// noStore sets the header last: the file server removes it from errors.
type noStore struct{ http.ResponseWriter }

func (w noStore) WriteHeader(status int) {
	w.Header().Set("Cache-Control", "no-store")
	w.ResponseWriter.WriteHeader(status)
}

func (w noStore) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Handle mounts a handler on the control server; the pattern is that of
// [http.ServeMux]. It fails if the pattern is malformed or in conflict with
// another one. /control/ is taken.
func (s *Server) Handle(pattern string, handler http.Handler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("faultserver: pattern %q: %v", pattern, p)
		}
	}()
	if handler == nil {
		return fmt.Errorf("faultserver: pattern %q: the handler is nil", pattern)
	}
	if _, route, _ := strings.Cut(pattern, "/"); strings.HasPrefix(route, "control/") || route == "control" {
		return fmt.Errorf("faultserver: pattern %q: /control/ is taken by the steering API", pattern)
	}
	s.mux.Handle(pattern, handler)
	return nil
}

// Mount serves the directory dir under prefix, which begins with "/"; a "/"
// at its end is added. It fails if dir is no directory.
func (s *Server) Mount(prefix, dir string) error {
	if !strings.HasPrefix(prefix, "/") || strings.ContainsAny(prefix, "{} ") {
		return fmt.Errorf("faultserver: mount prefix %q: must begin with \"/\" and have no space or brace", prefix)
	}
	switch info, err := os.Stat(dir); {
	case err != nil:
		return fmt.Errorf("faultserver: mount %s: %w", prefix, err)
	case !info.IsDir():
		return fmt.Errorf("faultserver: mount %s: %s: must be a directory", prefix, dir)
	}
	prefix = strings.TrimRight(prefix, "/")
	return s.Handle(prefix+"/", http.StripPrefix(prefix, Static(dir)))
}
