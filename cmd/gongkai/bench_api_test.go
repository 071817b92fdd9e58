// How fast the content API answers, beside a bare Fiber program that sends the same
// bytes from memory: the limit of what a program on this library can do.
//
//	make bench-api                                    10,000 items
//	GONGKAI_TEST_ITEMS="10000 100000 1000000" make bench-api
//
// It needs wrk and taskset (Debian: wrk, util-linux): the server has one core, wrk
// the other. Each case is measured three times in turn with the limit; medians.

package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"gongkai/account"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// asLimit makes the test's binary the bare program; it names a file of answers.
const asLimit = "GONGKAI_TEST_AS_LIMIT"

// answer is what the bare program sends.
type answer struct{ Path, ETag, Body string }

// limit serves answers from memory, with what a client must get and no more.
func limit(file string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var all []answer
	if err := json.Unmarshal(raw, &all); err != nil {
		panic(err)
	}
	type kept struct {
		etag string
		body []byte
	}
	by := map[string]kept{}
	for _, a := range all {
		by[a.Path] = kept{a.ETag, []byte(a.Body)}
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Use(func(c *fiber.Ctx) error {
		a, ok := by[string(c.Request().RequestURI())]
		if !ok {
			return c.SendStatus(http.StatusNotFound)
		}
		c.Set("ETag", a.etag)
		c.Set("Content-Type", "application/json")
		if string(c.Request().Header.Peek("If-None-Match")) == a.etag {
			return c.SendStatus(http.StatusNotModified)
		}
		c.Response().SetBodyRaw(a.body)
		return nil
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("ready: http://%s \n", ln.Addr())
	if err := app.Listener(ln); err != nil {
		panic(err)
	}
}

// onCore is a program on the first core.
type onCore struct {
	cmd  *exec.Cmd
	base string
	took time.Duration // until it was ready
}

func pin(b *testing.B, settings []string, args ...string) *onCore {
	b.Helper()
	p := &onCore{cmd: exec.CommandContext(context.Background(), "taskset", append([]string{"-c", "0", os.Args[0]}, args...)...)}
	p.cmd.Env = append(append(os.Environ(), "GOMAXPROCS=1"), settings...)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	p.took = time.Since(began)
	if p.base = regexp.MustCompile(`http://[0-9.:]+`).FindString(line); p.base == "" {
		b.Fatal("it does not start: ", line, err)
	}
	return p
}

func (p *onCore) stop() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() }

// mib is the memory that the program has, in MiB.
func (p *onCore) mib(b *testing.B) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	kb, _ := strconv.ParseFloat(string(regexp.MustCompile(`VmRSS:\s+(\d+)`).FindSubmatch(status)[1]), 64)
	return kb / 1024
}

func (p *onCore) get(b *testing.B, path string) answer {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, p.base+path, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity") // as wrk asks: the ETag of the compressed form is another
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatal(path, resp.Status, err)
	}
	return answer{path, resp.Header.Get("ETag"), string(body)}
}

// load is what wrk says: requests a second, and the 99th percentile.
type load struct {
	rate float64
	p99  time.Duration
}

var (
	rateOf = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	p99Of  = regexp.MustCompile(`99%\s+([0-9.]+[a-z]+)`)
)

// wrk asks for the answers one after the other over 32 connections.
func wrk(b *testing.B, base string, asked []answer, conditional bool) load {
	b.Helper()
	var script strings.Builder
	script.WriteString("local r = {}\nlocal n = 0\nfunction init(args)\n")
	for i, a := range asked {
		headers := "{}"
		if conditional {
			headers = fmt.Sprintf("{[\"If-None-Match\"]=%q}", a.ETag)
		}
		fmt.Fprintf(&script, "r[%d] = wrk.format(\"GET\", %q, %s)\n", i+1, a.Path, headers)
		if i%1000 == 999 { // Lua bounds the constants of one function
			fmt.Fprintf(&script, "more%d()\nend\nfunction more%d()\n", i, i)
		}
	}
	fmt.Fprintf(&script, "end\nfunction request()\nn = n %% %d + 1\nreturn r[n]\nend\n", len(asked))
	file := filepath.Join(b.TempDir(), "asked.lua")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	out, err := exec.CommandContext(b.Context(), "taskset", "-c", "1", "wrk", "-t1", "-c32", "-d"+cmp.Or(os.Getenv("GONGKAI_TEST_SECONDS"), "4")+"s", "--latency", "-s", file, base).CombinedOutput()
	if err != nil || strings.Contains(string(out), "Non-2xx") || !rateOf.Match(out) || !p99Of.Match(out) {
		b.Fatal(err, string(out))
	}
	rate, _ := strconv.ParseFloat(string(rateOf.FindSubmatch(out)[1]), 64)
	p99, err := time.ParseDuration(string(p99Of.FindSubmatch(out)[1]))
	if err != nil {
		b.Fatal(err)
	}
	return load{rate, p99}
}

