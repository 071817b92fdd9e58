// What MongoDB's driver can say when a server, a network or a majority fails,
// played by the driver's own mock: no server is needed.

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo/integration/mtest"

	"gongkai"
)

type memo struct {
	Meta
	Title  string `json:"title"`
	Number string `json:"number,omitempty"`
}

var memos = Spec[memo]{Name: "memos", Schema: 1, Indexes: []Index{
	{Name: "title", Fields: []string{"title"}}, {Name: "number", Fields: []string{"number"}, Unique: true},
}}

// The marks of the test: the write that is looked at, the one before, a stranger's.
var ours, before, theirs = primitive.ObjectID{1}, primitive.ObjectID{2}, primitive.ObjectID{3}

// scriptTime limits one command: what the test itself takes must not count.
const scriptTime = 30 * time.Second

// scripted gives a collection whose server answers as told, in that order.
func scripted(mt *mtest.T, answers ...bson.D) (*Collection[memo], *Mongo) {
	mt.Helper()
	db := newMongo(mt.Client, "db", MongoOptions{Timeout: scriptTime})
	db.catalog.looked = time.Now().Add(time.Hour)
	db.mark = func() primitive.ObjectID { return ours }
	table, _, err := tableFor[memo](memos.Name, memos.Schema, memos.Indexes)
	if err != nil {
		mt.Fatal(err)
	}
	db.tables[table.Name] = newMongoTable(table, db.data.Collection(table.Name))
	mt.AddMockResponses(answers...)
	mt.ClearEvents()
	return &Collection[memo]{db: db, table: table, schema: 1}, db
}

// The answers of the server.

func found(rev int64, marks ...primitive.ObjectID) bson.D {
	return mtest.CreateCursorResponse(0, "db.memos", mtest.FirstBatch, bson.D{
		{Key: "_id", Value: "a"}, {Key: "rev", Value: rev}, {Key: "schema", Value: int64(1)}, {Key: "marks", Value: marks},
		{Key: "doc", Value: bson.D{{Key: "id", Value: "a"}, {Key: "rev", Value: rev}, {Key: "schema", Value: int64(1)}, {Key: "title", Value: "old"}}},
	})
}

func nothing() bson.D { return mtest.CreateCursorResponse(0, "db.memos", mtest.FirstBatch) }

func matched(n int) bson.D { return mtest.CreateSuccessResponse(bson.E{Key: "n", Value: n}) }

// lost is a connection that breaks after the command went out. The driver sends
// a command twice, so an answer that stays lost is lost twice.
func lost() bson.D {
	return mtest.CreateCommandErrorResponse(mtest.CommandError{Message: "connection reset", Labels: []string{"NetworkError"}})
}

func late() bson.D {
	return append(mtest.CreateWriteConcernErrorResponse(mtest.WriteConcernError{Code: 64, Name: "WriteConcernFailed", Message: "waiting for replication timed out"}), bson.E{Key: "n", Value: 1})
}

func refusal(code int32, name string) bson.D {
	return mtest.CreateCommandErrorResponse(mtest.CommandError{Code: code, Name: name, Message: "张三 said no"})
}

func taken(index string) bson.D {
	return mtest.CreateWriteErrorsResponse(mtest.WriteError{Code: 11000, Message: "E11000 duplicate key error collection: db.memos index: " + index + " dup key: { k: \"张三\" }"})
}

func numberIndex() string {
	table, _, _ := tableFor[memo](memos.Name, memos.Schema, memos.Indexes)
	return newMongoTable(table, nil).indexes[1]
}

// sent lists the commands that the server got.
func sent(mt *mtest.T) string {
	var names []string
	for e := mt.GetStartedEvent(); e != nil; e = mt.GetStartedEvent() {
		names = append(names, e.CommandName)
	}
	return strings.Join(names, " ")
}

