//go:build linux || darwin

package client

import (
	"crypto/tls"
	"net"
	"runtime"
	"syscall"
)

// mostUnsent is how many bytes may be in the system's buffer that have not left.
// Without a limit there are megabytes: on a slow network a ping would be seconds
// behind them, and Send done long before its message is gone. What is under way
// on the network is not limited by it.
const mostUnsent = 128 << 10

// limitUnsent sets TCP_NOTSENT_LOWAT, if it can.
func limitUnsent(c net.Conn) {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	option := 0x19 // Linux
	if runtime.GOOS == "darwin" {
		option = 0x201
	}
	if tcp, ok := c.(syscall.Conn); ok {
		if raw, err := tcp.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, option, mostUnsent) })
		}
	}
}