func BenchmarkAPI(b *testing.B) {
	for _, tool := range []string{"wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skip(tool + " is not installed")
		}
	}
	for size := range strings.FieldsSeq(cmp.Or(os.Getenv("GONGKAI_TEST_ITEMS"), "10000")) {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1000 {
			b.Fatal("GONGKAI_TEST_ITEMS: ", size)
		}
		b.Run(size, func(b *testing.B) { benchAPI(b, n) })
	}
}

func benchAPI(b *testing.B, n int) {
	data := b.TempDir()
	fillPublic(b, data, n)
	serve := func(cache int) *onCore {
		return pin(b, []string{asProgram + "=1", "GONGKAI_DATA=" + data, "GONGKAI_ADDR=127.0.0.1:0", "GONGKAI_CACHE=" + strconv.Itoa(cache)}, "serve", "--only", "content")
	}
	r := rand.New(rand.NewPCG(7, 11))
	some := func(count int) (paths []string) {
		for range count {
			paths = append(paths, "/content/v1/items/"+itemNo(r.IntN(n)))
		}
		return paths
	}
	kept := serve(64)
	items, lists := kept.all(b, some(1000)), kept.all(b, columnLists())
	bare := pin(b, []string{asLimit + "=" + answersFile(b, append(slices.Clone(items), lists...))})
	against(b, "get", kept, bare, items, false)
	against(b, "not-modified", kept, bare, items, true)
	against(b, "list20", kept, bare, lists, false)
	mib := kept.mib(b)
	kept.stop()

	small := serve(max(1, n/20*7>>10)) // for one item of twenty, 7 KiB each
	random := make([]answer, 20_000)
	for i, path := range some(len(random)) {
		random[i].Path = path
	}
	alone(b, "get-random", small, random, mib)
	small.stop()
	none := serve(0)
	alone(b, "filtered-tenth-page-uncached", none, tenthPages(b, none), none.mib(b))
}

// all are the answers to several questions.
func (p *onCore) all(b *testing.B, paths []string) (out []answer) {
	for _, path := range paths {
		out = append(out, p.get(b, path))
	}
	return out
}

// columnLists are the newest of each column.
func columnLists() (out []string) {
	for c := range columnsOfBench {
		out = append(out, fmt.Sprintf("/content/v1/items?site=main&column=c%d&limit=20", c))
	}
	return out
}

// tenthPages walks nine pages of filtered lists.
func tenthPages(b *testing.B, p *onCore) (out []answer) {
	for c := range columnsOfBench {
		path := fmt.Sprintf("/content/v1/items?site=main&column=c%d&kind=notice&limit=20", c)
		next := ""
		for range 9 {
			var list struct{ Next string }
			if err := json.Unmarshal([]byte(p.get(b, path+"&after="+next).Body), &list); err != nil || list.Next == "" {
				b.Fatal("fewer than ten pages in ", path, err)
			}
			next = list.Next
		}
		out = append(out, answer{Path: path + "&after=" + next})
	}
	return out
}

