// What a wrong address, password or certificate is told, and the pure parts of
// the MongoDB driver.

package store

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gongkai"
)

func TestAMongoDBThatCannotBeOpenedSaysWhy(t *testing.T) {
	plain, secure, silent := httptest.NewServer(nil), httptest.NewTLSServer(nil), silence(t)
	secure.Config.ErrorLog = nil
	t.Cleanup(func() { plain.Close(); secure.Close() })
	host := func(s *httptest.Server) string { return s.Listener.Addr().String() }
	for _, c := range []struct{ name, uri, code string }{
		{"no database", "mongodb://u:geheim@127.0.0.1:27017/?authSource=admin", "bad_mongodb_uri"},
		{"another protocol", "redis://u:geheim@127.0.0.1/db", "bad_mongodb_uri"},
		{"a password that was not escaped", "mongodb://u:ge/heim@127.0.0.1/db", "bad_mongodb_uri"},
		{"an option of the wrong type", "mongodb://u:geheim@127.0.0.1/db?maxPoolSize=geheim", "bad_mongodb_uri"},
		{"a certificate file that is not there", "mongodb://u:geheim@127.0.0.1/db?tls=true&tlsCAFile=/nowhere/geheim.pem", "bad_mongodb_uri"},
		{"nobody at the port", "mongodb://u:geheim@127.0.0.1:1/db", "store_unreachable"},
		{"somebody who never answers", "mongodb://u:geheim@" + silent + "/db", "store_unreachable"},
		{"TLS to a server without", "mongodb://u:geheim@" + host(plain) + "/db?tls=true", "store_tls"},
		{"a certificate that nobody vouches for", "mongodb://u:geheim@" + host(secure) + "/db?tls=true", "store_tls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start, patience := time.Now(), time.Second
			if c.code == "store_tls" { // a machine under load shakes hands slowly
				patience = 5 * time.Second
			}
			db, err := OpenMongo(context.Background(), c.uri, MongoOptions{Timeout: patience})
			if err == nil {
				_ = db.Close()
			}
			if gongkai.CodeOf(err) != c.code || time.Since(start) > 30*time.Second {
				t.Errorf("got %v after %s, want %s", err, time.Since(start), c.code)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), "heim") {
					t.Errorf("the error repeats a part of the URI: %v", e)
				}
			}
		})
	}
}

// silence takes connections and says nothing.
func silence(t *testing.T) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

func TestPromisesAreTheStoresAndNotTheURIs(t *testing.T) {
	c, database, err := clientOptions("mongodb://h1,h2/gongkai?replicaSet=rs&w=1&readPreference=secondary&retryWrites=false&readConcernLevel=local&maxPoolSize=7&connectTimeoutMS=123", MongoOptions{}.withDefaults())
	if err != nil || database != "gongkai" {
		t.Fatal(database, err)
	}
	if c.WriteConcern.W != "majority" || !*c.WriteConcern.Journal || c.ReadPreference.Mode().String() != "primary" || !*c.RetryWrites || !*c.RetryReads {
		t.Errorf("%+v", c)
	}
	if *c.MaxPoolSize != 7 || *c.ConnectTimeout != 123*time.Millisecond || *c.ServerSelectionTimeout != 5*time.Second || *c.AppName != "gongkai" {
		t.Error("pools and time-outs: what the URI says stays, the rest is bounded")
	}
}

func TestJSONComesBackFromBSONAsItWas(t *testing.T) {
	deep := strings.Repeat(`{"a":`, maxBSONDepth-1) + `{}` + strings.Repeat("}", maxBSONDepth-1)
	for _, doc := range []string{
		`{}`, `{"z":1,"a":2,"m":{"b":[],"a":{}}}`,
		`{"n":[9223372036854775807,-9223372036854775808,9007199254740993,0,-1]}`,
		`{"n":[1.5,-0.25,1e+21,1e-7,100000000000000000000]}`,
		`{"n":[1.50,-0,1E5,9223372036854775808.0,0.1000000000000000055511151231257827,1e400]}`,
		`{"t":["","a\"b\\c","\b\t\n\f\r\u0001\u001f","/<>&","㐀𠮷ﷺ한글` + "\u2028\u007f" + `"],"f":[true,false,null]}`,
		deep,
	} {
		b, err := toBSON([]byte(doc))
		if err != nil {
			t.Fatal(doc, err)
		}
		if err := b.Validate(); err != nil {
			t.Error(doc, err)
		}
		if back, err := fromBSON(nil, b); string(back) != doc || err != nil {
			t.Errorf("%s came back as %s (%v)", doc, back, err)
		}
	}
}

func TestTheSignOfZeroIsKeptAsText(t *testing.T) {
	b, err := toBSON([]byte(`{"n":-0}`)) // some servers refuse the number, others forget its sign
	if text, ok := b.Lookup("n", numberText).StringValueOK(); err != nil || !ok || text != "-0" {
		t.Error(b, err)
	}
}

func TestWhatMongoDBCannotHoldIsRefused(t *testing.T) {
	many := `{"n":[` + strings.Repeat("1,", 1<<20) + `1]}` // 2 MB of JSON, 18 MB of BSON
	deep := strings.Repeat(`{"a":`, maxBSONDepth) + `{}` + strings.Repeat("}", maxBSONDepth)
	for code, doc := range map[string]string{"too_large": many, "too_deep": deep} {
		if _, err := toBSON([]byte(doc)); gongkai.CodeOf(err) != code || !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("got %v, want %s", err, code)
		}
	}
}

func TestKeyTextsAreInTheOrderOfTheirValues(t *testing.T) {
	values := []Value{{}, number(-1 << 63), number(-1), number(0), number(1<<63 - 1), boolean(true), text("A"), text("a"), text("a\x01"), text("ab"), text("公"), text("\uFF01"), text("𠮷")}
	for i, v := range values[1:] {
		if keyText(values[i]) >= keyText(v) || values[i].Compare(v) >= 0 {
			t.Errorf("%v is not before %v", values[i], v)
		}
	}
}

func TestBehindAPrefixStandsNothingThatBeginsSo(t *testing.T) {
	for s, want := range map[string]string{"4a": "4b", "4": "5", "4a\U0010FFFF": "4b", "4\uD7FF": "4\uE000", "\U0010FFFF": "", "": ""} {
		if got := behindPrefix(s); got != want {
			t.Errorf("behind %q: %q, want %q", s, got, want)
		}
	}
}

func TestManyInsertsGoInMessagesOfBoundedSize(t *testing.T) {
	var writes []*oneWrite
	for range 20 {
		writes = append(writes, &oneWrite{body: make([]byte, 5<<20)})
	}
	if n := oneMessage(writes); n != 6 {
		t.Error("5 MB each:", n)
	}
	if n := oneMessage([]*oneWrite{{body: make([]byte, 40<<20)}}); n != 1 {
		t.Error("one goes in any case:", n)
	}
}

func TestTurnsAreTakenInOrderAndForgotten(t *testing.T) {
	var turns turns
	_, leave, err := turns.take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := turns.take(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Error("who gives up leaves the line:", err)
	}
	if _, other, err := turns.take(t.Context(), "b"); err != nil {
		t.Error("another document has another line:", err)
	} else {
		other()
	}
	leave()
	if len(turns.lines) != 0 {
		t.Error("lines that nobody stands in stay in memory:", len(turns.lines))
	}
}
