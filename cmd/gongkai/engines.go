// The engines of a larger installation, in place of the embedded parts.

package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"gongkai"
	"gongkai/search"
	"gongkai/store"
)

// engines says which embedded parts are replaced; what is empty stays embedded.
type engines struct {
	MongodbURI       string `help:"MongoDB for documents, database named in it; none: a file in the data folder." zh:"存放文档的 MongoDB，须写明库名；不设则用数据文件夹中的文件。" env:"GONGKAI_MONGODB_URI" secret:""`
	PublicMongodbURI string `help:"MongoDB for the public store, a database of its own; none: a file in the data folder." zh:"公开库所用的 MongoDB，须另用一个库；不设则用数据文件夹中的文件。" env:"GONGKAI_PUBLIC_MONGODB_URI" secret:""`
	MeiliURL         string `help:"Meilisearch for search; none: an index in the data folder." zh:"检索所用的 Meilisearch；不设则用数据文件夹中的索引。" env:"GONGKAI_MEILI_URL"`
	MeiliKey         string `help:"Key for Meilisearch." zh:"Meilisearch 的密钥。" env:"GONGKAI_MEILI_KEY" secret:""`
	MeiliIndex       string `help:"Name of the index in Meilisearch." zh:"Meilisearch 中的索引名。" env:"GONGKAI_MEILI_INDEX" default:"gongkai"`
	SearchSynonyms   string `help:"File of words that find each other in search, a group to a line." zh:"检索同义词文件，每行一组。" env:"GONGKAI_SEARCH_SYNONYMS" type:"path"`
}

// Validate refuses one database for both stores: the public one has
// credentials of its own and may stand elsewhere.
func (e engines) Validate() error {
	if e.MongodbURI != "" && store.SameMongo(e.MongodbURI, e.PublicMongodbURI) {
		return wrongSetting("GONGKAI_PUBLIC_MONGODB_URI", "须与 GONGKAI_MONGODB_URI 不是同一个库：公开库独立存放", "must name another database than GONGKAI_MONGODB_URI: the public store stands apart")
	}
	return nil
}

// openDB opens a store: MongoDB where a URI is given, else a file. Who only
// answers readers can only read the public one, and opens no other; doctor does.
func (a *app) openDB(ctx context.Context, uri, file string) (store.DB, error) {
	var db store.DB
	var err error
	reads := a.onlyShows() && file == "public.db"
	if uri != "" {
		db, err = opened(store.OpenMongo(ctx, uri, store.MongoOptions{ReadOnly: reads}))
		err = ofSetting(mongoOfFile[file], err)
	} else {
		var path string
		if path, err = a.folder(file); err != nil {
			return nil, err
		}
		if reads {
			db = store.OpenSQLiteReader(path)
		} else {
			db, err = opened(store.OpenSQLite(ctx, path))
		}
	}
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, db.Close)
	a.clocks = append(a.clocks, clockOf(db)...)
	return a.watched(db, strings.TrimSuffix(file, ".db")), nil
}

// mongoOfFile is the setting that replaces a file.
var mongoOfFile = map[string]string{"content.db": "GONGKAI_MONGODB_URI", "public.db": "GONGKAI_PUBLIC_MONGODB_URI"}

// ofSetting says which setting an error is about: there are two databases.
func ofSetting(env string, err error) error {
	var known *gongkai.Error
	if !errors.As(err, &known) {
		return err
	}
	said := *known
	said.Zh, said.En = env+"："+known.Zh, env+": "+known.En
	return &said
}

// opened keeps a nil pointer from becoming an interface that is not nil.
func opened[T store.DB](db T, err error) (store.DB, error) {
	if err != nil {
		return nil, err
	}
	return db, nil
}

// openIndex opens the search index: Meilisearch where it is given, else a file.
func (a *app) openIndex(ctx context.Context, readOnly bool) (search.Index, error) {
	e := a.cfg.engines
	words, err := e.synonyms()
	if err != nil {
		return nil, err
	}
	if e.MeiliURL != "" {
		index, err := search.OpenLate(ctx, func(ctx context.Context) (search.Index, error) {
			return indexed(search.OpenMeili(ctx, search.MeiliOptions{URL: e.MeiliURL, Key: e.MeiliKey, Index: e.MeiliIndex, ReadOnly: readOnly, Synonyms: words}))
		})
		return index, ofSetting(meiliSetting(gongkai.CodeOf(err)), err)
	}
	path, err := a.folder("search.db")
	if err != nil {
		return nil, err
	}
	open := search.OpenLocal
	if readOnly {
		open = search.OpenLocalReader
	}
	local, err := open(ctx, path)
	if err != nil {
		return nil, err
	}
	local.Synonyms(words)
	return local, nil
}

// synonyms reads the file that is named, if one is: every process that
// searches or writes the index needs the same.
func (e engines) synonyms() ([][]string, error) {
	if e.SearchSynonyms == "" {
		return nil, nil
	}
	f, err := os.Open(e.SearchSynonyms)
	if err != nil {
		return nil, gongkai.E(gongkai.Invalid, "config", "GONGKAI_SEARCH_SYNONYMS 所指文件无法读取", "the file of GONGKAI_SEARCH_SYNONYMS cannot be read").Because(err)
	}
	defer func() { _ = f.Close() }()
	words, err := search.ReadSynonyms(f)
	return words, ofSetting("GONGKAI_SEARCH_SYNONYMS", err)
}

// meiliSetting is the setting that an error of Meilisearch is about.
func meiliSetting(code string) string {
	switch code {
	case "search_key":
		return "GONGKAI_MEILI_KEY"
	case "search_index_name", "search_foreign":
		return "GONGKAI_MEILI_INDEX"
	}
	return "GONGKAI_MEILI_URL"
}

func indexed[T search.Index](index T, err error) (search.Index, error) {
	if err != nil {
		return nil, err
	}
	return index, nil
}

// elsewhere tells whether the documents lie in an engine, not in the folder.
func (e engines) elsewhere() bool { return e.MongodbURI != "" }
