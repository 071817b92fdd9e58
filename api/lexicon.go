// Word lists (词表): who loads them, in which versions, as CSV.

package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerLexicon() {
	list := op(http.MethodGet, "/lexicon", "list-word-lists", "lexicon", "词表 Word lists with their versions")
	list.Description = "密级标志、控制用语、工作秘密、表述错误和领导称谓的词表，每次更改为新版本，全部保留。Lists of secrecy marks, control phrases, work secrets, wrong words and leaders; every change is a new version, and all are kept."
	register(s.routes, list, signedIn(), s.listWordLists)
	register(s.routes, op(http.MethodGet, "/lexicon/{list}", "get-word-list", "lexicon", "词表版本 One list with its versions"), signedIn(), s.getWordList)
	export := op(http.MethodGet, "/lexicon/{list}/csv", "export-word-list", "lexicon", "导出词表 A version of a list as CSV")
	register(s.routes, export, signedIn(), s.exportWords)
	load := op(http.MethodPut, "/lexicon/{list}/csv", "import-word-list", "lexicon", "导入词表 Load a list from CSV: a new version, or nothing at all")
	load.Description = "请求内容为CSV文件（UTF-8或GB18030），首行为列名；有任何一行不合规或样例不符即整体拒绝，并逐行列说明。The body is the CSV file, UTF-8 or GB 18030, its first row the names of the columns. If any row is wrong or a sample is not found as it should be, nothing is changed, and every mistake is named by line and cell."
	register(s.routes, load, anywhere(policy.LexiconManage), s.importWords)
}

// WordListView is a list without what is of no use to a reader.
type WordListView struct {
	ID       string                 `json:"id"`
	Title    string                 `json:"title"`
	Version  int                    `json:"version" doc:"The one that counts"`
	Versions []workflow.WordVersion `json:"versions" doc:"The newest first"`
}

func wordListView(l workflow.WordList) WordListView {
	v := WordListView{ID: l.ID, Title: l.Title, Version: len(l.Versions), Versions: []workflow.WordVersion{}}
	for i := range l.Versions {
		v.Versions = append(v.Versions, l.Versions[len(l.Versions)-1-i])
	}
	return v
}

func (s *Server) listWordLists(ctx context.Context, _ *none) (*of[List[WordListView]], error) {
	all, err := s.Engine.WordLists(ctx)
	var out []WordListView
	for _, l := range all {
		out = append(out, wordListView(l))
	}
	return listed(out, "", err)
}

// ByWordList is the path to a word list.
type ByWordList struct {
	List string `path:"list" pattern:"^[a-z0-9][a-z0-9-]{0,39}$" doc:"Lower-case letters, digits, hyphens"`
}

func (s *Server) getWordList(ctx context.Context, in *ByWordList) (*of[WordListView], error) {
	l, err := s.Engine.WordList(ctx, in.List)
	return answer(wordListView(l), err)
}

type exportWordsIn struct {
	ByWordList
	Version int `query:"version" minimum:"0" doc:"Absent: the newest"`
}

func (s *Server) exportWords(ctx context.Context, in *exportWordsIn) (*stream, error) {
	csv, err := s.Engine.WordCSV(ctx, in.List, in.Version)
	if err != nil {
		return nil, err
	}
	return &stream{func(ctx huma.Context) {
		ctx.SetStatus(http.StatusOK)
		ctx.SetHeader("Content-Type", "text/csv; charset=utf-8")
		ctx.SetHeader("Content-Disposition", `attachment; filename="`+in.List+`.csv"`)
		_, _ = ctx.BodyWriter().Write([]byte(csv)) // into memory: it cannot fail
	}}, nil
}

type importWordsIn struct {
	ByWordList
	Title   string `query:"title" maxLength:"100" doc:"Name of the list; a new one needs it"`
	Note    string `query:"note" maxLength:"500" doc:"What this version is for"`
	Seen    int    `query:"seen" minimum:"0" doc:"The version that was changed; absent for a new list. Another by now: 409"`
	RawBody []byte `contentType:"text/csv"`
}

func (s *Server) importWords(ctx context.Context, in *importWordsIn) (*of[WordListView], error) {
	l, err := s.Engine.ImportWords(ctx, actorOf(ctx), workflow.NewWords{List: in.List, Title: in.Title, Note: in.Note, Seen: in.Seen, CSV: in.RawBody})
	if err != nil {
		return nil, err
	}
	return answer(wordListView(l), s.record(ctx, policy.LexiconManage, "lexicon/"+l.ID, "", map[string]string{"version": strconv.Itoa(len(l.Versions)), "terms": strconv.Itoa(l.Versions[len(l.Versions)-1].Terms)}))
}
