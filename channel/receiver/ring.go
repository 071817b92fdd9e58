// ring.go keeps the last few of many.

package receiver

// ring holds the last size values.
type ring[T any] struct {
	size   int
	next   int
	values []T
}

// add puts v in and returns the value that made room for it, if one had to.
func (r *ring[T]) add(v T) (old T, dropped bool) {
	if len(r.values) < r.size {
		r.values = append(r.values, v)
		return old, false
	}
	old, r.values[r.next] = r.values[r.next], v
	r.next = (r.next + 1) % r.size
	return old, true
}

// list is a copy, the oldest first.
func (r *ring[T]) list() []T {
	return append(append(make([]T, 0, len(r.values)), r.values[r.next:]...), r.values[:r.next]...)
}

// each lets change alter every value in place.
func (r *ring[T]) each(change func(*T)) {
	for i := range r.values {
		change(&r.values[i])
	}
}
