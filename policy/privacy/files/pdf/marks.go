// Marks in content: layers that are switched off, and texts that stand for what is drawn.

package pdf

import "slices"

// open begins a mark, perhaps a layer that is switched off.
func (c *canvas) open(off bool) {
	if len(c.marks) >= mostSaved {
		return
	}
	c.marks = append(c.marks, off)
	if off {
		c.unseen++
	}
}

func (c *canvas) close() {
	if n := len(c.marks); n > 0 {
		if c.marks[n-1] {
			c.unseen--
		}
		c.marks = c.marks[:n-1]
	}
}

// switched tells whether a layer is off. One made of several is off with any.
func (c *canvas) switched(layer any) bool {
	if r, ok := layer.(ref); ok && c.off[r] {
		return true
	}
	members := c.dict(layer)["OCGs"]
	if r, ok := members.(ref); ok && c.off[r] {
		return true
	}
	return slices.ContainsFunc(c.array(members), func(o any) bool { r, _ := o.(ref); return c.off[r] })
}

// marked opens a mark and keeps texts that stand for what is drawn.
func (c *canvas) marked(a array) {
	if len(a) < 2 {
		c.open(false)
		return
	}
	c.open(a.name(0) == "OC" && c.switched(c.dict(c.resources["Properties"])[a.name(1)]))
	d, ok := a[1].(dict)
	if n, isName := a[1].(name); isName {
		d = c.dict(c.dict(c.resources["Properties"])[n])
		ok = d != nil
	}
	if !ok {
		return
	}
	for _, key := range []name{"ActualText", "Alt", "E"} {
		if s, ok := c.get(d[key]).(str); ok {
			c.aside = append(c.aside, textOf(s))
		}
	}
}
