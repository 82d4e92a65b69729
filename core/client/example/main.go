// Command example stays connected to the address it is given, and says what
// happens. Start the fault server and break it while this runs:
//
//	go run ./e2e/faultserver/cmd/faultserver &
//	go run ./core/client/example ws://127.0.0.1:8081/feed
//	curl -X POST 127.0.0.1:8080/control/kill
package main

import (
	"context"
	"log"
	"os"

	"github.com/websocket-reconnect/websocket-reconnect/core/client"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: example ws://host/path")
	}
	c, err := client.New(os.Args[1], &client.Options{MaxRetries: client.Unlimited})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(1000, "")
	go c.Connect(context.Background())
	for ev := range c.Events(context.Background()) {
		log.Println(ev)
	}
}
