//go:build !unix

package faultserver

func holdPort(string) (release func()) { return nil }
