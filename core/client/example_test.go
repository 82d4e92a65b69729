//go:build !js

package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core/client"
	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// serve starts a server that can be told to misbehave; it echoes.
func serve() *faultserver.Server {
	server, err := faultserver.New(faultserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	return server
}

func Example() {
	server := serve()
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	c, err := client.New(server.URL(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(1000, "")
	if err := c.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	if err := c.Send(ctx, client.Text, []byte("hello")); err != nil {
		log.Fatal(err)
	}
	for ev := range c.Events(ctx) {
		if m, ok := ev.(client.Message); ok {
			fmt.Println(m)
			break
		}
	}
	// Output: hello
}

// The server restarts; what is sent meanwhile goes out when it is back.
func Example_restart() {
	server := serve()
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	c, err := client.New(server.URL(), &client.Options{BaseDelay: 10 * time.Millisecond, Jitter: client.None})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(1000, "")
	go c.Connect(ctx)
	restarted := false
	for ev := range c.Events(ctx) {
		switch ev := ev.(type) {
		case client.Open:
			fmt.Println("open")
			if !restarted {
				restarted = true
				server.CloseAll(1012, "restart")
			}
		case client.Closed:
			fmt.Println("closed:", ev.Code, ev.Reason)
		case client.Retry:
			fmt.Println("retry", ev.Attempt, "in", ev.Delay)
			c.Send(ctx, client.Text, []byte("sent while away"))
		case client.Message:
			fmt.Println(ev)
			return
		}
	}
	// Output:
	// open
	// closed: 1012 restart
	// retry 1 in 10ms
	// open
	// sent while away
}

// A refused handshake shows the server's answer.
func ExampleHandshakeError() {
	server := serve()
	defer server.Close()
	server.Set(func(f *faultserver.Faults) {
		f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 503, RetryAfter: "120"}
	})

	c, err := client.New(server.URL(), &client.Options{MaxRetries: client.None})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(1000, "")
	err = c.Connect(context.Background())
	fmt.Println("gave up:", errors.Is(err, client.ErrFailed))
	fmt.Println("refused:", errors.Is(err, client.ErrHandshakeRefused))
	if he, ok := errors.AsType[*client.HandshakeError](err); ok {
		after, _ := he.RetryAfter()
		fmt.Println(he.StatusCode, after)
	}
	// Output:
	// gave up: true
	// refused: true
	// 503 2m0s
}

func ExampleBadInputError() {
	_, err := client.New("wss://example.com", &client.Options{Multiplier: 0.5})
	fmt.Println(err)
	_, err = client.New("example.com", nil)
	fmt.Println(err)
	// Output:
	// client: Multiplier: 0.5: must be 1 to 100; 0 means the default
	// client: url: "example.com": must be an absolute ws, wss, http or https address without a fragment, port 1 to 65535
}
