// What was worked out lately and may be asked for again: kept in memory alone,
// within bounds.

package workflow

import (
	"container/list"
	"sync"
)

// recent remembers values by their keys, the least used forgotten first. What it
// answers is shared: nobody changes it.
type recent[V any] struct {
	most  int // weight of all that is remembered
	weigh func(V) int

	mu     sync.Mutex // over what follows
	byKey  map[string]*list.Element
	order  list.List // of remembered, the last used first
	weight int
}

type remembered[V any] struct {
	key   string
	value V
}

func newRecent[V any](most int, weigh func(V) int) *recent[V] {
	return &recent[V]{most: most, weigh: weigh, byKey: map[string]*list.Element{}}
}

func (r *recent[V]) get(key string) (v V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.byKey[key]
	if !ok {
		return v, false
	}
	r.order.MoveToFront(at)
	return at.Value.(remembered[V]).value, true
}

func (r *recent[V]) put(key string, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.byKey[key]; there || r.weigh(v) > r.most {
		return
	}
	r.byKey[key] = r.order.PushFront(remembered[V]{key, v})
	for r.weight += r.weigh(v); r.weight > r.most; {
		last := r.order.Remove(r.order.Back()).(remembered[V])
		delete(r.byKey, last.key)
		r.weight -= r.weigh(last.value)
	}
}
