// What a server's refusal means for the person who set it up.

package bucket

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"slices"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"gongkai"
)

// explain turns the answer to a probe into what to look at. That the probe is
// not there is how most are answered.
func explain(setting string, err error) error {
	code, status := answer(err)
	switch {
	case err == nil || code == "NoSuchKey":
		return nil
	case code == "NoSuchBucket":
		return unusable("files_bucket", setting+"_URL：没有这个桶，请先建立，或检查桶名与地址", setting+"_URL: there is no such bucket; make it first, or look at its name and the endpoint", err)
	case slices.Contains([]string{"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"}, code):
		return unusable("files_key", setting+"_KEY、"+setting+"_SECRET：密钥不对", setting+"_KEY, "+setting+"_SECRET: the key is wrong", err)
	case code == "RequestTimeTooSkewed":
		return unusable("files_clock", setting+"_URL：本机与文件服务器的时钟相差太多，请校时", setting+"_URL: the clocks of this machine and of the file server differ too much; set them", err)
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return unusable("files_rights", setting+"_KEY：此密钥无权列出并读取该桶", setting+"_KEY: this key may not list and read the bucket", err)
	case slices.Contains([]string{"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}, code) || status >= 300 && status < 400:
		return unusable("files_region", setting+"_URL：该桶在别的区域或地址，请检查 region 与 endpoint", setting+"_URL: the bucket is in another region or at another address; look at region and endpoint", err)
	case code == "SlowDown" || status >= 500:
		return unusable("files_busy", setting+"_URL：文件服务器暂时忙或出错", setting+"_URL: the file server is busy or failing right now", err)
	case isTLS(err):
		return unusable("files_tls", setting+"_URL：与文件服务器的 TLS 连接不成，请检查证书（SSL_CERT_FILE）与 http、https", setting+"_URL: no TLS connection to the file server; look at certificates (SSL_CERT_FILE) and http or https", err)
	case status != 0:
		return unusable("files_protocol", setting+"_URL：该地址的回答不是 S3 的，请检查 endpoint", setting+"_URL: what answers there does not speak S3; look at the endpoint", err)
	}
	return unusable("files_unreachable", setting+"_URL：文件服务器无法到达，请检查 endpoint、网络与防火墙", setting+"_URL: the file server cannot be reached; look at the endpoint, the network and firewalls", err)
}

func unusable(code, zh, en string, err error) error {
	return gongkai.E(gongkai.Unavailable, code, zh, en).Because(err)
}

// answer is the server's code and HTTP status; 0 if it did not answer.
func answer(err error) (code string, status int) {
	if api := smithy.APIError(nil); errors.As(err, &api) {
		code = api.ErrorCode()
	}
	if response := (*awshttp.ResponseError)(nil); errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	return code, status
}

func isTLS(err error) bool {
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var cert *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &cert) || errors.As(err, &unknown)
}
