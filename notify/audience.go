// Who is told of an event.

package notify

import (
	"context"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
)

// people are all whom the row names, in order.
func (n *Notifier) people(ctx context.Context, it content.Item, e Event, s content.StepRecord) (out []string, err error) {
	for _, who := range e.To {
		some, err := n.whoIs(ctx, it, who, s)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// whoIs reads one entry of the column "who is told".
func (n *Notifier) whoIs(ctx context.Context, it content.Item, who string, s content.StepRecord) ([]string, error) {
	if act, may := strings.CutPrefix(who, "may:"); may {
		return n.opt.May(ctx, it, act)
	}
	switch who {
	case Writers:
		return append(slices.Clone(it.Work.Contributors), it.CreatedBy), nil
	case Authors:
		return append(slices.Clone(it.Live.Contributors), it.CreatedBy), nil
	case Signers:
		return signers(it.Live.Signoffs), nil
	case Asker:
		return named(s.Detail["asker"]), nil
	case Setter:
		return setters(it, s), nil
	case Planner:
		return planners(it), nil
	case Awaited:
		return n.awaited(ctx, it)
	case Assignee:
		return assignees(it), nil
	case Talkers: // the thread knows them, not the item
		return nil, nil
	}
	return nil, gongkai.E(gongkai.Internal, "audience", "未知的告知对象", "an unknown audience")
}

func signers(all []content.Signoff) (out []string) {
	for _, s := range all {
		if out = append(out, s.By); s.For != "" {
			out = append(out, s.For)
		}
	}
	return out
}

// assignees are those to whom somebody gave what waits.
func assignees(it content.Item) (out []string) {
	for _, c := range it.Work.Claims {
		if c.Given != "" {
			out = append(out, c.By)
		}
	}
	return out
}

// named is whom the record of a step names, if it does.
func named(person string) []string {
	if person == "" {
		return nil
	}
	return []string{person}
}

// setters are those whose schedules lapsed with a step.
func setters(it content.Item, s content.StepRecord) (out []string) {
	for _, l := range it.Lapsed {
		if l.Since == s.At {
			out = append(out, l.By)
		}
	}
	return out
}

// planners are those who set what is scheduled.
func planners(it content.Item) (out []string) {
	for _, p := range it.Schedules {
		out = append(out, p.By)
	}
	return out
}

// awaited are those whose move it is.
func (n *Notifier) awaited(ctx context.Context, it content.Item) ([]string, error) {
	switch it.Work.State {
	case content.AtStage:
		return n.opt.May(ctx, it, "pass")
	case content.Ready:
		return n.opt.May(ctx, it, "release")
	case content.Draft, content.Returned:
		return n.whoIs(ctx, it, Writers, content.StepRecord{})
	}
	return nil, nil
}

// here leaves out those who do not work here, and those who may not read the
// item any more.
func (n *Notifier) here(ctx context.Context, it content.Item, people []string) ([]string, error) {
	readers, err := n.opt.Reads(ctx, it, people)
	if err != nil {
		return nil, err
	}
	return n.working(ctx, readers)
}

// working leaves out programs, the system, and those who are locked out or gone.
func (n *Notifier) working(ctx context.Context, people []string) (out []string, err error) {
	for _, p := range people {
		u, err := absent(n.opt.Accounts.User(ctx, p))
		if err != nil {
			return nil, err
		}
		if u.ID != "" && !u.Disabled && len(out) < audience {
			out = append(out, p)
		}
	}
	return out, nil
}