func answersFile(b *testing.B, all []answer) string {
	raw, err := json.Marshal(all)
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "answers.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

const turns = 3

func against(b *testing.B, name string, ours, bare *onCore, asked []answer, conditional bool) {
	b.Run(name, func(b *testing.B) {
		var rates, limits []float64
		var p99, p99Bare []time.Duration
		for b.Loop() {
			for range turns {
				f, l := wrk(b, ours.base, asked, conditional), wrk(b, bare.base, asked, conditional)
				rates, limits, p99, p99Bare = append(rates, f.rate), append(limits, l.rate), append(p99, f.p99), append(p99Bare, l.p99)
			}
		}
		b.ReportMetric(middle(rates), "req/s")
		b.ReportMetric(middle(limits), "limit-req/s")
		b.ReportMetric(middle(rates)/middle(limits), "of-limit")
		b.ReportMetric(float64(middle(p99))/float64(middle(p99Bare)), "p99-of-limit")
	})
}

func alone(b *testing.B, name string, ours *onCore, asked []answer, mib float64) {
	b.Run(name, func(b *testing.B) {
		var rates []float64
		var p99 []time.Duration
		for b.Loop() {
			for range turns {
				f := wrk(b, ours.base, asked, false)
				rates, p99 = append(rates, f.rate), append(p99, f.p99)
			}
		}
		b.ReportMetric(middle(rates), "req/s")
		b.ReportMetric(float64(middle(p99).Microseconds())/1000, "ms-p99")
		b.ReportMetric(max(mib, ours.mib(b)), "MiB")
		b.ReportMetric(ours.took.Seconds(), "s-start")
	})
}

func middle[T cmp.Ordered](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

const columnsOfBench = 30

func itemNo(n int) string { return fmt.Sprintf("item%08d", n) }

// fillPublic makes a public store of n items with texts of 3 KB, in 30 columns.
func fillPublic(b *testing.B, data string, n int) {
	ctx := b.Context()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	a, err := openAs(ctx, editing|showing|paying, config{Data: data, Session: time.Hour, SessionIdle: time.Hour, judging: usual}, &safeBuffer{}, account.Demo)
	must(err)
	defer func() { must(a.close()) }()
	p := a.public
	must(p.CopySite(ctx, content.Site{Meta: store.Meta{ID: "main"}, Name: "清溪县人民政府", Domain: "www.qingxi.example", IDCode: "3300000001", Unit: "county", Updated: 1}))
	must(p.CopyUnit(ctx, content.Unit{Meta: store.Meta{ID: "county"}, Name: "清溪县人民政府办公室", Path: "/county/", Updated: 1}))
	for c := range columnsOfBench {
		id := fmt.Sprintf("c%d", c)
		must(p.CopyColumn(ctx, content.Column{Meta: store.Meta{ID: id}, Site: "main", Path: "/" + id + "/", SlugPath: "/" + id, Name: "栏目" + id, Updated: 1}))
	}
	r := rand.New(rand.NewPCG(3, 5))
	for from := 0; from < n; from += 1000 {
		var pages []publication.Page
		var editions []publication.Edition
		for i := from; i < min(from+1000, n); i++ {
			page, edition := benchPage(b, r, i)
			pages, editions = append(pages, page), append(editions, edition)
		}
		_, err := p.Editions.InsertMany(ctx, editions)
		must(err)
		_, err = p.Pages.InsertMany(ctx, pages)
		must(err)
	}
}

func benchPage(b *testing.B, r *rand.Rand, i int) (publication.Page, publication.Edition) {
	var text strings.Builder
	text.WriteString("<p>")
	for text.Len() < 3000 {
		text.WriteRune(rune(0x4e00 + r.IntN(3000)))
	}
	text.WriteString("</p>")
	item, column := itemNo(i), fmt.Sprintf("c%d", i%columnsOfBench)
	at := int64(1_600_000_000_000) + int64(i)*60_000
	title := fmt.Sprintf("关于做好第%d批项目申报工作的通知", i)
	bytes, digest, err := content.Canonical(content.Public{Item: item, Kind: "notice", Unit: "county", Lang: "zh", Fields: content.Fields{"title": title, "body": text.String()}})
	if err != nil {
		b.Fatal(err)
	}
	page := publication.Page{Item: item, Site: "main", Epoch: 1, Seq: 1, State: publication.Shows, Listed: true, Edition: publication.EditionID(item, 1), Digest: digest,
		Path: "/" + column + "/2026/" + item, Column: column, Columns: []string{column}, ColumnPath: "/" + column + "/", Kind: "notice", Unit: "county", Units: []string{"county"}, UnitPath: "/county/",
		Lang: "zh", Year: int64(time.UnixMilli(at).Year()), Title: title, IndexNo: fmt.Sprintf("11330000000000001X/2026-%08d", i), Published: at, Released: at, Changed: at, Volume: int64(i)/publication.VolumeSize + 1}
	page.ID = publication.PageID(item, "main")
	edition := publication.Edition{Item: item, Number: 1, Digest: digest, Bytes: bytes, Released: at}
	edition.ID = page.Edition
	return page, edition
}
