// What a MongoDB URI may say, and what the store sets whatever it says.

package store

import (
	"time"

	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"

	"gongkai"
)

// MongoOptions tune the driver; the zero value works.
type MongoOptions struct {
	AppName string        // shown in the server's log and currentOp; "gongkai" if not given
	Timeout time.Duration // of one operation; 10 s if not given
	MaxPool uint64        // connections to a server; what the URI says, or 64

	ReadOnly bool // the account may only read: collections must have been declared by somebody else
}

func (o MongoOptions) withDefaults() MongoOptions {
	if o.AppName == "" {
		o.AppName = "gongkai"
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	return o
}

// badURI says what is wrong with a URI and never repeats it: it holds the
// password. Whoever reads the setting says which one it is.
func badURI(zh, en string) error {
	return gongkai.E(gongkai.Invalid, "bad_mongodb_uri", "MongoDB 连接串无效："+zh, "the MongoDB URI cannot be used: "+en)
}

// clientOptions reads the URI. Promises (majority, journal, primary) are the
// store's and not the URI's; pools and time-outs the URI may set.
func clientOptions(uri string, opt MongoOptions) (*options.ClientOptions, string, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, "", badURI("格式应为 mongodb://用户:密码@主机:端口/数据库名?参数，密码中的特殊字符须转义，mongodb+srv 的主机名须能解析",
			"it should read mongodb://user:password@host:port/database?options, with special letters of the password escaped and, for mongodb+srv, a host that resolves")
	}
	if parsed.Database == "" {
		return nil, "", badURI("缺少数据库名，例如 mongodb://主机:27017/gongkai", "it names no database, as in mongodb://host:27017/gongkai")
	}
	c := options.Client().ApplyURI(uri)
	if c.Validate() != nil {
		return nil, "", badURI("参数有误，请检查证书文件和参数组合", "an option is wrong; check certificate files and which options go together")
	}
	c.SetWriteConcern(majority(opt)).SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary())
	c.SetRetryReads(true).SetRetryWrites(true)
	c.Timeout = nil // bounds are set for each operation; building an index may take longer
	bound(c, opt)
	return c, parsed.Database, nil
}

// bound limits what the URI leaves open.
func bound(c *options.ClientOptions, opt MongoOptions) {
	if c.AppName == nil {
		c.SetAppName(opt.AppName)
	}
	if c.ConnectTimeout == nil {
		c.SetConnectTimeout(opt.Timeout / 2)
	}
	if c.ServerSelectionTimeout == nil {
		c.SetServerSelectionTimeout(opt.Timeout / 2)
	}
	switch {
	case opt.MaxPool > 0:
		c.SetMaxPoolSize(opt.MaxPool)
	case c.MaxPoolSize == nil:
		c.SetMaxPoolSize(64)
	}
	if c.MaxConnIdleTime == nil {
		c.SetMaxConnIdleTime(10 * time.Minute)
	}
}

// majority is the promise behind every reported success: on the disk of most
// members. The server gives up waiting before the client does, and says so.
func majority(opt MongoOptions) *writeconcern.WriteConcern {
	journal := true
	return &writeconcern.WriteConcern{W: "majority", Journal: &journal, WTimeout: opt.Timeout / 2}
}
