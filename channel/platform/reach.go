// What a platform tells of how far its posts reached.

package platform

import "context"

// Names of figures.
const (
	Issues = "issues" // what the account published, ours or not
	Reads  = "reads"
	Shares = "shares"
)

// NotReady is the code of the error of a Counter that has not counted a day yet.
const NotReady = "not_ready"

// Counter (传播统计) is a Platform that tells how far its posts reached.
type Counter interface {
	// Reach gives the figures of what was published on one day (2006-01-02, in
	// Beijing, before today), by name; one that the platform does not tell is
	// absent. posts are ours of that day. Figures of a day change for some weeks.
	Reach(ctx context.Context, day string, posts []Post) (map[string]int64, error)
}