func TestAnUpdateFindsOutWhatBecameOfIt(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	for _, c := range []struct {
		name, outcome, commands string
		runs                    int // of the change
		answers                 []bson.D
	}{
		{"nothing fails", "", "find update", 1, []bson.D{found(1, before), matched(1)}},
		{"the answer is lost, and the driver's second try gives it", "", "find update update", 1, []bson.D{found(1, before), lost(), matched(1)}},
		{"the answer is lost, and the server has forgotten it", "", "find update update find", 1, []bson.D{found(1, before), lost(), matched(0), found(2, ours, before)}},
		{"the answer stays lost, the write was made", "", "find update update update find", 1, []bson.D{found(1, before), lost(), lost(), matched(0), found(2, ours, before)}},
		{"the answer stays lost, the write was not made", "", "find update update update", 1, []bson.D{found(1, before), lost(), lost(), matched(1)}},
		{"the answer stays lost, the write was made and others came after", "", "find update update update find", 1,
			[]bson.D{found(1, before), lost(), lost(), matched(0), found(4, theirs, theirs, ours, before)}},
		{"the answer stays lost, somebody else was faster", "", "find update update update find find update", 2,
			[]bson.D{found(1, before), lost(), lost(), matched(0), found(2, theirs, before), found(2, theirs, before), matched(1)}},
		{"the answer stays lost, and too many came after to tell", "unknown_outcome", "find update update update find", 1,
			[]bson.D{found(1, before), lost(), lost(), matched(0), found(9, theirs, theirs, theirs, theirs, theirs, theirs, theirs, theirs)}},
		{"the answer stays lost, and then the document is gone", "missing", "find update update update find find", 1,
			[]bson.D{found(1, before), lost(), lost(), matched(0), nothing(), nothing()}},
		{"the answer stays lost, then reading fails, then it is known", "", "find update update update find update find", 1,
			[]bson.D{found(1, before), lost(), lost(), matched(0), refusal(13, "Unauthorized"), matched(0), found(2, ours, before)}},
		{"the majority is late, then has it", "", "find update update find update find", 1,
			[]bson.D{found(1, before), late(), matched(0), found(1, before), matched(0), found(2, ours, before)}},
		{"the majority is late, and another primary never had it", "", "find update update", 1, []bson.D{found(1, before), late(), matched(1)}},
		{"an election in between", "", "find update update update", 1,
			[]bson.D{found(1, before), refusal(10107, "NotWritablePrimary"), refusal(10107, "NotWritablePrimary"), matched(1)}},
		{"somebody else was faster", "", "find update find update", 2, []bson.D{found(1, before), matched(0), found(2, theirs, before), matched(1)}},
		{"a taken value names the index", "duplicate", "find update", 1, []bson.D{found(1, before), taken(numberIndex())}},
		{"the server finds the document too large", "too_large", "find update", 1,
			[]bson.D{found(1, before), mtest.CreateWriteErrorsResponse(mtest.WriteError{Code: 10334, Message: "BSONObj size: 17000000"})}},
		{"the account has no right", "store_rights", "find update", 1, []bson.D{found(1, before), refusal(13, "Unauthorized")}},
		{"the disk is full", "disk_full", "find update", 1, []bson.D{found(1, before), refusal(14031, "OutOfDiskSpace")}},
	} {
		mt.Run(c.name, func(mt *mtest.T) {
			memos, _ := scripted(mt, c.answers...)
			runs := 0
			_, err := memos.Update(context.Background(), "a", 0, func(m *memo) error { runs++; m.Title, m.Number = "new", "7"; return nil })
			if got := gongkai.CodeOf(err); (err != nil || c.outcome != "") && got != c.outcome || err != nil && c.outcome == "" {
				mt.Errorf("got %v, want %q", err, c.outcome)
			}
			if got := sent(mt); got != c.commands || runs != c.runs {
				mt.Errorf("sent %q after %d runs, want %q after %d", got, runs, c.commands, c.runs)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), "张三") {
					mt.Errorf("the error repeats a value: %v", e)
				}
			}
		})
	}
}

func TestAWriteThatNobodyConfirmsSaysSoInTime(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	for name, answer := range map[string]bson.D{"no primary": refusal(10107, "NotWritablePrimary"), "no answer": lost(), "no majority": late(), "no time": refusal(50, "MaxTimeMSExpired")} {
		mt.Run(name, func(mt *mtest.T) {
			answers := []bson.D{found(1, before)}
			for range 500 {
				answers = append(answers, answer)
			}
			memos, db := scripted(mt, answers...)
			db.patience = 300 * time.Millisecond
			start := time.Now()
			_, err := memos.Update(context.Background(), "a", 0, func(m *memo) error { m.Title = "new"; return nil })
			if gongkai.CodeOf(err) != "unknown_outcome" || !gongkai.Is(err, gongkai.Unavailable) {
				mt.Errorf("got %v", err)
			}
			if took, times := time.Since(start), strings.Count(sent(mt), "update"); took > 20*time.Second || times < 2 || times > 100 {
				mt.Errorf("%d attempts in %s", times, took)
			}
		})
	}
}

