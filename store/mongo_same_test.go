// One database under two URIs.

package store

import "testing"

func TestOneDatabaseUnderTwoURIsIsFound(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"mongodb://db/gongkai", "mongodb://db/gongkai", true},
		{"mongodb://content:p%40ss@db:27017/gongkai?replicaSet=rs", "mongodb://public:other@DB/gongkai", true},
		{"mongodb://db1,db2,db3/gongkai", "mongodb://db3:27017,db4/gongkai", true},
		{"mongodb+srv://a:b@cluster.example/gongkai", "mongodb+srv://c:d@cluster.example/gongkai?tls=true", true},
		{"mongodb://db/gongkai", "mongodb://db/Gongkai", true},
		{"mongodb://db/gongkai", "mongodb://db/gongkai_public", false},
		{"mongodb://db/gongkai", "mongodb://db:27018/gongkai", false},
		{"mongodb://db1,db2/gongkai", "mongodb://db3/gongkai", false},
	} {
		if SameMongo(c.a, c.b) != c.same || SameMongo(c.b, c.a) != c.same {
			t.Errorf("%s and %s: not %v", c.a, c.b, c.same)
		}
	}
}
