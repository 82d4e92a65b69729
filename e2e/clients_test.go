package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// The chat client of the first seed, copied: it says that it is online after
// each open, refuses to send while it is not connected, and shows what comes.
func TestChatClient(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		me := faultserver.To{Client: "user123"}
		online := `{"type":"online","userId":"user123"}`
		p.until(`log "⚠️ Cannot send message: not connected"`) // at once: it dials still
		p.until(`log "✅ Connected to chat server"`)
		p.js(`chat.sendMessage('Hello, world!')`)
		p.server("the greeting", func(r faultserver.Record) bool {
			return slices.Equal(texts(r, "user123"), []string{online, `{"type":"chat","content":"Hello, world!"}`})
		})
		for text, shown := range map[string]string{
			`{"type":"chat","from":"ann","content":"hi"}`: `log "[ann]: hi"`,
			`{"type":"system","content":"maintenance"}`:   `log "[System]: maintenance"`,
		} {
			_, err := p.s.Send(text, me)
			p.must(err)
			p.until(shown)
		}

		p.must(p.s.Kill())
		p.until(`log "❌ Disconnected from chat server"`)
		p.until(`log "🔄 Reconnecting... Attempt 1/10"`)
		p.js(`chat.sendMessage('lost')`)
		p.until(`log "⚠️ Cannot send message: not connected"`)
		p.must(p.s.Revive())
		p.until(`log "✅ Connected to chat server"`)
		r := p.server("online again", func(r faultserver.Record) bool { return len(texts(r, "user123")) == 3 })
		if got := texts(r, "user123")[2]; got != online {
			t.Errorf("after the reconnect the server got %s, want %s", got, online)
		}

		p.js(`chat.disconnect()`)
		p.until(`log "❌ Disconnected from chat server"`)
		p.until("state CLOSED")
		p.witness(2)
		p.quiet()
		if n := dials(p.s.Record(), "user123"); n != 2 {
			t.Errorf("the server saw %d dials, want 2: one, and one after the kill", n)
		}
	}, file("chat.html"))
}

// The GraphQL client of the first seed, copied: it offers a subprotocol, and
// subscribes anew to everything after each open.
func TestGraphQLClient(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		subscribe := func(id string) string {
			return fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":"subscription { n }","variables":{"id":%s}}}`, id, id)
		}
		p.until("open")
		p.is(`client.ws.protocol`, `"graphql-ws"`)
		p.js(`client.subscribe('subscription { n }', {id: 2}, sink('second'))`)
		p.server("both subscriptions", func(r faultserver.Record) bool {
			return slices.Equal(texts(r, "a"), []string{subscribe("1"), subscribe("2")})
		})
		for _, m := range []struct{ text, shown string }{
			{`{"type":"connection_ack"}`, `log "GraphQL connection acknowledged"`},
			{`{"type":"next","id":"1","payload":{"n":7}}`, `first data {"n":7}`},
			{`{"type":"error","id":"2","payload":[{"message":"no"}]}`, `second error [{"message":"no"}]`},
			{`{"type":"complete","id":"2"}`, `second complete`},
		} {
			_, err := p.s.Send(m.text, faultserver.To{Client: "a"})
			p.must(err)
			p.until(m.shown)
		}

		p.must(p.s.Kill())
		p.until("retry 1 *")
		p.must(p.s.Revive())
		p.until("open")
		r := p.server("the subscription that is left", func(r faultserver.Record) bool { return len(texts(r, "a")) == 3 })
		if got := texts(r, "a")[2]; got != subscribe("1") {
			t.Errorf("after the reconnect the server got %s, want %s", got, subscribe("1"))
		}

		p.js(`stop()`)
		p.server("complete", func(r faultserver.Record) bool {
			got := texts(r, "a")
			return len(got) == 4 && got[3] == `{"id":"1","type":"complete"}`
		})
		p.js(`client.disconnect()`)
		p.until("state CLOSED")
		for _, c := range p.s.Record().Conns {
			if c.Upgraded && !slices.Equal(c.Offered, []string{"graphql-ws"}) {
				t.Errorf("dial %d offered %q", c.Conn, c.Offered)
			}
		}
	}, file("graphql.html"))
}
