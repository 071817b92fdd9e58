// Addresses of pages on the portal of a site.

package content

import (
	"net/url"
	"strings"
)

// PageAddress fills a site's template of page addresses (页面地址模板): {id},
// {path} (begins with a slash) and {index_no}; "" of an empty template.
func PageAddress(template, id, path, indexNo string) string {
	return strings.NewReplacer("{id}", url.PathEscape(id), "{path}", path, "{index_no}", url.PathEscape(indexNo)).Replace(template)
}

// checkPageURL refuses a template that no address can come of, or that leads
// every page to one address, or pages to hosts of their own.
func checkPageURL(template string) error {
	if template == "" {
		return nil
	}
	filled := PageAddress(template, "sample-id", "/sample-path", "sample-no")
	u, err := url.Parse(filled)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.Fragment == ""
	if !web || strings.ContainsAny(filled, "{} ") || filled == template || strings.Contains(u.Host, "sample-") {
		return badField("page_url", "page_url", "页面地址模板应为http(s)网址，路径中用{id}、{path}或{index_no}指明页面，例如https://www.county.example/show/{id}.html",
			"a template of page addresses is an http(s) address with {id}, {path} or {index_no} behind the host, such as https://www.county.example/show/{id}.html")
	}
	return nil
}
