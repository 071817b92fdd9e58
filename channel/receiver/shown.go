// shown.go changes what the site shows.

package receiver

// stateNames are the states that a message may carry, in the words of the page.
var stateNames = map[string]string{
	"edition":   "已发布",
	"suspended": "临时下线",
	"withdrawn": "已撤稿",
	"redirect":  "已迁移",
}

// show replaces what the site has of the item. mu is held.
func (r *Receiver) show(m Message, html string) {
	r.html -= len(r.shown[m.Item].HTML)
	if len(html) > maxHTML || r.html+len(html) > maxAllHTML {
		html = ""
	}
	r.html += len(html)
	r.shown[m.Item] = Shown{Event: m.Type, At: m.At, Updated: m.Received, HTML: html, Data: m.Data}
}

// remove takes the item down and forgets its words, in the list of messages
// too. What stays is the version, so that nothing older comes back. mu is held.
func (r *Receiver) remove(m Message) {
	m.forget()
	r.show(m, "")
	r.received.each(func(old *Message) {
		if old.Item == m.Item {
			old.forget()
		}
	})
}

// forget drops the words of an item; the URL stays only where it says where
// the item has gone.
func (d *Data) forget() {
	d.Title, d.Path = "", ""
	if d.State != "redirect" {
		d.URL = ""
	}
}
