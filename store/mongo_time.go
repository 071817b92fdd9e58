// The clock of MongoDB, which all who use it share.

package store

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"gongkai"
)

// Time asks the server what time it is.
func (db *Mongo) Time(ctx context.Context) (time.Time, error) {
	var said struct {
		Local time.Time `bson:"localTime"`
	}
	err := db.read(ctx, func(ctx context.Context) error {
		return db.data.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&said)
	})
	if err == nil && said.Local.IsZero() {
		err = gongkai.E(gongkai.Unavailable, "store_no_clock", "数据库没有告知时间", "the database does not tell its time")
	}
	return said.Local, err
}
