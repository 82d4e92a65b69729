package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// find lists all mutants of all rooms.
func find() (all []mutant, err error) {
	set := token.NewFileSet()
	imports := importer.ForCompiler(set, "source", nil)
	for _, room := range rooms {
		names, err := filepath.Glob(filepath.Join(filepath.FromSlash(room), "*.go"))
		if err != nil {
			return nil, err
		}
		var files []*ast.File
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			syntax, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			files = append(files, syntax)
		}
		info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		pkg, err := (&types.Config{Importer: imports}).Check(room, set, files, &info)
		if err != nil {
			return nil, err
		}
		for _, syntax := range files {
			name := filepath.ToSlash(set.Position(syntax.Package).Filename)
			if strings.HasSuffix(name, ".gen.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			all = append(all, sites(set, syntax, source, func(x ast.Expr) string { return nameOf(info.Types[x].Type, pkg, syntax) })...)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("nothing to break: run it from the module's root")
	}
	return all, nil
}

// nameOf writes a number's type as a file of the package does.
func nameOf(t types.Type, pkg *types.Package, file *ast.File) string {
	if t == nil {
		return ""
	}
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsUntyped != 0 || basic.Info()&types.IsNumeric == 0 {
		return ""
	}
	known := true
	name := types.TypeString(t, func(from *types.Package) string {
		if from == pkg {
			return ""
		}
		imported := false
		for _, spec := range file.Imports {
			imported = imported || spec.Name == nil && strings.Trim(spec.Path.Value, `"`) == from.Path()
		}
		known = known && imported
		return from.Name()
	})
	if !known {
		return ""
	}
	return name
}
