// The corpus: every template, disguise, place and form, so many times each.

package corpustest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// corpus is being made.
type corpus struct {
	*rand.Rand
	cases []Case
}

// Make is the corpus of a seed: the same seed makes the same cases.
func Make(seed uint64) []Case {
	c := &corpus{Rand: rand.New(rand.NewPCG(seed, 4))}
	c.prose()
	c.disguised()
	c.places()
	c.tables()
	c.looks()
	c.sensitive()
	c.long()
	c.strangers()
	return c.cases
}

func (c *corpus) add(group string, made Case) {
	made.ID = fmt.Sprintf("%s/%d", group, len(c.cases))
	c.cases = append(c.cases, made)
}

// text writes a template as a paragraph of some format.
func (c *corpus) text(template string) Case {
	p := newPage(c.Rand, pick(c.Rand, []string{Plain, Plain, HTML, Markdown}))
	if p.c.Format == HTML {
		return p.fill("<p>" + strings.ReplaceAll(template, "\n", "<br>\n") + "</p>").done()
	}
	return p.fill(template).done()
}

func (c *corpus) prose() {
	for _, s := range sentences {
		for range 10 {
			c.add("prose", c.text(s))
		}
	}
	for _, s := range unsettled {
		for range 4 {
			c.add("unsettled", c.text(s))
		}
	}
	for range 60 {
		c.add("prose/list", c.people())
	}
}

// people is a roster written as a list in prose.
func (c *corpus) people() Case {
	p := newPage(c.Rand, pick(c.Rand, []string{Plain, Plain, Markdown}))
	line := pick(c.Rand, []string{
		"%d.{name}，{sex}，{birth}出生，身份证号{id}，住{address}。\n",
		"%d、{name}，{sex}，{nation}，{birth}生，家住{address}，联系电话{mobile}。\n",
		"%d. {name} {sex} {id} {mobile}\n",
		"（%d）{name}，身份证号：{id}，银行卡号：{bank}\n",
		"%d．{name}（{birth}出生），现住{address}；\n",
		"%d {name} {id} {address}\n",
	})
	p.fill("现将名单公示如下：\n")
	for i := range 2 + c.IntN(8) {
		p.fill(fmt.Sprintf(line, i+1))
	}
	return p.done()
}

// worn are the kinds that wear a disguise, with sentences to wear it in.
var worn = map[bool][]string{
	true:  {"申请人{name}，身份证号{id}，请核对。", "{name}：{idx}", "手机号码{mobile}，{name}。", "{name}，{mobile}", "银行卡号{bank}，户名{name}。", "{name}，账号：{bank}"},
	false: {"车主{name}，车牌号{plate}。", "{name}，护照号码{passport}。", "{name}，{sex}，出生日期{birth}。", "家庭住址：{address}，户主{name}。", "个人邮箱：{email}，{name}。"},
}

func (c *corpus) disguised() {
	for _, d := range disguises {
		for _, format := range strings.Fields(d.formats) {
			if slices.Contains(gentle, d.name) {
				c.wear(d, format, worn[false])
			}
			c.wear(d, format, worn[true])
		}
	}
	for _, sign := range lastSigns {
		for range 3 {
			p := newPage(c.Rand, Plain)
			p.disguise = func(v value) string { return strings.Replace(v.text, "X", sign, 1) }
			c.add("disguise/last sign", p.fill("{name}，身份证号{idx}。{idx}").done())
		}
	}
}

func (c *corpus) wear(d disguise, format string, templates []string) {
	for _, template := range templates {
		p := newPage(c.Rand, format)
		p.disguise = func(v value) string { return d.write(c.Rand, v.text) }
		c.add("disguise/"+d.name, p.fill(template).done())
	}
}

func (c *corpus) places() {
	c.each("places", HTML, inHTML)
	c.each("places", Markdown, inMarkdown)
	c.each("places", Plain, inPlain)
}

func (c *corpus) each(group, format string, templates []string) {
	for _, template := range templates {
		for range 5 {
			c.add(group+"/"+format, newPage(c.Rand, format).fill(template).done())
		}
	}
}

func (c *corpus) tables() {
	for _, f := range forms {
		for range 14 {
			c.table("table/"+f.name, f, rosterOf(c.Rand))
		}
		for range 8 {
			c.table("look-alikes/table/"+f.name, f, impersonalOf(c.Rand))
		}
	}
	c.table("table/a long roster", forms[0], longRoster(c.Rand, 300))
}

func (c *corpus) table(group string, f form, s sheet) {
	p := newPage(c.Rand, f.format)
	f.write(p, s)
	c.add(group, p.done())
}

func longRoster(r *rand.Rand, rows int) sheet {
	return sheetOf(r, "{year}年发放名单", []column{number, person, personal[0], personal[4], personal[6], neutral[4]}, rows)
}

func (c *corpus) looks() {
	for _, s := range lookalikes {
		for range 5 {
			c.add("look-alikes", c.text(s))
		}
	}
	c.each("look-alikes", HTML, looksInHTML)
	c.each("look-alikes", Markdown, looksInMarkdown)
	for i := range c.cases {
		if strings.HasPrefix(c.cases[i].ID, "look-alikes") {
			c.cases[i].Never = []string{health, minor, property}
		}
	}
}

func (c *corpus) sensitive() {
	for _, kind := range []string{health, minor, property} {
		for _, s := range sensitive[kind] {
			for range 8 {
				made := c.text(s)
				made.Expect = []string{kind}
				c.add("sensitive/"+kind, made)
			}
		}
	}
}

func (c *corpus) long() {
	for range 30 {
		format := pick(c.Rand, []string{Plain, HTML, Markdown})
		c.add("long/"+format, longText(c.Rand, format, 10_000<<c.IntN(4)))
	}
}

func (c *corpus) strangers() {
	for range 5 {
		for _, s := range strangers {
			c.add("strangers", c.text(s))
		}
		for _, s := range lookingStrangers {
			made := c.text(s)
			made.Never = []string{health, minor, property}
			c.add("strangers/look-alikes", made)
		}
		for _, f := range forms {
			c.table("strangers/table/"+f.name, f, strangeRoster(c.Rand))
		}
	}
}
