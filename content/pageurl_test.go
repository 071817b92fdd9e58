package content

import "testing"

func TestATemplateOfPageAddressesNamesThePageBehindTheHost(t *testing.T) {
	for template, good := range map[string]bool{
		"":                                       true,
		"https://www.county.example{path}.html":  true,
		"http://www.county.example/show?id={id}": true,
		"https://www.county.example/no/{index_no}":  true,
		"https://www.county.example/":               false,
		"https://{id}.county.example/":              false,
		"https://www.county.example/{title}/{id}":   false,
		"https://user:pass@www.county.example/{id}": false,
		"ftp://www.county.example/{id}":             false,
		"{path}.html":                               false,
		"https://www.county.example/a b/{id}":       false,
	} {
		if err := checkPageURL(template); (err == nil) != good {
			t.Errorf("%q: %v", template, err)
		}
	}
	if got := PageAddress("https://www.county.example{path}?no={index_no}&id={id}", "i1", "/a/b", "X/2026-1"); got != "https://www.county.example/a/b?no=X%2F2026-1&id=i1" {
		t.Error(got)
	}
}
