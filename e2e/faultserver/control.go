package faultserver

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxBody of a steering request: 64 MiB of message, in JSON.
const maxBody = 96 << 20

// action does one POST. It returns what to answer; an error answers 400.
type action func(body []byte) (any, error)

type reached struct {
	Links int `json:"links"` // links that the action reached
}

// Status is what GET /control/status answers.
type Status struct {
	URL       string `json:"url"`
	Listening bool   `json:"listening"` // the link's port accepts
	Faults    Faults `json:"faults"`
	Total     Count  `json:"total"`
}

func (s *Server) routes() {
	s.route("GET /control/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, RoutesHelp+"\nFaults:\n\n"+FaultsHelp())
	})
	s.route("OPTIONS /control/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	s.route("/control/", func(w http.ResponseWriter, r *http.Request) {
		answerError(w, http.StatusNotFound, fmt.Errorf("%s %s: no such order: GET /control/ lists them", r.Method, r.URL.Path))
	})
	s.route("GET /control/status", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.status()) })
	s.route("GET /control/faults", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Faults()) })
	s.route("GET /control/record", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Record()) })
	s.route("GET /control/events", s.serveEvents)

	s.act("PUT /control/faults", func(body []byte) (any, error) {
		f, err := ParseFaults(body)
		if err == nil {
			err = s.SetFaults(f)
		}
		return s.Faults(), err
	})
	s.act("PATCH /control/faults", func(body []byte) (any, error) {
		err := s.trySet(func(f *Faults) error { return decodeStrict(body, f) })
		return s.Faults(), err
	})
	s.act("POST /control/reset", func([]byte) (any, error) { err := s.Reset(); return s.status(), err })
	s.act("POST /control/kill", func([]byte) (any, error) { err := s.Kill(); return s.status(), err })
	s.act("POST /control/revive", func([]byte) (any, error) { err := s.Revive(); return s.status(), err })
	s.act("POST /control/record/clear", func([]byte) (any, error) { s.ClearRecord(); return s.status(), nil })

	s.act("POST /control/drop", sending(func(b *struct {
		To
		How Ending `json:"how"`
	}) (int, error) {
		if b.How == EndNot {
			b.How = EndRST
		}
		return s.Drop(b.How, b.To)
	}))
	s.act("POST /control/close", sending(func(b *struct {
		To
		Code   int    `json:"code"`
		Reason string `json:"reason"`
	}) (int, error) {
		if b.Code == 0 {
			b.Code = 1000
		}
		return s.CloseAll(b.Code, b.Reason, b.To)
	}))
	s.act("POST /control/blackhole", sending(func(b *struct {
		To
		Direction Direction `json:"direction"`
		Keep      bool      `json:"keep"`
	}) (int, error) {
		return s.BlackHole(b.Direction, b.Keep, b.To)
	}))
	s.messageActions()
}

func (s *Server) messageActions() {
	s.act("POST /control/drain", sending(func(b *struct {
		To
		Within *int `json:"within"`
		Spread int  `json:"spread"`
	}) (int, error) {
		const ms = time.Millisecond
		return s.Drain(time.Duration(orDefault(b.Within, 30_000))*ms, time.Duration(b.Spread)*ms, b.To)
	}))
	s.act("POST /control/send", sending(func(b *struct {
		To
		Text   string  `json:"text"`
		Binary *string `json:"binary"` // base64
	}) (int, error) {
		if b.Binary == nil {
			return s.Send(b.Text, b.To)
		}
		data, err := base64.StdEncoding.DecodeString(*b.Binary)
		if err != nil {
			return 0, fmt.Errorf("binary: %.40q: must be base64", *b.Binary)
		}
		return s.SendBinary(data, b.To)
	}))
	s.act("POST /control/raw", sending(func(b *struct {
		To
		Data []byte `json:"data"` // base64
	}) (int, error) {
		return s.SendRaw(b.Data, b.To)
	}))
	s.act("POST /control/garbage", sending(func(b *struct {
		To
		Bytes *int `json:"bytes"`
	}) (int, error) {
		return s.SendGarbage(orDefault(b.Bytes, 64), b.To)
	}))
	s.act("POST /control/oversized", sending(func(b *struct {
		To
		Bytes *int `json:"bytes"`
	}) (int, error) {
		return s.SendOversized(orDefault(b.Bytes, 1<<20), b.To)
	}))
	s.act("POST /control/fragmented", sending(func(b *struct {
		To
		Text  string `json:"text"`
		Parts *int   `json:"parts"`
	}) (int, error) {
		return s.SendFragmented(b.Text, orDefault(b.Parts, 3), b.To)
	}))
	s.act("POST /control/invalid-utf8", sending(func(b *struct{ To }) (int, error) {
		return s.SendInvalidUTF8(b.To)
	}))
}

