package faultserver

import (
	"net/netip"
	"syscall"
)

// holdPort binds the closed port without listening: dials are refused, and
// the kernel gives the port to nobody else as a source port. Listening again
// works meanwhile, because both sockets allow reuse (on Linux; elsewhere it
// does not). It returns nil if it
// cannot, which only makes Revive depend on luck.
func holdPort(addr string) (release func()) {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil {
		return nil
	}
	family, sa := syscall.AF_INET6, syscall.Sockaddr(&syscall.SockaddrInet6{Port: int(ap.Port()), Addr: ap.Addr().As16()})
	if ap.Addr().Is4() {
		family, sa = syscall.AF_INET, &syscall.SockaddrInet4{Port: int(ap.Port()), Addr: ap.Addr().As4()}
	}
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil
	}
	err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	if err == nil {
		err = syscall.Bind(fd, sa)
	}
	if err != nil {
		syscall.Close(fd)
		return nil
	}
	return func() { syscall.Close(fd) }
}
