package e2e

import (
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// pain 16: "Private codes mis-read: 4401 meant retry to the client." What the
// table says happens, the user's entries first; and the table can be asked.
func TestPain16CloseCodes(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{minUptime: 0, maxDelay: 120, closeCodes: {'4100-4199': 'slow', '4105': 'stop', '4401': 'retry'}}`)
		p.js(`void ws.getCloseCodes().then((codes) => { window.codes = codes; })`)
		p.settles(`window.codes`)
		p.is(`[codes['4105'], codes['4401'], codes['1008'], codes['1002-1003'], codes['3000']]`, `["stop","retry",null,"slow","refresh"]`)
		p.closesWith(4150, "later")
		p.sees("error CLOSED_BY_SERVER *4150*", "close 4150 later true", "state CONNECTING", "retry 1 120 10 policy", "state OPEN", "open")
		p.closesWith(4105, "banned")
		p.sees("error STOPPED *4105*banned*stop*", "close 4105 banned true", "state FAILED", "failed stopped 1 STOPPED 4105")
		p.quiet()
		p.js(`void ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
	})
}

// closesWith has the server close the page's only connection.
func (p *page) closesWith(code int, reason string) {
	p.t.Helper()
	p.server("an open socket", func(r faultserver.Record) bool { return r.Client("a").Open == 1 })
	if n, err := p.s.CloseAll(code, reason, faultserver.To{Client: "a"}); n != 1 || err != nil {
		p.t.Fatalf("closed %d sockets: %v", n, err)
	}
}

// pain 13: "No way for the server to say come back in N s."
func TestPain13RetryHint(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{minUptime: 0, maxDelay: 40, hintCodes: ['1012', '4200-4299']}`)
		for _, c := range []struct {
			code          int
			reason, retry string
		}{
			{1012, "retry=150", "retry 1 150 10 server"},
			{4250, `{"retryAfter": 160, "spread": 0}`, "retry 1 160 10 server"},
			{1013, "retry=150", "retry 1 40 10 policy"}, // not among the codes
			{1012, "retry=soon", "retry 1 20 10 backoff"},
		} {
			p.closesWith(c.code, c.reason)
			p.sees("error *", "close *", "state CONNECTING", c.retry, "state OPEN", "open")
		}
	})
}

// pain 20: "Token in URL expires between retries." Each dial has an address of
// its own; a code that says so has the token made anew.
func TestPain20FreshToken(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.calls = [];
			window.ws = make({minUptime: 0, maxDelay: 100, url: async ({attempt, lastClose, refresh, signal}) => {
				calls.push([attempt, lastClose && lastClose.code, refresh, signal.aborted]);
				await null;
				return link + '/ws?client=a&token=' + calls.length;
			}});
			void ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
		p.closesWith(1001, "")
		p.sees("error *", "close *", "state CONNECTING", "retry *", "state OPEN", "open")
		p.closesWith(4401, "token expired")
		p.sees("error *", "close *", "state CONNECTING", "retry *", "state OPEN", "open")
		p.is(`calls`, `[[0,null,false,false],[1,1001,false,false],[1,4401,true,false]]`)
		p.is(`new URL(ws.url).searchParams.get('token')`, `"3"`)
	})
}

// A provider that fails is a failed attempt; one that says stop ends it. What
// comes back after the dial was called off is ignored.
func TestProviderFails(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.answers = [() => { throw new Error('no token today'); }, () => 'ftp://x/', () => 7, () => link + '/ws?client=a'];
			window.ws = make({maxDelay: 30, url: () => answers.shift()()});
			window.opened = ws.connect()`)
		p.sees("state CONNECTING",
			"error PROVIDER_FAILED *no token today*", "close 1006 *", "retry 1 *",
			"error PROVIDER_FAILED *scheme*", "close 1006 *", "retry 2 *",
			"error PROVIDER_FAILED *gave 7*", "close 1006 *", "retry 3 *", "state OPEN", "open")
		// The dial is called off while the provider is at work.
		p.js(`answers.push(() => new Promise((resolve) => { window.late = resolve; }), () => link + '/ws?client=a', async () => { throw WebSocketReconnect.stop('logged out'); });
			ws.reconnect()`)
		p.settles(`window.late`)
		p.js(`ws.reconnect()`)
		p.until("open")
		p.js(`late(link + '/ws?client=late')`)
		p.js(`ws.reconnect()`)
		p.until("error STOPPED *logged out*")
		p.until("failed *")
		p.is(`ws.state`, `"FAILED"`)
		if n := p.s.Record().Client("late").Upgrades; n != 0 {
			t.Errorf("a late address was dialled")
		}
	})
}

