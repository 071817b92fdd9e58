// Word lists (词表) in the store: every change is a new version, and every
// process follows within a second.

package workflow

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/policy/lexicon"
	"gongkai/store"
)

// WordList (词表) is a list of terms that the gate looks for. Its versions are
// kept; the newest counts.
type WordList struct {
	store.Meta
	Title    string        `json:"title"`
	Versions []WordVersion `json:"versions" doc:"The newest last"`
}

// WordVersion (词表版本) is one state of a list.
type WordVersion struct {
	Version int    `json:"version"`
	Terms   int    `json:"terms" doc:"How many terms it has"`
	Note    string `json:"note,omitempty"`
	By      string `json:"by"`
	Name    string `json:"name"`
	At      int64  `json:"at"`
	Edition string `json:"edition,omitempty" doc:"Of the list that comes with the program"`
	Text    string `json:"text" doc:"Id of the stored CSV"`
}

// wordText is the CSV of one version, which never changes.
type wordText struct {
	store.Meta
	List string `json:"list"`
	CSV  string `json:"csv"`
}

func (l WordList) newest() WordVersion {
	if len(l.Versions) == 0 {
		return WordVersion{}
	}
	return l.Versions[len(l.Versions)-1]
}

// Limits of what an office may load.
const (
	maxWordLists    = 100
	maxWordVersions = 2_000
)

// followEvery is how old what a process knows of the lists may be. It is the
// machine's own time, not the business clock's.
const followEvery = time.Second

// words are the lists as this process has them.
type words struct {
	lists *store.Collection[WordList]
	texts *store.Collection[wordText]
	now   gongkai.Clock

	mu    sync.Mutex // over what follows
	asked time.Time
	read  map[string]lexicon.List // by list and version
	stamp string
	lex   *lexicon.Lexicon
}

// openWords opens the lists and puts the one that comes with the program where
// it is missing, or where an older one of the program's own still stands.
func openWords(ctx context.Context, c *content.Content) (*words, error) {
	w := &words{now: c.Now, read: map[string]lexicon.List{}}
	var err error
	if w.lists, err = store.Use(ctx, c.DB, store.Spec[WordList]{Name: "word_lists", Schema: 1}); err != nil {
		return nil, err
	}
	if w.texts, err = store.Use(ctx, c.DB, store.Spec[wordText]{Name: "word_list_texts", Schema: 1}); err != nil {
		return nil, err
	}
	return w, w.seed(ctx)
}

func (w *words) seed(ctx context.Context) error {
	l, err := w.lists.Get(ctx, lexicon.BuiltinName)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	if last := l.newest(); last.By != "" && (last.By != gongkai.System.ID || last.Edition >= lexicon.BuiltinVersion) {
		return nil // an office's own by now, or as new as ours
	}
	v := WordVersion{Edition: lexicon.BuiltinVersion, Note: "程序自带", By: gongkai.System.ID, Name: gongkai.System.Name}
	_, err = w.add(ctx, lexicon.BuiltinName, "程序自带词表", len(l.Versions), lexicon.BuiltinList().Terms, v)
	if gongkai.Is(err, gongkai.Conflict) {
		return nil // another process was first
	}
	return err
}

// add puts a version behind the one that was seen. Its text is there before
// anything points to it.
func (w *words) add(ctx context.Context, list, title string, seen int, terms []lexicon.Term, v WordVersion) (WordList, error) {
	var csv bytes.Buffer
	if err := lexicon.Write(&csv, terms); err != nil {
		return WordList{}, err
	}
	text, err := w.texts.Insert(ctx, wordText{Meta: store.Meta{ID: gongkai.NewID()}, List: list, CSV: csv.String()})
	if err != nil {
		return WordList{}, err
	}
	v.Version, v.Terms, v.At, v.Text = seen+1, len(terms), gongkai.Millis(w.now()), text.ID
	return w.lists.Upsert(ctx, list, func(doc *WordList, _ bool) error {
		if len(doc.Versions) != seen {
			return gongkai.E(gongkai.Conflict, "stale", "词表已有更新的版本，请重新导出后再改", "the list has a newer version: export it anew and change that")
		}
		if title != "" {
			doc.Title = title
		}
		doc.Versions = append(doc.Versions, v)
		return nil
	})
}

// fresh is the lexicon of today's lists.
func (w *words) fresh(ctx context.Context) (*lexicon.Lexicon, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lex != nil && time.Since(w.asked) < followEvery {
		return w.lex, nil
	}
	asked := time.Now()
	all, err := content.All(ctx, w.lists)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, l := range all {
		names = append(names, l.ID+"@"+strconv.Itoa(l.newest().Version))
	}
	if stamp := strings.Join(names, " "); w.lex == nil || stamp != w.stamp {
		if err := w.load(ctx, all, stamp); err != nil {
			return nil, err
		}
	}
	w.asked = asked
	return w.lex, nil
}

// load reads what is new. A list that cannot be read stops the gate: it is
// never left out in silence.
func (w *words) load(ctx context.Context, all []WordList, stamp string) error {
	read, lists := map[string]lexicon.List{}, []lexicon.List{}
	for _, l := range all {
		list, there := w.read[l.newest().Text]
		if !there {
			terms, err := w.terms(ctx, l.newest().Text)
			if err != nil {
				return err
			}
			list = lexicon.List{Name: l.ID, Version: strconv.Itoa(l.newest().Version), Terms: terms}
		}
		read[l.newest().Text] = list
		lists = append(lists, list)
	}
	w.read, w.lex, w.stamp = read, lexicon.New(lists...), stamp
	return nil
}

