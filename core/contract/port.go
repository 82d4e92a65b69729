package contract

// The port. Every message is [op, client, age, …arguments]: age is how many
// milliseconds before it was posted the thing happened.

// Step says how package jsbridge's one function is called. It takes part in the
// hash: who calls it otherwise must find out before the first batch.
const Step = "step(array, bytes of the batch): bytes of the answer in the array, or the answer's own array"

// ToCore are the messages from the page to the core, and the kinds of
// core.Event, up to Create; the rest make machines.
var ToCore = []Op{
	{"Timer", "late", "The deadline has come, so many ms ago. Comes from the host of the core, not from the page, and is not acknowledged."},
	{"Connect", "", "The user called connect."},
	{"Close", "code", "The user called close; code 0: none given."},
	{"Reconnect", "", "The user called reconnect."},
	{"Handover", "", "The user called handover."},
	{"Drain", "within spread", "The server asked for a handover within so many ms, at a moment within the spread."},
	{"TripCircuit", "", "The user called openCircuit."},
	{"ResetCircuit", "", "The user called closeCircuit."},
	{"Dispose", "", "The client is gone."},
	{"MarkHealthy", "", "The user says that the connection is healthy."},
	{"Phase", "gen ms class", "The dial under way has come to a part that may take so many ms; if it takes longer or fails, class is the cause."},
	{"PutOff", "gen ms", "The dial under way has not begun, and is to be made in so many ms."},
	{"Delayed", "gen ms", "Answers AskDelay: the retry is to wait so many ms; a negative number: as the machine sees fit."},
	{"Opened", "gen", "A socket opened, the spare included."},
	{"Closed", "gen code clean reached verdict retryAfter spread", "A socket closed, or its dial failed. reached is a core.Reach, verdict a core.Verdict; the next dial is to come after retryAfter to retryAfter + spread ms, if they are not both 0."},
	{"Replied", "gen ms", "The reply to a probe came, so many ms after it."},
	{"Heard", "gen ms", "Answers Ask: what counts as a reply was last heard so many ms ago."},
	{"Hint", "gen retryAfter spread", "The server has said on the socket when the dial after it is to come: after retryAfter to retryAfter + spread ms."},
	{"Enqueue", "id bytes waited ttl priority replaces", "A message waits in the page, since so many ms; it is dropped after ttl ms of waiting (0: maxAge alone counts) and takes the place of message replaces (0: of none)."},
	{"TakeBack", "", "The user has taken back all that waits; no Drop follows."},
	{"Online", "", "The host has a network."},
	{"Offline", "", "The host has none."},
	{"Hidden", "", "The page is hidden."},
	{"Visible", "", "The page is visible again."},
	{"Wake", "", "The host was suspended: asleep, frozen, or in the back/forward cache."},
	{"CircuitIs", "after circuit…", "What other clients have made of a shared circuit. From the hub to a machine; a message only in a replay, where it comes after so many of the client's own steps in the batch."},
	{"BudgetIs", "after budget…", "What other clients have left of the retry budget. Likewise."},
	{"Create", "seed dropIn config…", "A client was made. The options with a Field follow, in order."},
	{"Dump", "most", "Answer with everything, as Dump. For all clients; an answer that is longer than so many numbers ends there. From the host, not acknowledged."},
	{"Load", "dump…", "A client's dump, right after Create: to go on exactly where it was."},
	{"Restore", "snapshot…", "A client's last snapshot, right after Create: a core has died."},
}

// ToPage are the messages from the core to the page, and the kinds of
// core.Action, up to Told. Those named Emit tell the user.
var ToPage = []Op{
	{"OpenSocket", "gen", "Dial. The socket before, if any, is dead."},
	{"OpenSpare", "gen", "Dial beside the open socket."},
	{"Farewell", "gen", "The spare is open: send nothing more on that socket but the farewell."},
	{"TakeOver", "gen told", "The spare is the socket now; the one before is dead. told: say so, with a handover event. Then deliver what it has received."},
	{"CloseSocket", "gen code", "Start the closing handshake; code 0: none given."},
	{"Abandon", "gen", "Detach from the socket and close it; its events no longer matter."},
	{"Probe", "gen", "Send the heartbeat's message and watch for the reply."},
	{"Ask", "gen", "Answer with Heard."},
	{"AskDelay", "gen attempt ms previous", "Answer with Delayed: how long is the retry that follows the end of that socket to wait? The schedule says ms, before jitter; the retry before it waited previous ms."},
	{"Flush", "first count", "Send that many queued messages, from the id first on."},
	{"Drop", "first count reason", "Forget those messages, and say so."},
	{"EmitStateChange", "state", ""},
	{"EmitCircuitChange", "circuit", ""},
	{"EmitOpen", "gen", ""},
	{"EmitError", "gen class", ""},
	{"EmitClose", "gen code clean", "code 0: as the socket said."},
	{"EmitRetry", "attempt ms reason", ""},
	{"EmitFailed", "attempts class", ""},
	{"Told", "kind after numbers…", "What the machine was told of the others, for the record: CircuitIs or BudgetIs. The page ignores it."},
	{"Snapshot", "snapshot…", "What the core knows of the client now."},
	{"Dump", "dump…", "Everything that the core knows of the client, for Load."},
}

// Snapshot lists the numbers of a snapshot, in order: the fields of
// core.Snapshot. Spans are in milliseconds, -1 for "not set".
var Snapshot = []string{
	"State", "Circuit", "CircuitFailures", "CircuitResetIn", "RetryCount", "RetryIn", "LastDelay", "Gen",
	"Attempts", "Successes", "UpFor", "LastError", "RoundTrip", "Smoothed",
	"Spare", "Parting", "HandoverIn", "HandoverTill",
	"CircuitTrips", "CircuitRefusals", "WindowGood", "WindowBad", "BudgetFullIn", "RetryAfter", "Spread",
}