// pain 28: "Queue flushed before auth/subscribe." What onOpen sends comes
// first; what waits goes out, in order, when it is done.
func TestPain28HandshakeGate(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.ws = make({maxDelay: 30, onOpen: async ({send, attempt, signal}) => {
				send('login ' + attempt);
				await new Promise((resolve) => ws.once('message', resolve));
				await new Promise((resolve) => { window.admit = resolve; });
				send('subscribe');
			}});
			ws.send('1');
			void ws.connect()`)
		p.sees("state CONNECTING", `message "login 0"`)
		p.settles(`window.admit`)
		p.is(`[ws.send('2'), ws.state, ws.readyState, ws.isConnected]`, `["queued","CONNECTING",0,false]`)
		p.js(`admit()`)
		p.sees("state OPEN", "open", "message subscribe", "message 1", "message 2")
		p.is(`ws.send('3')`, `"sent"`)
		p.sees("message 3")
		if got := strings.Join(texts(p.s.Record(), "a"), " "); got != "login 0 subscribe 1 2 3" {
			t.Errorf("the server got %s", got)
		}
	})
}

// A gate that rejects, or whose server closes, is a dial that failed.
func TestGateRejects(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.aborted = 0;
			window.ways = [() => { throw new Error('who are you?'); }, ({signal}) => new Promise(() => { signal.onabort = () => aborted++; window.shut = true; }), () => {}];
			window.ws = make({maxDelay: 30, onOpen: (info) => ways.shift()(info)});
			ws.send('1');
			void ws.connect()`)
		p.sees("state CONNECTING", "error ON_OPEN_FAILED *who are you?*", "close 1006 *", "retry 1 *")
		p.settles(`window.shut`)
		p.closesWith(4401, "token")
		p.sees("error CLOSED_BY_SERVER *4401*", "close 4401 token true", "retry 2 *", "state OPEN", "open", "message 1")
		p.is(`[aborted, ws.getStats().successes]`, `[1,1]`)
	})
}

// A gate that takes too long.
func TestGateTimesOut(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.ws = make({maxDelay: 30, onOpenTimeout: 50, onOpen: ({attempt}) => attempt || new Promise(() => {})});
			void ws.connect()`)
		p.sees("state CONNECTING", "error ON_OPEN_FAILED *50 ms*", "close 1006 *", "retry 1 *", "state OPEN", "open")
	})
}

// pain 15: "HTTP 401/403 on upgrade looks like 1006; loops for ever."
func TestPain15Unopened(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.set(func(f *faultserver.Faults) { f.Dial.Mode = faultserver.DialStatus; f.Dial.Status = 401 })
		p.js(`window.asked = []; window.answers = [{wait: 70}, 'refresh', undefined, 'stop']; window.refreshed = [];
			window.ws = make({maxDelay: 30, unopenedAfter: 2, url: ({refresh}) => { refreshed.push(refresh); return link + '/ws?client=a'; },
				onUnopened: ({failures, lastClose, signal}) => { asked.push([failures, lastClose.code, signal.aborted]); return answers.shift(); }});
			void ws.connect()`)
		p.until("failed *")
		p.is(`asked`, `[[2,1006,false],[3,1006,false],[4,1006,false],[5,1006,false]]`)
		p.is(`refreshed`, `[false,false,false,true,false]`)
		p.is(`seen.filter(([type]) => type === 'retry').map((r) => r.slice(-1)[0])`, `["backoff","backoff","asked","backoff","backoff","backoff"]`)
		p.is(`[ws.state, ws.getStats().lastError.code]`, `["FAILED","STOPPED"]`)
	})
}

// markHealthy takes the place of minUptime: the retry count falls at once.
func TestMarkHealthy(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{minUptime: 60000, maxDelay: 30}`)
		p.closesWith(1001, "")
		p.sees("error *", "close *", "state CONNECTING", "retry 1 *", "state OPEN", "open")
		p.js(`ws.markHealthy()`)
		p.settles(`ws.getStats().retryCount === 0`)
		p.closesWith(1001, "")
		p.sees("error *", "close *", "state CONNECTING", "retry 1 *", "state OPEN", "open")
	})
}

// A handover's socket has an address and a login of its own; what it receives
// while it logs in is heard, and a login that fails is a dial that failed.
func TestHandoverThroughHooks(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.manySockets = true
		p.js(`window.dials = 0; window.refuse = false;
			window.ws = make({url: async () => link + '/ws?client=a&dial=' + ++dials, onOpen: async ({send}) => {
				const mine = 'login ' + dials;
				send(mine);
				await new Promise((resolve) => ws.on('message', ({data}) => data === mine && resolve()));
				if (refuse) throw new Error('not you');
			}});
			void ws.connect()`)
		p.sees("state CONNECTING", `message "login 1"`, "state OPEN", "open")
		p.js(`ws.handover()`)
		p.sees(`message "login 2"`, "handover")
		p.is(`[ws.send('x'), new URL(ws.url).searchParams.get('dial')]`, `["sent","2"]`)
		p.sees("message x")
		r := p.server("the socket before is gone", func(r faultserver.Record) bool { return r.Client("a").Open == 1 })
		if n := r.Client("a").Upgrades; n != 2 {
			t.Errorf("%d connections, want 2", n)
		}
		p.js(`refuse = true; ws.reconnect()`)
		p.until("error ON_OPEN_FAILED *not you*")
		p.js(`refuse = false`)
		p.until("open")
		p.is(`ws.state`, `"OPEN"`)
	})
}
