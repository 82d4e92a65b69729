package main

import (
	"fmt"
	"strings"
)

// waits says what a page waits for before it can dial, in numbers of this run:
// for the script's bytes on a slow link, for its work on a near one. Rows that
// were not measured are left out.
func (r *Results) waits() string {
	start := func(name string) *Row {
		for _, row := range r.Rows {
			if row.Group == "start" && row.Name == name {
				return row
			}
		}
		return nil
	}
	median := func(name, impl string) float64 {
		if row := start(name); row != nil {
			return spread(row.valuesOf(impl)).Median
		}
		return 0
	}
	var b strings.Builder
	for _, n := range networks {
		open, bytes := n.Name+", to open", n.Name+bytesBeforeOpen
		more := median(bytes, allOurs) - median(bytes, "partysocket")
		if n.BytesPerSecond == 0 || more <= 0 || median(open, padded) == 0 {
			continue
		}
		row := start(open)
		fmt.Fprintf(&b, "- %s: the %.0f bytes that our script has more than partysocket's take %.0f ms of the wire. We open %s than it does, %s than it does with as many bytes, and dialled early %s.",
			n.Name, more, 1000*more/float64(n.BytesPerSecond), later(row.behind("partysocket", allOurs)), later(row.behind(padded, allOurs)), later(row.behind("partysocket", early)))
		if len(row.Values[floor]) > 0 {
			fmt.Fprintf(&b, " A native WebSocket that waits for the bytes of our members and checks alone opens %s than partysocket.", later(row.behind("partysocket", floor)))
		}
		b.WriteString("\n")
	}
	for _, n := range networks {
		work := n.Name + mainThreadsTime
		if median(work, padded) == 0 {
			continue
		}
		open := start(n.Name + ", to open")
		fmt.Fprintf(&b, "- %s: until the first echo the page's main thread works %.1f ms with us, %.1f ms with partysocket, %.1f ms with partysocket and as many bytes, %.1f ms without a library; ours is %s of partysocket's. We open %s than partysocket, %s than it does with as many bytes.\n",
			n.Name, median(work, allOurs), median(work, "partysocket"), median(work, padded), median(work, bothNative), shownTo("partysocket", start(work), allOurs), later(open.behind("partysocket", allOurs)), later(open.behind(padded, allOurs)))
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n### What a start waits for\n\nA script runs when its last byte is there, and ours is larger than the rivals'. What it has\nmore is what holds as soon as the constructor returns: its members, and checks that throw\n([size.md](size.md) has the bytes of each part). So a start waits for\nbytes; near by for work, of which this counts what the page's main thread does.\n" + r.why() + "\n" + b.String()
}

// why says what bytes alone leave to a script like ours, if they are more than partysocket's.
func (r *Results) why() string {
	least, theirs := r.Bytes["/rival/"+floor+".js"], r.Bytes["/rival/partysocket.js"]
	if least <= theirs {
		return ""
	}
	return fmt.Sprintf("\nNo script runs before its last byte. Our members and checks alone are %d bytes, partysocket's\nwhole script is %d. Below is how much sooner or later than it a script is that has those bytes\nand does nothing: ours cannot come before. A page that dials early waits for neither.\n", least, theirs)
}

func later(ms float64) string {
	if ms < 0 {
		return fmt.Sprintf("%.0f ms sooner", -ms)
	}
	return fmt.Sprintf("%.0f ms later", ms)
}
