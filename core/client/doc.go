// Package client is the reconnecting WebSocket client for Go programs. The
// machine of package core decides when to dial, wait, probe, give up and
// flush, exactly as it does in a page; here it drives sockets of
// github.com/coder/websocket, or a browser's own where the program is compiled
// to WebAssembly.
//
//	c, err := client.New("wss://example.com/chat", nil)
//	if err != nil {
//		return err
//	}
//	defer c.Close(1000, "")
//	go c.Connect(ctx)
//	for ev := range c.Events(ctx) {
//		switch ev := ev.(type) {
//		case client.Message:
//			fmt.Println(ev)
//		case client.Retry:
//			log.Printf("retry %d in %v", ev.Attempt, ev.Delay)
//		}
//	}
//
// # Order and pressure
//
// [Client.Send] returns when the message is written, so a sender is as fast as
// the network. While there is no connection it returns at once and the message
// waits in the outbox, whose limits are options. Messages go out in the order
// of their Sends, each at most once. What a connection had not begun to write
// when it was lost goes back to the outbox; what was written to a socket is in
// TCP's hands, and the loss of the connection may lose it.
//
// [Client.Events] yields everything in one stream. A loop that is slow holds
// the server back; a program that only sends must read the events too, or set
// [Options.SendOnly].
//
// One goroutine owns the machine, each socket has two, and a probe under way
// one. [Client.Close] ends them all before it returns.
//
// # Failures
//
// A failed dial or connection is told as an [*Error], whose class says what
// the machine made of it and whose Err is what was seen: errors.Is knows the
// classes ([ErrUnreachable], …), errors.As a [*HandshakeError] with the HTTP
// answer, a [*CloseError], a *net.OpError. None of them ends a client; that
// takes MaxRetries failures in a row, told by [Failed].
//
// # What differs from the page's client
//
//   - The heartbeat is an RFC 6455 ping, which every server answers. Pings of
//     the server and parts of long messages count as signs of life as well.
//   - Why a dial failed is known exactly; nothing need be diagnosed.
//   - Close codes: all that RFC 6455 lets a client send.
//   - A Send that fails at once says so by its error instead of a [Drop].
//   - What a lost socket had not begun to write is kept; a browser drops it.
//   - Nothing is heard of networks, sleep and visibility. A program that
//     knows tells by [Client.Online], [Client.Offline] and [Client.Wake].
//   - Options.CircuitName shares a circuit among the clients of the program, as
//     circuitBreaker.name does among those of a page. The retry budget is each
//     client's own.
//   - A message larger than ReadLimit, or text that is not UTF-8, ends the
//     connection with 1009 or 1007 and waits for MaxDelay; browsers say 1006.
//   - A server that selects none of the subprotocols offered is accepted.
//
// # In a browser
//
// With GOOS=js the heartbeat is the message {"type":"ping"} unless
// HeartbeatMessage says otherwise. Header, Host, HTTPClient, TLS and
// CompressionThreshold cannot be had and are an error of [New]. Close codes
// other than 1000 and 3000 to 4999 are sent as 1000, and [Closed] tells which
// was asked for. A failed dial is [ErrUnreachable] whatever the cause. The
// inbox cannot hold the server back, and what waits in the browser's own
// buffer is lost with the socket. The program carries net/http; a page that
// minds 1.4 MB is better off with the page's client.
package client
