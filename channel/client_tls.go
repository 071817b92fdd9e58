// TLS of calls to one subscriber: its own authority, and our certificate.

package channel

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"

	"gongkai"
)

// TLS (传输加密设置) is how a subscriber is known and how we show who we are,
// in PEM. Key is never shown again.
type TLS struct {
	CA          string `json:"ca,omitempty"`
	Certificate string `json:"certificate,omitempty"`
	Key         string `json:"key,omitempty"`
}

// config reads the settings; nil: those of the machine.
func (t TLS) config() (*tls.Config, error) {
	if t == (TLS{}) {
		return nil, nil
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CA != "" {
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM([]byte(t.CA)) {
			return nil, badTLS("tls.ca", "应为 PEM 格式的 CA 证书", "must be the certificate of an authority in PEM")
		}
	}
	if t.Certificate == "" && t.Key == "" {
		return cfg, nil
	}
	pair, err := tls.X509KeyPair([]byte(t.Certificate), []byte(t.Key))
	if err != nil {
		return nil, badTLS("tls.certificate", "客户端证书与私钥须为 PEM 格式且相互匹配", "certificate and key must be in PEM and belong together")
	}
	cfg.Certificates = []tls.Certificate{pair}
	return cfg, nil
}

func badTLS(where, zh, en string) error {
	return gongkai.E(gongkai.Invalid, "bad_pem", zh, en, gongkai.Detail{Where: where, Code: "bad_pem", Zh: zh, En: en})
}

// after is what stands after a change: nil leaves everything as it is, and a key
// that is not given again stays with its certificate.
func (t TLS) after(in *TLS) TLS {
	if in == nil {
		return t
	}
	out := TLS{CA: strings.TrimSpace(in.CA), Certificate: strings.TrimSpace(in.Certificate), Key: strings.TrimSpace(in.Key)}
	if out.Key == "" && out.Certificate != "" && out.Certificate == t.Certificate {
		out.Key = t.Key
	}
	return out
}

// with are connections under the same guard with other TLS settings, in a pool
// of their own.
func (g *NetGuard) with(cfg *tls.Config) *http.Transport {
	if cfg == nil {
		return g.transport()
	}
	own := g.transport().Clone()
	own.TLSClientConfig = cfg
	own.MaxIdleConns = own.MaxIdleConnsPerHost
	return own
}
