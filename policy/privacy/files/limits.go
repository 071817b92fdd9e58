// Limits: how much of a hostile file is read before it is refused.

package files

import (
	"context"
	"errors"
	"time"
)

// Limits bound what a scan takes on. A zero field means its default.
type Limits struct {
	Depth    int           // archives and embedded files inside each other
	Members  int           // members of all archives together
	Bytes    int64         // bytes unpacked, all members together
	Part     int64         // bytes of one text or one member held in memory
	Ratio    int64         // bytes out of one compressed byte, for members over a megabyte
	XMLDepth int           // elements inside each other
	Cells    int           // cells of one file, and places of one table with empty ones included
	Texts    int           // texts and attributes of office files outside cells
	Findings int           // findings reported
	Time     time.Duration // for the whole file
}

// DefaultLimits are generous for documents of offices and small for a server.
var DefaultLimits = Limits{
	Depth: 4, Members: 10_000, Bytes: 256 << 20, Part: 64 << 20, Ratio: 200,
	XMLDepth: 256, Cells: 600_000, Texts: 400_000, Findings: 200_000, Time: 2 * time.Minute,
}

// withDefaults fills in what was left zero.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	for _, n := range []struct{ have, other *int }{
		{&l.Depth, &d.Depth}, {&l.Members, &d.Members}, {&l.XMLDepth, &d.XMLDepth}, {&l.Cells, &d.Cells}, {&l.Texts, &d.Texts}, {&l.Findings, &d.Findings},
	} {
		if *n.have <= 0 {
			*n.have = *n.other
		}
	}
	for _, n := range []struct{ have, other *int64 }{{&l.Bytes, &d.Bytes}, {&l.Part, &d.Part}, {&l.Ratio, &d.Ratio}} {
		if *n.have <= 0 {
			*n.have = *n.other
		}
	}
	if l.Time <= 0 {
		l.Time = d.Time
	}
	return l
}

// errTime is the cause of a context that ended by Limits.Time and not by the caller.
var errTime = errors.New("files: the time limit")

// budget is what is left of the limits; a file shares it with its members.
type budget struct {
	Limits
	members int
	texts   int
	bytes   int64
}

// longestText is what is judged as one text. Memory grows with what is found
// in a text, and no office writes longer ones.
const longestText = 8 << 20

// alive is asked between parts, rows and members.
func alive(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
