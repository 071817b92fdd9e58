// Where a bucket is: its URL, read strictly, and what two of them share.

package bucket

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"gongkai"
)

// address is a URL that was understood.
type address struct {
	bucket, region string
	endpoint       *string // none: Amazon's of the region
	pathStyle      bool    // the bucket stands in the path, not in the host's name
	checksums      aws.RequestChecksumCalculation
	encryption     types.ServerSideEncryption
	kmsKey         string
}

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Validate refuses what S3 would, before anything is opened.
func (o Options) Validate() error {
	_, err := parse(o)
	return err
}

func parse(o Options) (address, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "s3" || u.User != nil || !bucketName.MatchString(u.Host) || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return address{}, wrongURL(o.Setting)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return address{}, wrongURL(o.Setting)
	}
	at := address{bucket: u.Host, region: "us-east-1", checksums: aws.RequestChecksumCalculationWhenRequired}
	at.pathStyle = query.Has("endpoint")
	for name, values := range query {
		if len(values) != 1 || !at.take(name, values[0]) {
			return address{}, wrongURL(o.Setting)
		}
	}
	if o.Key == "" || o.Secret == "" {
		return address{}, gongkai.E(gongkai.Invalid, "files_key", o.Setting+"_KEY 与 "+o.Setting+"_SECRET 须与 "+o.Setting+"_URL 一同设置",
			o.Setting+"_KEY and "+o.Setting+"_SECRET must be set together with "+o.Setting+"_URL")
	}
	return at, nil
}

// take notes one parameter, and tells whether there is such a one.
func (a *address) take(name, value string) bool {
	switch name {
	case "region":
		a.region = value
		return value != ""
	case "endpoint":
		u, err := url.Parse(value)
		a.endpoint = &value
		return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.RawQuery == ""
	case "use_path_style":
		a.pathStyle = value == "true"
		return value == "true" || value == "false"
	case "request_checksum_calculation":
		if value == "when_supported" {
			a.checksums = aws.RequestChecksumCalculationWhenSupported
		}
		return value == "when_supported" || value == "when_required"
	case "ssetype":
		a.encryption = types.ServerSideEncryption(value)
		return slices.Contains(a.encryption.Values(), a.encryption)
	case "kmskeyid":
		a.kmsKey = value
		return value != ""
	}
	return false
}

// Same tells whether two URLs name one bucket.
func Same(a, b string) bool {
	one, errOne := url.Parse(a)
	two, errTwo := url.Parse(b)
	if errOne != nil || errTwo != nil || one.Host != two.Host {
		return false
	}
	return host(one) == host(two)
}

// host is where the server of a bucket's URL is; "" for Amazon's, whose names
// of buckets are one space.
func host(u *url.URL) string {
	at, err := url.Parse(strings.ToLower(u.Query().Get("endpoint")))
	if err != nil {
		return ""
	}
	if name := at.Hostname(); strings.HasSuffix(name, ".amazonaws.com") || strings.HasSuffix(name, ".amazonaws.com.cn") {
		return ""
	}
	port := map[string]string{"http": ":80", "https": ":443"}[at.Scheme]
	return strings.TrimSuffix(at.Host, port)
}

func wrongURL(setting string) error {
	return gongkai.E(gongkai.Invalid, "files_url",
		setting+"_URL 应如 s3://桶名?region=区域&endpoint=地址；其他参数只有 use_path_style、request_checksum_calculation、ssetype、kmskeyid；密钥不写在其中",
		setting+"_URL must be like s3://bucket?region=REGION&endpoint=ADDRESS; the only other parameters are use_path_style, request_checksum_calculation, ssetype and kmskeyid; keys do not stand in it")
}