func orDefault(v *int, d int) int {
	if v == nil {
		return d
	}
	return *v
}

// sending makes an action of a function that reads a body and reaches links.
func sending[T any](do func(*T) (int, error)) action {
	return func(body []byte) (any, error) {
		var b T
		if len(body) > 0 {
			if err := decodeStrict(body, &b); err != nil {
				return nil, err
			}
		}
		n, err := do(&b)
		return reached{n}, err
	}
}

func (s *Server) act(pattern string, do action) {
	s.route(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var answer any
		if err == nil {
			answer, err = do(body)
		}
		if err != nil {
			answerError(w, http.StatusBadRequest, err)
			return
		}
		reply(w, answer)
	})
}

// route adds one route of the steering API, open to pages of any origin.
func (s *Server) route(pattern string, serve http.HandlerFunc) {
	s.api.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			http.Error(w, "the server is closed", http.StatusServiceUnavailable)
			return
		}
		s.wg.Add(1)
		s.mu.Unlock()
		defer s.wg.Done()
		allowAnyOrigin(w)
		serve(w, r)
	})
}

func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/control/") {
		s.api.ServeHTTP(w, r)
	} else {
		s.mux.ServeHTTP(w, r)
	}
}

func allowAnyOrigin(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Methods", "GET, PUT, PATCH, POST")
	w.Header().Set("Access-Control-Allow-Headers", "*")
	w.Header().Set("Access-Control-Allow-Private-Network", "true")
	w.Header().Set("Cache-Control", "no-store")
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (s *Server) status() Status {
	s.steer.Lock()
	listening := s.port.ln != nil
	s.steer.Unlock()
	return Status{URL: s.URL(), Listening: listening, Faults: s.Faults(), Total: s.Record().Total}
}

func answerError(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
}

// RoutesHelp lists the steering API; GET /control/ serves it.
const RoutesHelp = `Steering API, JSON in and out, open to pages of any origin.
Errors are 400 with {"error":"..."}.

GET   /control/status          where the link is, what is wrong with it
GET   /control/faults          the faults in force
PUT   /control/faults          replace all: {"dial":{"mode":"status","status":503,"retryAfter":"2","times":3}}
PATCH /control/faults          change some: {"down":{"delayMs":200}}
POST  /control/reset           healthy again
POST  /control/kill            reset every link and refuse dials
POST  /control/revive          accept again, on the same port
GET   /control/record          what the server saw
POST  /control/record/clear    forget it
GET   /control/events          the same as it happens: Server-Sent Events; ?since=SEQ starts after that event

Actions on open links. All take "client" and "conn" to choose some; they
answer {"links":n}.

POST  /control/drop            {"how":"rst"} or "fin"
POST  /control/close           {"code":1012,"reason":"restart"}
POST  /control/drain           {"within":30000,"spread":0} ms: asks for a connection beside this one
POST  /control/blackhole       {"direction":"both","keep":false}; "" lifts it
POST  /control/send            {"text":"hello"} or {"binary":"base64"}
POST  /control/raw             {"data":"base64"} written between two messages
POST  /control/garbage         {"bytes":64} that are not a frame
POST  /control/oversized       {"bytes":1048576} in one text message
POST  /control/fragmented      {"text":"hello","parts":3}
POST  /control/invalid-utf8    {}
`