func TestInsertsAndDeletesFindOutWhatBecameOfThem(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	insert := func(c *Collection[memo]) error {
		_, err := c.Insert(context.Background(), memo{Meta: Meta{ID: "a"}, Title: "new", Number: "7"})
		return err
	}
	remove := func(c *Collection[memo]) error { return c.Delete(context.Background(), "a", 0) }
	for _, c := range []struct {
		name, outcome, where string
		run                  func(*Collection[memo]) error
		answers              []bson.D
	}{
		{"an insert whose answer is lost was made", "", "", insert, []bson.D{lost(), lost(), taken("_id_"), found(1, ours)}},
		{"an insert whose answer is lost was made, and its own number is named", "", "", insert, []bson.D{lost(), lost(), taken(numberIndex()), found(1, ours)}},
		{"an insert whose answer is lost was made and changed since", "", "", insert, []bson.D{lost(), lost(), taken("_id_"), found(2, theirs, ours)}},
		{"an insert whose answer is lost was not made", "", "", insert, []bson.D{lost(), lost(), matched(1)}},
		{"an insert whose answer is lost met another document", "duplicate", "id", insert, []bson.D{lost(), lost(), taken("_id_"), found(1, theirs)}},
		{"an insert that the majority has late", "", "", insert,
			[]bson.D{late(), taken("_id_"), nothing(), taken("_id_"), nothing(), taken("_id_"), found(1, ours)}},
		{"an insert meets its id", "duplicate", "id", insert, []bson.D{taken("_id_"), found(1, theirs)}},
		{"an insert meets its number", "duplicate", "number", insert, []bson.D{taken(numberIndex()), nothing()}},
		{"an insert is refused by a server that names no index", "duplicate", "number", insert,
			[]bson.D{mtest.CreateWriteErrorsResponse(mtest.WriteError{Code: 11000, Message: "E11000 duplicate key error collection: db.memos"}), nothing(), found(1, theirs)}},
		{"an insert before a wrong password", "store_password", "", insert, []bson.D{refusal(18, "AuthenticationFailed")}},
		{"a delete whose answer is lost was made", "", "", remove, []bson.D{found(1, before), lost(), lost(), matched(0), nothing()}},
		{"a delete whose answer is lost was made, and there is a new document", "", "", remove, []bson.D{found(3, before), lost(), lost(), matched(0), found(1, theirs)}},
		{"a delete whose answer is lost was not made", "", "", remove, []bson.D{found(1, before), lost(), lost(), matched(1)}},
		{"a delete whose answer is lost met a change", "", "", remove,
			[]bson.D{found(1, before), lost(), lost(), matched(0), found(2, theirs, before), found(2, theirs, before), matched(1)}},
	} {
		mt.Run(c.name, func(mt *mtest.T) {
			memos, _ := scripted(mt, c.answers...)
			err := c.run(memos)
			var e *gongkai.Error
			switch errors.As(err, &e); {
			case err != nil != (c.outcome != ""), err != nil && e.Code != c.outcome:
				mt.Errorf("got %v, want %q", err, c.outcome)
			case c.where != "" && e.Details[0].Where != c.where:
				mt.Errorf("got %v, want %s named", err, c.where)
			}
			if got := len(strings.Fields(sent(mt))); got != len(c.answers) {
				mt.Errorf("%d commands were sent, want %d", got, len(c.answers))
			}
		})
	}
}

