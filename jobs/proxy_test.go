package jobs_test

import (
	"net/http"
	"sync/atomic"

	"gongkai/channel/receiver"
)

// proxy hands requests to a site that is known only once it has its secret.
type proxy struct {
	site *atomic.Pointer[receiver.Receiver]
}

func (p proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if site := p.site.Load(); site != nil {
		site.ServeHTTP(w, r)
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}
