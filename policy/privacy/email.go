// 个人电子邮箱: addresses at the public mail services; an office's own domain stays.

package privacy

import (
	"maps"
	"slices"
	"strings"
)

// webmail are the mail services that anybody can have an address at.
var webmail = setOf(`163.com 126.com yeah.net 188.com 163.net vip.163.com vip.126.com qq.com vip.qq.com foxmail.com sina.com sina.cn sina.com.cn vip.sina.com sohu.com vip.sohu.com
	139.com 189.cn wo.cn wo.com.cn 21cn.com 21cn.net 263.net 263.com tom.com aliyun.com alibaba.com eyou.com citiz.net chinaren.com sogou.com gmail.com googlemail.com
	hotmail.com outlook.com live.com live.cn msn.com yahoo.com yahoo.com.cn yahoo.cn ymail.com icloud.com me.com mac.com proton.me protonmail.com mail.com gmx.com
	aol.com zoho.com yandex.com naver.com hotmail.co.jp yahoo.co.jp 2980.com 88.com 111.com`)

// Words in front of an address, and names in it that are an office's.
var (
	officeMail = folded(`办公邮箱 联系邮箱 单位邮箱 公务邮箱 工作邮箱 举报 监督 投诉 投稿 受理 反馈 征求意见 意见 咨询 公共邮箱 官方邮箱 公开邮箱 信访 接收 报名 局长信箱 县长信箱 领导信箱 办公室 来信 发送至 发至`)
	ownMail    = folded(`个人邮箱 本人 私人 姓名 身份证 手机 学生 家长 申请人 户主`)
	roleNames  = setOf(`info service services admin administrator office hr support contact webmaster postmaster hello sales noreply no-reply news press media help mail marketing git
		bgs bangongshi xxgk zwgk jubao jiandu xinfang zixun fuwu kefu master public editor secretary job jobs zhaopin`)
	// domainEnds are asked for behind [at] and its like.
	domainEnds = setOf("com cn net org edu")
	notMail    = setOf(`png jpg jpeg gif webp svg ico js css html htm php`)
)

const longestLocal, longestDomain = 64, 128

// mailWakes are an @ and what people write for it, to hide it from programs;
// # only in front of a mail service.
func mailWakes() string {
	signs := "@ [at] (at) 【at】 {at} 〔at〕 [@] (@) 【@】"
	for _, host := range slices.Sorted(maps.Keys(webmail)) {
		signs += " #" + host
	}
	return signs
}

// dotWords are written for the dot of a domain: 163点com. The last ones are
// slips of the hand, and only behind a name without a dot.
var dotWords = [][]rune{[]rune("[dot]"), []rune("(dot)"), []rune("【dot】"), []rune("点"), []rune("dot"), []rune("。"), []rune(",")}

const dotSlips = "。,"

// findEmails looks at what stands around an @.
func findEmails(k *kind, w *window, at woken) {
	if at.word[0] == '#' {
		at.to = at.from + 1
	}
	local := w.mailName(at.from)
	domain, host := w.mailDomain(at.to)
	name := w.spell(local)
	if label := host[strings.LastIndexByte(host, '.')+1:]; notMail[label] { // a file's name
		host = strings.TrimSuffix(strings.TrimSuffix(host, label), ".")
		domain = domain[:len(host)]
	}
	if len(local) == 0 || !strings.Contains(host, ".") || w.userinfo(local[0]) {
		return
	}
	spaced := w.atoms[at.from-1].class == blank || at.to < len(w.atoms) && w.atoms[at.to].class == blank
	level, why := w.mailLevel(local[0], name, host, spaced)
	slip := func(at int) bool { return strings.ContainsRune(dotSlips, w.atoms[at].r) }
	if level == "" || !webmail[host] && slices.ContainsFunc(domain, slip) || at.word != "@" && !webmail[host] && !domainEnds[host[strings.LastIndexByte(host, '.')+1:]] {
		return
	}
	h := w.hit(k, slices.Concat(local, []int{at.from}, domain), 0, 0, level, why...)
	h.folded, h.shown = name+"@"+host, w.hideName(&h, local)+"@"+host
	w.put(h)
}

// hideName hides the letters and digits of the name but the first, or the only
// one; joints stay.
func (w *window) hideName(h *hit, local []int) string {
	alone := !slices.ContainsFunc(local[1:], func(at int) bool { return w.atoms[at].plain() })
	shown := make([]rune, len(local))
	for i, at := range local {
		shown[i] = w.atoms[at].r
		if w.atoms[at].plain() && (i > 0 || alone) {
			shown[i], h.hidden = '*', append(h.hidden, h.spots[i])
		}
	}
	return string(shown)
}

// userinfo reports what stands before the host of an address: ftp://user@host.
func (w *window) userinfo(at int) bool {
	for i := at - 1; i >= max(0, at-2); i-- {
		if w.atoms[i].r != '/' {
			return false
		}
	}
	return at >= 2
}