func TestCountersAndReadsUnderFaults(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	number := func(n int64) bson.D {
		return mtest.CreateSuccessResponse(bson.E{Key: "value", Value: bson.D{{Key: "_id", Value: "c"}, {Key: "n", Value: n}}})
	}
	lateNumber := append(number(3), bson.E{Key: "writeConcernError", Value: bson.D{{Key: "code", Value: 64}, {Key: "codeName", Value: "WriteConcernFailed"}, {Key: "errmsg", Value: "late"}}})
	for _, c := range []struct {
		name    string
		answers []bson.D // with the number before
		want    int64
	}{
		{"the first number", []bson.D{mtest.CreateSuccessResponse(bson.E{Key: "value", Value: nil})}, 1},
		{"a number whose answer is lost stays a gap", []bson.D{lost(), number(4)}, 5},
		{"a number that no majority has is not given", []bson.D{lateNumber, number(4)}, 5},
		{"two first numbers at once", []bson.D{refusal(11000, "DuplicateKey"), number(4)}, 5},
	} {
		mt.Run(c.name, func(mt *mtest.T) {
			_, db := scripted(mt, c.answers...)
			if n, err := db.Next(context.Background(), "c"); n != c.want || err != nil {
				mt.Error(n, err)
			}
		})
	}
	for code, answer := range map[string]bson.D{
		"store_timeout": refusal(50, "MaxTimeMSExpired"), "store_password": refusal(18, "AuthenticationFailed"), "store_no_primary": refusal(13435, "NotPrimaryNoSecondaryOk"), "store_error": refusal(8, "UnknownError"),
	} {
		mt.Run("a read fails with "+code, func(mt *mtest.T) {
			memos, _ := scripted(mt, answer, answer)
			if _, err := memos.Get(context.Background(), "a"); gongkai.CodeOf(err) != code || !gongkai.Is(err, gongkai.Unavailable) {
				mt.Error(err)
			}
		})
	}
	mt.Run("a read is repeated once after a broken connection", func(mt *mtest.T) {
		memos, _ := scripted(mt, lost(), found(3, before))
		if got, err := memos.Get(context.Background(), "a"); err != nil || got.Rev != 3 {
			mt.Error(got, err)
		}
	})
}

func TestACountIsRepeatedOnceAfterAnElection(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	for _, first := range []bson.D{lost(), refusal(10107, "NotWritablePrimary")} {
		mt.Run("count", func(mt *mtest.T) {
			memos, _ := scripted(mt, first, matched(7))
			if n, err := memos.Count(context.Background(), nil, 0); n != 7 || err != nil {
				mt.Error(n, err)
			}
		})
	}
}

func TestADeclarationThatTheDatabaseRefusesSaysWhy(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	duplicates := refusal(11000, "DuplicateKey")
	for _, c := range []struct {
		name, outcome, where string
		answers              []bson.D
	}{
		{"all is there", "", "", []bson.D{}},
		{"a shard key does not allow a unique index", "index_in_the_way", "memos", []bson.D{refusal(67, "CannotCreateIndex")}},
		{"an index made by hand has the same fields", "index_in_the_way", "memos", []bson.D{refusal(85, "IndexOptionsConflict")}},
		{"the documents have duplicates", "duplicate", "number", []bson.D{duplicates, matched(1), duplicates}},
		{"an election, then it works", "", "", []bson.D{refusal(11600, "InterruptedAtShutdown"), noIndexes(), matched(1)}},
		{"the account may not", "store_rights", "", []bson.D{refusal(13, "Unauthorized")}},
	} {
		mt.Run(c.name, func(mt *mtest.T) {
			table, _, _ := tableFor[memo](memos.Name, memos.Schema, memos.Indexes)
			ready := bson.D{{Key: "_id", Value: "memos"}, {Key: "definition", Value: newMongoTable(table, nil).definition}, {Key: "ready", Value: true}}
			listed := noIndexes()
			if len(c.answers) == 0 {
				m := newMongoTable(table, nil)
				listed = mtest.CreateCursorResponse(0, "db.memos", mtest.FirstBatch, bson.D{{Key: "name", Value: m.indexes[0]}}, bson.D{{Key: "name", Value: m.indexes[1]}})
			}
			_, db := scripted(mt, append([]bson.D{mtest.CreateCursorResponse(0, "db._catalog", mtest.FirstBatch, ready), listed}, c.answers...)...)
			clear(db.tables)
			_, err := Use(context.Background(), db, memos)
			var e *gongkai.Error
			switch errors.As(err, &e); {
			case err != nil != (c.outcome != ""), err != nil && e.Code != c.outcome, c.where != "" && e.Details[0].Where != c.where:
				mt.Errorf("got %v, want %q for %q", err, c.outcome, c.where)
			}
		})
	}
}

func noIndexes() bson.D {
	return mtest.CreateCursorResponse(0, "db.memos", mtest.FirstBatch, bson.D{{Key: "name", Value: "_id_"}})
}

