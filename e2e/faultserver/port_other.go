//go:build !linux

package faultserver

func holdPort(string) (release func()) { return nil }
