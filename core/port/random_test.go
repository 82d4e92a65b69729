package port_test

import (
	"math/rand/v2"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// users of random batches; as a page numbers them.
const randomClients = 4

// randomBatches is a page's life: clients come and go, sockets open, close and
// answer, some of it late, some of it about sockets long gone. The first batch
// makes clients 1 and 2.
func randomBatches(seed uint64, count int) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	now := r.Float64() * 1000
	batches := [][]float64{batch(now, randomCreate(r, 1), randomCreate(r, 2), msg("Connect", 1), msg("Connect", 2))}
	id := 0
	for range count {
		now += []float64{0, 0.25, 7, 150, 1100, 5000, 61_000}[r.IntN(7)] * r.Float64()
		var messages []message
		for range 1 + r.IntN(4) {
			id++
			messages = append(messages, randomMessage(r, id))
		}
		batches = append(batches, batch(now, messages...))
	}
	return batches
}

// randomMessage is one that the contract allows; id is for a queued message.
func randomMessage(r *rand.Rand, id int) message {
	client := 1 + r.IntN(randomClients)
	gen := float64(1 + r.IntN(8))
	age := r.Float64() * 20 * float64(r.IntN(2))
	pick := func(m ...message) message { return m[r.IntN(len(m))].ago(age) }
	switch r.IntN(13) {
	case 0:
		return pick(msg("Connect", client), msg("Reconnect", client), msg("Close", client, []float64{0, 1000, 4999}[r.IntN(3)]))
	case 1:
		return pick(msg("Handover", client), msg("Drain", client, []float64{0, 3000, 1e300}[r.IntN(3)], r.Float64()*2000), msg("TripCircuit", client), msg("ResetCircuit", client))
	case 2:
		return pick(msg("Online", broadcast), msg("Offline", broadcast), msg("Hidden", broadcast), msg("Visible", broadcast), msg("Wake", broadcast))
	case 3:
		if r.IntN(4) == 0 {
			return pick(msg("Dispose", client), randomCreate(r, client))
		}
		return pick(randomCreate(r, randomClients+1+r.IntN(3)))
	case 4, 5:
		if r.IntN(40) == 0 {
			return pick(msg("TakeBack", client))
		}
		ttl := []float64{0, 0, 300, 9000, inf}[r.IntN(5)]
		waited := float64(r.IntN(2) * r.IntN(400))
		return pick(msg("Enqueue", client, float64(id), float64(r.IntN(400)), waited, ttl, float64(r.IntN(3)-1), float64(r.IntN(2)*r.IntN(id+1))))
	case 6, 7:
		return pick(msg("Opened", client, gen))
	case 8:
		code := []float64{1000, 1001, 1006, 1008, 1011, 4000}[r.IntN(6)]
		verdict := []float64{0, 0, 0, 1, 2, 3, 4}[r.IntN(7)]
		hint := func() float64 { return r.Float64() * 2000 * float64(r.IntN(2)) }
		return pick(msg("Closed", client, gen, code, float64(r.IntN(2)), float64(r.IntN(4)), verdict, hint(), hint()))
	case 10:
		class := float64(core.ProviderFailed) + float64(r.IntN(2))
		return pick(msg("MarkHealthy", client), msg("Phase", client, gen, r.Float64()*2000, class), msg("PutOff", client, gen, r.Float64()*2000))
	case 9:
		if r.IntN(2) == 0 {
			return pick(msg("Delayed", client, gen, []float64{0, r.Float64() * 3000, inf, -1}[r.IntN(4)]))
		}
		return pick(msg("Replied", client, gen, r.Float64()*100), msg("Heard", client, gen, r.Float64()*40_000),
			msg("Hint", client, gen, r.Float64()*2000, r.Float64()*2000))
	}
	return msg("Timer", broadcast, []float64{0, 0, 0, 4000}[r.IntN(4)])
}

// randomCreate draws options that make things happen within seconds.
func randomCreate(r *rand.Rand, client int) message {
	of := func(values ...string) string { return values[r.IntN(len(values))] }
	m := create(client,
		"maxRetries="+of("0", "1", "10", "Inf"),
		"baseDelay="+of("0", "10", "1000"),
		"maxDelay="+of("1000", "30000"),
		"multiplier="+of("1", "2", "100"),
		"jitter="+of("0", "0.1", "1", "full", "equal", "decorrelated", "own", "own"),
		"connectionTimeout="+of("1", "10000", "false"),
		"closeTimeout="+of("1", "2000", "false"),
		"minUptime="+of("0", "100", "5000"),
		"heartbeatInterval="+of("1", "300", "30000", "false"),
		"heartbeatTimeout="+of("1", "200", "5000", "false"),
		"heartbeatMinTimeout="+of("1", "false"),
		"hiddenPolicy="+of("normal", "lazy", "park"),
		"failureThreshold="+of("1", "5", "Inf"),
		"errorRate="+of("0.5", "false"),
		"window="+of("100", "60000"),
		"volumeThreshold="+of("1", "4"),
		"exclude="+of("0", "4", "196"),
		"name="+of("0", "1", "2"),
		"tokens="+of("Inf", "1", "5"),
		"perSecond="+of("0.1", "10"),
		"resetTimeout="+of("1", "500", "60000"),
		"halfOpenMaxRequests="+of("1", "3"),
		"maxMessages="+of("0", "3", "Inf"),
		"maxBytes="+of("0", "500", "Inf"),
		"maxAge="+of("false", "false", "2000"),
		"overflow="+of("drop-oldest", "drop-newest", "reject"),
	)
	m.args[0], m.args[1] = float64(r.IntN(1<<30)), float64(r.IntN(2))
	return m
}
