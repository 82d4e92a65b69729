package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
)

// A mutant is one change of one file.
type mutant struct {
	file     string // relative to the module
	line     int
	from, to int // bytes of the file
	old, new string
	kind     string
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d: %s: %q becomes %q", m.file, m.line, m.kind, m.old, m.new)
}

// apply returns the file as the mutant has it.
func (m mutant) apply(source []byte) []byte {
	out := append([]byte(nil), source[:m.from]...)
	out = append(out, m.new...)
	return append(out, source[m.to:]...)
}

// swaps are what an operator may be mistaken for.
var swaps = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
}

// names are what a predeclared name may be mistaken for.
var names = map[string]string{"min": "max", "max": "min", "true": "false", "false": "true"}

// sites finds everything in a file that can be broken.
func sites(file string, source []byte) (all []mutant, err error) {
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	offset := func(p token.Pos) int { return set.Position(p).Offset }
	add := func(kind string, from, to token.Pos, replace func(old string) string) {
		old := string(source[offset(from):offset(to)])
		all = append(all, mutant{file, set.Position(from).Line, offset(from), offset(to), old, replace(old), kind})
	}
	negate := func(cond ast.Expr) {
		if cond != nil {
			add("negate", cond.Pos(), cond.End(), func(old string) string { return "!(" + old + ")" })
		}
	}
	remove := func(s ast.Stmt) {
		// The names stay used, so that it compiles.
		add("delete", s.Pos(), s.End(), func(string) string { return "{}" })
	}
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.IfStmt:
			negate(n.Cond)
		case *ast.ForStmt:
			negate(n.Cond)
		case *ast.SwitchStmt:
			if n.Tag == nil {
				for _, clause := range n.Body.List {
					for _, cond := range clause.(*ast.CaseClause).List {
						negate(cond)
					}
				}
			}
		case *ast.BinaryExpr:
			if to, ok := swaps[n.Op]; ok {
				end := n.OpPos + token.Pos(len(n.Op.String()))
				add("operator", n.OpPos, end, func(string) string { return to.String() })
			}
		case *ast.Ident:
			if to, ok := names[n.Name]; ok {
				add("name", n.Pos(), n.End(), func(string) string { return to })
			}
		case *ast.BasicLit:
			if v, err := strconv.ParseInt(n.Value, 0, 64); n.Kind == token.INT && err == nil {
				add("off by one", n.Pos(), n.End(), func(string) string { return strconv.FormatInt(v+1, 10) })
			}
		case *ast.ExprStmt:
			remove(n)
		case *ast.IncDecStmt:
			remove(n)
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				remove(n)
			}
		case *ast.BranchStmt:
			remove(n)
		case *ast.ReturnStmt:
			if len(n.Results) == 0 {
				remove(n)
			}
		}
		return true
	})
	return all, nil
}
