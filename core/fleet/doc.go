// Package fleet shows what a retry policy does to a server. It puts up to a
// million of the shipped machines (core.Machine, unchanged) in front of a
// modelled server, takes the server away for a while, and counts what comes
// back. The clock is virtual: an hour of outage takes seconds.
//
// [Run] simulates one [Config] and returns a [Report]. It has one thread, no
// I/O and no dice but its own, seeded: the same Config gives the same Report,
// natively and in WebAssembly.
//
// # What is modelled
//
// At time 0 every client is connected, for different times. Then the server is
// gone for [Outage].Length, and back. A dial reaches the server one latency
// after it began. While the server is down, the dial is refused, lost, or
// accepted and never answered ([Dials]). While it is up, it admits
// [Server].Admit clients a second; a dial that finds no admission free waits in
// the accept queue, and one that finds the queue full is refused or lost. A
// dial whose client has given up meanwhile still costs an admission, as it does
// in a real accept queue. Lost dials are sent again by the client's kernel
// after 1, 3, 7, 15, 31 and 63 s, as Linux does.
//
// # What is not
//
// A browser's own limits on dials (Chrome holds back each by 1 to 5 s after
// some sixteen failures in a row, which is kind to the server), clients that
// come and go for reasons of their own, what a connection costs after it was
// admitted. Turning a dial away is free unless [Server].Toll says otherwise:
// with a toll, a storm keeps the server from admitting anybody.
package fleet
