//go:build !linux && !darwin && !js

package client

import "net"

func limitUnsent(net.Conn) {}
