// Figures: how often posts were forwarded.

package weibolocal

import (
	"net/http"
	"strconv"
	"strings"
)

// Reposts are what each post gets: made up, and the same for all.
const Reposts = 7

// count gives the figures of up to 100 posts, as a list.
func (p *Platform) count(c call) (int, answer) {
	ids := strings.Split(c.values.Get("ids"), ",")
	switch {
	case p.Blind:
		return refused(c.path, 10014, "Insufficient app permissions!")
	case c.values.Get("ids") == "" || len(ids) > 100:
		return refused(c.path, 10008, "param error, see doc for more info")
	}
	list := []answer{}
	for _, s := range p.posts {
		for _, id := range ids {
			if n, err := strconv.ParseInt(id, 10, 64); err == nil && id == s.ID && p.seen(s) {
				list = append(list, answer{"id": n, "comments": 2, "reposts": Reposts, "attitudes": 5})
			}
		}
	}
	return http.StatusOK, answer{"": list}
}

// written is an answer as it goes out: a list, where it is nothing but that.
func written(a answer) any {
	if list, is := a[""]; is {
		return list
	}
	return a
}
