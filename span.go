// Span: one piece of work in a trace, without knowing who traces.

package gongkai

import "context"

// Span (链路片段) begins one piece of work in a trace and gives what ends it.
// name is one of a few words of the program; ids are pairs of a name and an
// identifier: never a text, a name of somebody, a path or an address, because
// traces leave the machine. The zero Span traces nothing.
type Span func(ctx context.Context, name string, ids ...string) (context.Context, func(error))

// Begin begins a span; it may be called on a nil Span.
func (s Span) Begin(ctx context.Context, name string, ids ...string) (context.Context, func(error)) {
	if s == nil {
		return ctx, func(error) {}
	}
	return s(ctx, name, ids...)
}
