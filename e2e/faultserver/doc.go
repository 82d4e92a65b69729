// Package faultserver is a WebSocket server that misbehaves on demand, for
// tests of clients that reconnect. The command in cmd/faultserver is the same
// for programs in any language.
//
// It has two ports. Clients under test dial the link, a TCP proxy where all
// faults happen. The control server is never faulty: it serves pages and the
// steering API ([RoutesHelp]). Both take free loopback ports, and the link
// keeps its port while the server is killed and revived.
//
//	s, err := faultserver.New(faultserver.Options{})
//	if err != nil {
//		t.Fatal(err)
//	}
//	defer s.Close()
//	page := s.ControlURL() + "/test/" // after s.Mount("/test/", "testdata")
//	url := s.URL() + "?client=a"      // ws://127.0.0.1:PORT/ws?client=a
//
// Never sleep in a test; wait for what the server sees:
//
//	err = s.Wait(ctx, func(r faultserver.Record) bool { return r.Client("a").Live == 1 })
//
// # Cookbook
//
// The server dies and comes back:
//
//	s.Kill()
//	s.Revive()
//
// The next three dials get 503, the fourth succeeds:
//
//	s.Set(func(f *faultserver.Faults) {
//		f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 503, RetryAfter: "2", Times: 3}
//	})
//
// The handshake takes 800 ms; the server accepts and restarts at once:
//
//	s.Set(func(f *faultserver.Faults) { f.Dial.HoldMs = 800 })
//	s.Set(func(f *faultserver.Faults) {
//		f.AfterOpen = faultserver.AfterOpen{Action: faultserver.EndClose, Code: 1012, Reason: "restart"}
//	})
//
// The server is about to restart, and asks its clients to move to another
// connection within 20 s; what /count tells a client goes on there:
//
//	s.Drain(20*time.Second, 5*time.Second)
//
// The network swallows everything, and no one is told; new dials succeed:
//
//	s.BlackHole(faultserver.DirBoth, false)
//
// The same for a while, then all that was sent arrives, as TCP would have it:
//
//	s.BlackHole(faultserver.DirBoth, true)
//	s.BlackHole(faultserver.DirNone, false)
//
// A slow mobile network; a server that stops answering probes:
//
//	s.Set(func(f *faultserver.Faults) {
//		f.Down = faultserver.Shape{DelayMs: 150, JitterMs: 100, BytesPerSecond: 50_000}
//		f.Pings = faultserver.PingFault{Mute: true, MuteAfter: 2}
//	})
//
// Never two sockets at once, abandoned ones in a black hole aside:
//
//	if n := s.MaxOpen("a"); n > 1 {
//		t.Errorf("client a had %d sockets at once", n)
//	}
//
// MaxLive and MaxOpen say what the server saw. A client may send its close
// frame and dial anew in the same instant, and the two may cross: so an
// upgrade waits up to 25 ms for the close frame of the same client's last
// link. A longer overlap is counted. A handover is one: it has two by design.
//
// The package has no access control, and any page may steer it and read its
// record: listen on loopback only, which is the default.
package faultserver
