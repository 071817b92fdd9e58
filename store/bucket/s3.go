// A bucket of a server that speaks S3: how it is reached, and what is asked of
// servers that are not Amazon's.

package bucket

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob/s3blob"
)

// Options say which bucket, and by which key.
type Options struct {
	Setting     string // what its variables begin with, for messages: GONGKAI_ORIGINALS
	URL         string // s3://bucket?region=…&endpoint=…
	Key, Secret string
}

// How long a server may take. Files are moved without a limit on the whole, as
// long as something moves.
const (
	dialing  = 5 * time.Second
	silence  = 30 * time.Second // nothing comes or goes
	probing  = 5 * time.Second
	attempts = 3
	backoff  = time.Second // at most, between attempts
)

// S3 opens a bucket without asking for it yet: Ping does.
func S3(o Options) (*Bucket, error) {
	at, err := parse(o)
	if err != nil {
		return nil, err
	}
	client := s3.New(at.options(o))
	b, err := s3blob.OpenBucket(context.Background(), client, at.bucket, &s3blob.Options{
		EncryptionType: at.encryption, KMSEncryptionID: at.kmsKey, RequestChecksumCalculation: at.checksums})
	if err != nil {
		return nil, wrongURL(o.Setting)
	}
	return &Bucket{b, func(ctx context.Context) error { return explain(o.Setting, probe(ctx, client, at.bucket)) }}, nil
}

// options take nothing from the machine's own S3 configuration, and ask for
// checksums only where the protocol does: those that the client adds by itself
// come behind the body, and servers of some age store them as part of the file.
func (a address) options(o Options) s3.Options {
	return s3.Options{
		Region: a.region, BaseEndpoint: a.endpoint, UsePathStyle: a.pathStyle,
		Credentials:                credentials.NewStaticCredentialsProvider(o.Key, o.Secret, ""),
		RequestChecksumCalculation: a.checksums, ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		HTTPClient: client(),
		Retryer: retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts, r.MaxBackoff = attempts, backoff
		}),
	}
}

// client follows no redirect to another host: the key is for this one.
func client() *http.Client {
	dialer := net.Dialer{Timeout: dialing, KeepAlive: 30 * time.Second}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				c, err := dialer.DialContext(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				return &restless{c}, nil
			},
			ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 32, TLSHandshakeTimeout: dialing, ExpectContinueTimeout: time.Second,
		},
	}
}

// restless is a connection that ends when nothing has moved for a while,
// whichever way.
type restless struct{ net.Conn }

func (c *restless) Read(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *restless) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// probeKey is a file that need not exist: its absence is an answer too.
const probeKey = "gongkai-probe"

// probe asks for a file, once: unlike HEAD, that is refused with a reason.
func probe(ctx context.Context, client *s3.Client, bucket string) error {
	ctx, cancel := context.WithTimeout(ctx, probing)
	defer cancel()
	once := func(o *s3.Options) { o.Retryer = aws.NopRetryer{} }
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(probeKey)}, once)
	if err != nil {
		return err
	}
	return out.Body.Close()
}