// mailLevel decides whose the address is; empty means an office's.
func (w *window) mailLevel(at int, name, host string, spaced bool) (level Level, why []string) {
	back := w.headed() + w.backwards(at)
	if cut := strings.LastIndexAny(back, "。；;\n\t@"); cut >= 0 && strings.TrimRight(back[cut+1:], ": ") != "" {
		back = back[cut+1:]
	}
	about := about{}
	switch {
	case strings.HasSuffix(host, ".gov.cn") || host == "gov.cn" || strings.HasSuffix(host, ".mil.cn"):
		return "", nil
	case !webmail[host] && roleNames[name]:
		return "", nil
	case hasAny(back, officeMail):
		return Ask, about.evidence("shape", "context:office")
	case !webmail[host] && spaced:
		return "", nil
	case !webmail[host]:
		return Ask, []string{"shape", "domain:unknown"}
	case hasAny(back, ownMail):
		return Likely, []string{"shape", "webmail", "context:person"}
	}
	return Likely, []string{"shape", "webmail"}
}

// mailName collects the atoms of the part before the @; none when a mask
// stands there, while emphasis has as many stars behind as before.
func (w *window) mailName(at int) []int {
	i, stars := at-1, 0
	var back []int
	for ; i >= 0 && len(back) <= longestLocal; i-- {
		a := w.atoms[i]
		if a.class == drop || a.class == seam && (a.r != '*' || len(back) > 0) {
			if a.r == '*' {
				stars++
			}
			continue
		}
		if a.class == blank && i == at-1 { // zhang @ 163.com
			continue
		}
		if !a.inMailName() {
			break
		}
		back = append(back, i)
	}
	for len(back) > 0 && !w.atoms[back[len(back)-1]].plain() { // what does not begin a name
		back = back[:len(back)-1]
	}
	if len(back) > longestLocal || i >= 0 && w.atoms[i].r == '*' || stars%2 > 0 || len(back) > 0 && stars > 0 && !w.atoms[back[0]].plain() { // z**-@
		return nil
	}
	if len(back) == 1 && i >= 0 && w.atoms[i].class == digit { // 一三八…x@: the letter belongs to the number
		return nil
	}
	return turned(back)
}

// mailDomain collects the atoms of the labels behind the @, up to the last one
// that can end a domain, and what they spell; a dot in words is one atom.
func (w *window) mailDomain(at int) (atoms []int, host string) {
	var spelled []rune
	end, label, dots := 0, 0, 0
	for i := at; i < len(w.atoms) && len(atoms) < longestDomain; i++ {
		a := w.atoms[i]
		r, next := a.r, i
		switch {
		case a.class == drop || a.class == seam && a.r != '*', a.class == blank && i == at:
			continue
		case a.plain():
			if label++; label >= 2 && isLatin(a.r) && dots > 0 {
				end = len(atoms) + 1
			} else if end == len(atoms) {
				end = 0 // the label goes on with what ends no domain
			}
		case a.class == dot && label > 0:
			label = 0
			dots++
		case a.r == '-' && label > 0:
		case a.r == '*': // a masked number goes on
			return nil, ""
		default:
			if next = w.dotInWords(i, label, end); next == 0 {
				return atoms[:end], string(spelled[:end])
			}
			r, label, dots = '.', 0, dots+1
			next--
		}
		atoms, spelled, i = append(atoms, i), append(spelled, r), next
	}
	return atoms[:end], string(spelled[:end])
}

// dotInWords is where a label goes on behind a dot that is written in words at
// an atom; 0 is none.
func (w *window) dotInWords(i, label, end int) int {
	if label == 0 {
		return 0
	}
	at := w.blankAt(i)
	for _, word := range dotWords {
		to := w.spelled(at, word)
		if to < 0 || strings.ContainsRune(dotSlips, word[0]) && (end > 0 || at > i) || word[0] == 'd' && at == i {
			continue
		}
		if to = w.blankAt(to); to < len(w.atoms) && isLatin(w.atoms[to].r) {
			return to
		}
	}
	return 0
}

// blankAt passes over one blank.
func (w *window) blankAt(i int) int {
	if i < len(w.atoms) && w.atoms[i].class == blank {
		return i + 1
	}
	return i
}

// spell is what the atoms read.
func (w *window) spell(atoms []int) string {
	b := make([]rune, len(atoms))
	for i, at := range atoms {
		b[i] = w.atoms[at].r
	}
	return string(b)
}

// plain reports a Latin letter or a digit that is no Chinese numeral.
func (a atom) plain() bool {
	return isLatin(a.r) && a.class == other || a.class == digit && a.script != chinese
}

// inMailName reports what may stand before an @.
func (a atom) inMailName() bool {
	return a.plain() || a.class == dot || a.r == '_' || a.r == '-' || a.r == '+'
}
