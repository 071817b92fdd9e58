// probe: every night what places show is compared with what they must.

package main

import (
	"context"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/outside"
	"gongkai/jobs"
)

// probeSlice is how long the probe looks before other chores have their turn.
const probeSlice = 10 * time.Minute

// prober looks as readers do where the public address is set and asked for.
func (a *app) prober(w *jobs.Worker, fromOutside bool) *jobs.Prober {
	p := &jobs.Prober{Worker: w, Indexed: a.indexed, Differences: a.differences}
	if fromOutside && a.cfg.BaseURL != "" {
		p.Outside = outside.New(a.baseURL(), a.cfg.ProbeRate, nil)
	}
	return p
}

// indexed looks a page up in the index.
func (a *app) indexed(ctx context.Context, page string) (epoch, seq int64, there bool, err error) {
	h, err := a.index.Get(ctx, page)
	if gongkai.Is(err, gongkai.Missing) {
		return 0, 0, false, nil
	}
	return h.Epoch, h.Seq, err == nil, err
}

// probe is the chore.
func (a *app) probe(ctx context.Context) error {
	p := a.prober(a.worker, a.cfg.ProbeRate > 0)
	did, err := p.Night(ctx, time.Now().Add(probeSlice))
	if did.Items > 0 {
		a.log.Info("probed", "items", did.Items, "mended", did.Mended, "requests", did.Requests, "outside", p.Outside != nil)
	}
	if err == nil && !did.Done {
		return jobs.ErrMore
	}
	return err
}

// probed are the figures of the probe.
func (a *app) probed() []reading {
	return []reading{
		{"gongkai_probe_differences", "Items that a place shows otherwise than it must, as a second look found, counted up to 10,000 of each.", []string{"place", "wrong"}, func(ctx context.Context) (out []figure, err error) {
			for _, place := range channel.Looked {
				for _, wrong := range channel.Wrongs {
					n, err := a.differences.Open(ctx, place, wrong, countBound)
					if err != nil {
						return nil, err
					}
					out = append(out, figure{float64(n), []string{place, wrong}})
				}
			}
			return out, nil
		}},
		{"gongkai_probe_timestamp_seconds", "Since when nobody has looked from outside: when the probe had last looked at everything that changed or was called back lately, or when it was to begin; Unix time.", nil, func(ctx context.Context) ([]figure, error) {
			n, err := a.differences.Night(ctx)
			if n.Ended == 0 {
				return nil, err
			}
			return one(float64(n.Ended)/1000, err)
		}},
	}
}
