package store

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo/integration/mtest"

	"gongkai"
)

func TestTheTimeIsTheServersOwn(t *testing.T) {
	mt := mtest.New(t, mtest.NewOptions().ClientType(mtest.Mock))
	mt.Run("it tells", func(mt *mtest.T) {
		there := time.UnixMilli(1_790_000_000_000).UTC()
		_, db := scripted(mt, mtest.CreateSuccessResponse(bson.E{Key: "localTime", Value: primitive.NewDateTimeFromTime(there)}))
		if at, err := db.Time(t.Context()); err != nil || !at.Equal(there) {
			mt.Errorf("%v %v", at, err)
		}
	})
	mt.Run("it does not", func(mt *mtest.T) {
		_, db := scripted(mt, mtest.CreateSuccessResponse())
		if _, err := db.Time(t.Context()); gongkai.CodeOf(err) != "store_no_clock" {
			mt.Errorf("%v", err)
		}
	})
}
