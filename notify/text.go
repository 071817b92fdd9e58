// The text of a letter: what happened, to what kind of item, and where to look.
// Nothing in it is personal, and nothing that somebody wrote but names of kinds
// and columns, and the masked title where the settings ask for it.

package notify

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"

	"gongkai/content"
)

// Text is what a letter says.
type Text struct {
	ID    string `json:"-"` // of the letter
	Lines []Line `json:"notices"`
}

// Line is about one notice.
type Line struct {
	Event  string `json:"event"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	Kind   string `json:"kind"`
	Column string `json:"column"`
	Number string `json:"number"`
	Title  string `json:"title,omitempty"` // masked
	Link   string `json:"link,omitempty"`
}

// compose writes a letter from what is so now: what was read, done or deleted
// meanwhile is left out, and what the person may not read any more.
func (n *Notifier) compose(ctx context.Context, l Letter) (Text, error) {
	t := Text{ID: l.ID}
	if l.Trial {
		t.Lines = []Line{{Event: "trial", Zh: "试发：收到本条即说明设置正确", En: "A trial: whoever reads this has set it up well"}}
	}
	for _, id := range l.Notices {
		one, err := absent(n.notices.Get(ctx, id))
		e, known := EventOf(one.Event)
		if err != nil || !known || !one.Unread || e.Asks && !one.Open {
			if err != nil {
				return t, err
			}
			continue
		}
		lines, err := n.lines(ctx, one, e, l.To)
		if err != nil {
			return t, err
		}
		t.Lines = append(t.Lines, lines...)
	}
	return t, nil
}

// lines is what a notice says to somebody: a line, or nothing.
func (n *Notifier) lines(ctx context.Context, one Notice, e Event, to string) ([]Line, error) {
	link := ""
	if n.opt.Console != "" {
		link = n.opt.Console + one.Path()
	}
	if one.About != "" {
		return []Line{{Event: e.Name, Zh: e.Zh, En: e.En, Kind: outside[e.About].zh, Link: link}}, nil
	}
	it, err := absent(n.opt.Content.Items.Get(ctx, one.Item))
	if err != nil {
		return nil, err
	}
	if may, err := n.reads(ctx, it, to); err != nil || !may {
		return nil, err
	}
	l, err := n.line(ctx, e, it)
	l.Link = link
	return []Line{l}, err
}

func (n *Notifier) reads(ctx context.Context, it content.Item, person string) (bool, error) {
	if it.ID == "" || isRobot(person) {
		return it.ID != "", nil
	}
	may, err := n.opt.Reads(ctx, it, []string{person})
	return len(may) == 1, err
}

func (n *Notifier) line(ctx context.Context, e Event, it content.Item) (Line, error) {
	kind, err := absent(n.opt.Content.Kinds.Get(ctx, it.Kind))
	if err != nil {
		return Line{}, err
	}
	column, err := absent(n.opt.Content.Columns.Get(ctx, it.Column))
	l := Line{Event: e.Name, Zh: e.Zh, En: e.En, Kind: cmp.Or(kind.Zh, it.Kind), Column: column.Name, Number: cmp.Or(it.IndexNo, it.ID)}
	if n.opt.Titles {
		l.Title = it.Title
	}
	return l, err
}

// Path is where the console shows an item, below its address: it asks to sign in
// first and then shows this very page.
func Path(item string) string { return "/items/" + url.PathEscape(item) }

// Path is where the console shows what the notice is about.
func (d Notice) Path() string {
	switch {
	case d.Thread != "":
		return Path(d.Item) + "/comments/" + url.PathEscape(d.Thread)
	case d.About == "":
		return Path(d.Item)
	}
	what, _, _ := strings.Cut(d.About, "/")
	return outside[what].path
}

// subject names the event, of several the number.
func (t Text) subject() string {
	if len(t.Lines) == 1 {
		return "【公开】" + t.Lines[0].Zh + " / " + t.Lines[0].En
	}
	return fmt.Sprintf("【公开】%d 条提醒 / %d notices", len(t.Lines), len(t.Lines))
}

// restLine is room for saying how many notices there was no room for.
const restLine = 80

// plain is the text for a chat, of so many bytes at most; 0: any number.
func (t Text) plain(most int) string {
	var b strings.Builder
	b.WriteString("【公开】提醒")
	for i, l := range t.Lines {
		one := l.plain()
		if most > 0 && b.Len()+len(one) > most-restLine {
			fmt.Fprintf(&b, "\n\n另有 %d 条，请登录后查看", len(t.Lines)-i)
			break
		}
		b.WriteString(one)
	}
	return b.String()
}

func (l Line) plain() string {
	text := "\n\n" + l.Zh
	if l.Number != "" {
		text += "：" + l.about()
	}
	if l.Link != "" {
		text += "\n" + l.Link
	}
	return text
}

// about names the item without saying what is in it.
func (l Line) about() string {
	parts := []string{l.Kind}
	for _, p := range []string{l.Column, l.Title} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if l.Number != "" {
		parts = append(parts, "编号 "+l.Number)
	}
	return strings.Join(parts, " · ")
}

// mail is the text for a mail.
func (t Text) mail() string {
	var b strings.Builder
	for i, l := range t.Lines {
		fmt.Fprintf(&b, "%d. %s / %s\n   %s\n", i+1, l.Zh, l.En, l.about())
		if l.Link != "" {
			b.WriteString("   " + l.Link + "\n")
		}
		b.WriteString("\n")
	}
	b.WriteString(footer)
	return b.String()
}

const footer = `--
本邮件由信息公开系统自动发出，请勿回复；内容请登录后查看，提醒方式可在通知设置中更改。
Sent by the disclosure system; do not reply. Sign in to see what it is about; choose there which mails you get.
`
