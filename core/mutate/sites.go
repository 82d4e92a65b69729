package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"strconv"
)

// A mutant is one change of one file.
type mutant struct {
	file     string // relative to the module
	line     int
	lines    int // how many more it goes over
	from, to int // bytes of the file
	old, new string
	kind     string
	switched []splice // nil: it cannot be switched on while the program runs
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

// sites finds everything in a file that can be broken. typeOf names the type of
// a number, "" where that has no name in this file.
func sites(set *token.FileSet, syntax *ast.File, source []byte, typeOf func(ast.Expr) string) (all []mutant) {
	offset := func(p token.Pos) int { return set.Position(p).Offset }
	add := func(kind string, from, to token.Pos, replace func(old string) string, switched ...splice) {
		old, at := string(source[offset(from):offset(to)]), set.Position(from)
		all = append(all, mutant{filepath.ToSlash(at.Filename), at.Line, set.Position(to).Line - at.Line, offset(from), offset(to), old, replace(old), kind, switched})
	}
	before := func(p token.Pos, text string) splice { return splice{at: offset(p), text: text} }
	after := func(p token.Pos, text string) splice { return splice{at: offset(p), text: text, closes: true} }
	instead := func(from, to token.Pos, text string) splice {
		return splice{at: offset(from), drop: offset(to) - offset(from), text: text}
	}
	negate := func(cond ast.Expr) {
		if cond != nil {
			add("negate", cond.Pos(), cond.End(), func(old string) string { return "!(" + old + ")" },
				before(cond.Pos(), "(("), after(cond.End(), ") != mutant_(ID))"))
		}
	}
	remove := func(s ast.Stmt) {
		// The names stay used, so that it compiles.
		add("delete", s.Pos(), s.End(), func(string) string { return "{}" },
			before(s.Pos(), "if !mutant_(ID) { "), after(s.End(), " }"))
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
			to, ok := swaps[n.Op]
			if !ok {
				return true
			}
			end := n.OpPos + token.Pos(len(n.Op.String()))
			how := []splice{before(n.X.Pos(), helpers[n.Op]+"(ID, "), instead(n.OpPos, end, ","), after(n.Y.End(), ")")}
			if n.Op == token.LAND || n.Op == token.LOR { // a || b is !(!a && !b)
				how = []splice{before(n.X.Pos(), "(((("), after(n.X.End(), ") != mutant_(ID))"),
					before(n.Y.Pos(), "(("), after(n.Y.End(), ") != mutant_(ID))) != mutant_(ID))")}
			}
			add("operator", n.OpPos, end, func(string) string { return to.String() }, how...)
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "min" || f.Name == "max") {
				add("name", f.Pos(), f.End(), func(string) string { return names[f.Name] },
					instead(f.Pos(), n.Lparen+1, f.Name+"_(ID, "))
			}
		case *ast.Ident:
			if n.Name == "true" || n.Name == "false" {
				add("name", n.Pos(), n.End(), func(string) string { return names[n.Name] },
					before(n.Pos(), "("), after(n.End(), " != mutant_(ID))"))
			}
		case *ast.BasicLit:
			v, err := strconv.ParseInt(n.Value, 0, 64)
			if n.Kind != token.INT || err != nil {
				return true
			}
			var how []splice
			if t := typeOf(n); t != "" {
				how = []splice{before(n.Pos(), "more_(ID, "+t+"("), after(n.End(), "))")}
			}
			add("off by one", n.Pos(), n.End(), func(string) string { return strconv.FormatInt(v+1, 10) }, how...)
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
	return all
}
