package pack

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/andybalholm/brotli"
)

// quickBrotli is the level of debug builds, where waiting costs more than
// bytes.
const quickBrotli = 5

// keepFor is how long an unused entry stays in the cache.
const keepFor = 7 * 24 * time.Hour

// compressor compresses, and remembers brotli's results in files named after
// the hash of what went in.
type compressor struct {
	cache string // folder; "" remembers nothing
	quick bool
}

func (c compressor) brotli(data []byte) ([]byte, error) {
	level := brotli.BestCompression
	if c.quick {
		level = quickBrotli
	}
	path := c.path(data, level)
	if path != "" {
		if known, err := os.ReadFile(path); err == nil && opens(known, data) {
			now := time.Now()
			_ = os.Chtimes(path, now, now) // only says "still used" to prune
			return known, nil
		}
	}
	var b bytes.Buffer
	// The window is wide enough for the whole module to be searched.
	w := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: level, LGWin: 24})
	if err := finish(w, data); err != nil {
		return nil, fmt.Errorf("brotli: %w", err)
	}
	if path != "" {
		if err := os.MkdirAll(c.cache, 0o755); err != nil {
			return nil, fmt.Errorf("build cache: %w", err)
		}
		if err := writeFile(path, b.Bytes()); err != nil {
			return nil, fmt.Errorf("build cache: %w", err)
		}
	}
	return b.Bytes(), nil
}

// gzip is quick enough not to be remembered.
func (c compressor) gzip(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	if err := finish(w, data); err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	return b.Bytes(), nil
}

func finish(w io.WriteCloser, data []byte) error {
	if _, err := w.Write(data); err != nil {
		return err
	}
	return w.Close()
}

// opens reports whether packed is data compressed: a cache may be cut short or
// damaged, and what comes out of it is published.
func opens(packed, data []byte) bool {
	got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(packed)))
	return err == nil && bytes.Equal(got, data)
}

func (c compressor) path(data []byte, level int) string {
	if c.cache == "" {
		return ""
	}
	return filepath.Join(c.cache, fmt.Sprintf("%x.br%d", sha256.Sum256(data), level))
}

// prune forgets what no build has used for a while. It only saves space, so
// that what goes wrong here does not matter.
func (c compressor) prune() {
	if c.cache == "" {
		return
	}
	entries, _ := os.ReadDir(c.cache)
	for _, e := range entries {
		if at, err := e.Info(); err == nil && time.Since(at.ModTime()) > keepFor {
			_ = os.Remove(filepath.Join(c.cache, e.Name()))
		}
	}
}