func TestManyInsertsAreSettledOneByOne(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	docs := []memo{{Meta: Meta{ID: "a"}}, {Meta: Meta{ID: "a"}}, {Meta: Meta{ID: "a"}}}
	for _, c := range []struct {
		name    string
		n       int
		answers []bson.D
	}{
		{"the majority is late for all", 2, []bson.D{late(), taken("_id_"), found(1, ours), taken("_id_"), found(1, theirs), matched(1)}},
		{"one is refused", 2, []bson.D{mtest.CreateWriteErrorsResponse(mtest.WriteError{Index: 1, Code: 11000, Message: "index: _id_ dup"}), found(1, theirs)}},
		{"nothing was sent", 0, []bson.D{refusal(13, "Unauthorized")}},
	} {
		mt.Run(c.name, func(mt *mtest.T) {
			memos, _ := scripted(mt, c.answers...)
			if n, err := memos.InsertMany(context.Background(), docs); n != c.n || err == nil {
				mt.Error(n, err)
			}
		})
	}
}

// What is asked of the server is part of the promise: the majority's word, on
// its disks, from the primary, guarded.
func TestEveryCommandAsksForTheMajority(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	mt.Run("an update", func(mt *mtest.T) {
		memos, _ := scripted(mt, found(3, before), matched(1))
		if _, err := memos.Update(context.Background(), "a", 3, func(m *memo) error { m.Title = "new"; return nil }); err != nil {
			mt.Fatal(err)
		}
		find, update := mt.GetStartedEvent().Command, mt.GetStartedEvent().Command
		if level := find.Lookup("readConcern", "level").StringValue(); level != "majority" || find.Lookup("maxTimeMS").AsInt64() != scriptTime.Milliseconds() {
			mt.Error(find)
		}
		concern := update.Lookup("writeConcern").Document()
		if concern.Lookup("w").StringValue() != "majority" || !concern.Lookup("j").Boolean() || concern.Lookup("wtimeout").AsInt64() != scriptTime.Milliseconds()/2 || update.Lookup("txnNumber").IsZero() {
			mt.Error(update)
		}
		guard := update.Lookup("updates", "0", "q").String()
		if want := fmt.Sprintf(`{"_id": "a","rev": {"$numberLong":"3"},"marks": {"$oid":"%s"}}`, before.Hex()); guard != want {
			mt.Errorf("guarded by %s, want %s", guard, want)
		}
	})
}

// A process that only answers readers has an account that may only read.
func TestAReaderComparesAndSendsNoWrite(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	mt.Run("reader", func(mt *mtest.T) {
		db := newMongo(mt.Client, "db", MongoOptions{Timeout: scriptTime, ReadOnly: true})
		db.catalog.looked = time.Now().Add(time.Hour)
		table, _, err := tableFor[memo](memos.Name, memos.Schema, memos.Indexes)
		if err != nil {
			mt.Fatal(err)
		}
		made := func(definition string, ready bool) bson.D {
			return mtest.CreateCursorResponse(0, "db._catalog", mtest.FirstBatch, bson.D{{Key: "_id", Value: "memos"}, {Key: "definition", Value: definition}, {Key: "ready", Value: ready}})
		}
		ours := newMongoTable(table, db.data.Collection(table.Name)).definition
		for _, there := range []bson.D{nothing(), made("another", true), made(ours, false)} {
			mt.AddMockResponses(there)
			_, err := Use(context.Background(), db, memos)
			wants(t, err, "not_made")
		}
		mt.AddMockResponses(made(ours, true), found(1), nothing())
		c, err := Use(context.Background(), db, memos)
		if err != nil {
			mt.Fatal(err)
		}
		_, err = c.Update(context.Background(), "a", 0, func(m *memo) error { m.Title = "new"; return nil })
		wants(t, err, "read_only")
		_, err = c.Insert(context.Background(), memo{})
		wants(t, err, "read_only")
		_, err = db.Next(context.Background(), "n")
		wants(t, err, "read_only")
		wants(t, db.Lift(context.Background(), "n", 5), "read_only")
		for _, sent := range mt.GetAllStartedEvents() {
			if sent.CommandName != "find" {
				t.Errorf("it sent %s", sent.CommandName)
			}
		}
	})
}