func (w *words) terms(ctx context.Context, text string) ([]lexicon.Term, error) {
	doc, err := w.texts.Get(ctx, text)
	if err != nil {
		return nil, err
	}
	terms, bad := lexicon.Reread([]byte(doc.CSV))
	if len(bad) > 0 {
		return nil, gongkai.E(gongkai.Internal, "word_list", "词表无法读取，可能由更新版本的程序写入，请升级程序："+doc.List, "a word list cannot be read; a newer program may have written it, so upgrade this one: "+doc.List)
	}
	return terms, nil
}

// forget makes the next question ask the store.
func (w *words) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = time.Time{}
}

// WordLists are all lists with their versions.
func (e *Engine) WordLists(ctx context.Context) ([]WordList, error) {
	return content.All(ctx, e.words.lists)
}

// WordList is one list with its versions.
func (e *Engine) WordList(ctx context.Context, list string) (WordList, error) {
	l, err := e.words.lists.Get(ctx, list)
	if gongkai.Is(err, gongkai.Missing) {
		err = gongkai.E(gongkai.Missing, "word_list", "没有这个词表", "there is no such word list")
	}
	return l, err
}

// WordCSV is a version of a list as CSV; 0 is the newest.
func (e *Engine) WordCSV(ctx context.Context, list string, version int) (string, error) {
	l, err := e.WordList(ctx, list)
	if err != nil {
		return "", err
	}
	if version == 0 {
		version = len(l.Versions)
	}
	if version < 1 || version > len(l.Versions) {
		return "", gongkai.E(gongkai.Missing, "version", "该词表没有这个版本", "the list has no such version")
	}
	doc, err := e.words.texts.Get(ctx, l.Versions[version-1].Text)
	return doc.CSV, err
}

// NewWords (词表导入) is a list that somebody loads.
type NewWords struct {
	List, Title, Note string
	Seen              int // the version that was changed; 0 for a new list
	CSV               []byte
}

var listName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// ImportWords makes a new version of a list, whole or not at all.
func (e *Engine) ImportWords(ctx context.Context, actor gongkai.Actor, n NewWords) (WordList, error) {
	if err := e.Can(ctx, actor, policy.LexiconManage, ""); err != nil {
		return WordList{}, err
	}
	if err := first(
		need(listName.MatchString(n.List), "list", "id", "词表编号应为小写字母、数字和连字符", "the id of a list is lower-case letters, digits and hyphens"),
		need(n.Seen > 0 || strings.TrimSpace(n.Title) != "", "title", "required", "新词表须有名称", "a new list needs a title"),
		e.roomForWords(ctx, n),
	); err != nil {
		return WordList{}, err
	}
	terms, bad := lexicon.Read(n.CSV, e.notPersonal)
	if len(bad) > 0 {
		return WordList{}, badList(bad)
	}
	l, err := e.words.add(ctx, n.List, strings.TrimSpace(n.Title), n.Seen, terms, WordVersion{Note: strings.TrimSpace(n.Note), By: actor.ID, Name: actor.Name})
	e.words.forget()
	return l, err
}

// notPersonal refuses a cell with personal data: lists are shown to everybody
// who is signed in.
func (e *Engine) notPersonal(cell string) (zh, en string) {
	kind := e.PersonalIn(cell)
	if kind == "" {
		return "", ""
	}
	zh, en = KindName(kind)
	return "疑似" + zh + "，请删去或改写", "looks like a " + en + ": leave it out"
}

func (e *Engine) roomForWords(ctx context.Context, n NewWords) error {
	all, err := e.WordLists(ctx)
	if err != nil {
		return err
	}
	return first(
		need(n.Seen > 0 || len(all) < maxWordLists, "list", "too_many", fmt.Sprintf("词表不能超过 %d 个", maxWordLists), fmt.Sprintf("there may be at most %d lists", maxWordLists)),
		need(n.Seen < maxWordVersions, "list", "too_many", "该词表版本过多，请另建词表", "the list has too many versions: make another one"),
	)
}

// badList says of each row what is wrong with it.
func badList(bad []lexicon.Problem) error {
	e := gongkai.E(gongkai.Invalid, "word_list_rows", fmt.Sprintf("词表有%d处错误，未作任何更改。请按行列改正后重新导入", len(bad)),
		fmt.Sprintf("the list has %d mistakes; nothing was changed. Correct them and import it again", len(bad)))
	for _, p := range bad {
		d := gongkai.Detail{Where: "csv", Code: "row", Zh: p.Zh, En: p.En}
		if p.Line > 0 {
			d.Where, d.Zh, d.En = fmt.Sprintf("csv:%d", p.Line), fmt.Sprintf("第%d行：%s", p.Line, p.Zh), fmt.Sprintf("line %d: %s", p.Line, p.En)
		}
		if p.Column > 0 {
			d.Where, d.Zh, d.En = fmt.Sprintf("csv:%d:%d", p.Line, p.Column), fmt.Sprintf("第%d行第%d列（%s）：%s", p.Line, p.Column, p.Name, p.Zh), fmt.Sprintf("line %d, cell %d: %s", p.Line, p.Column, p.En)
		}
		e.Details = append(e.Details, d)
	}
	return e
}
