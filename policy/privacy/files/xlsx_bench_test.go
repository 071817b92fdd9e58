// How a roster of 15,000 people is taken: time, and memory held at once.

package files

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// bigRoster has ten columns, with hidden rows among them.
func bigRoster(t testing.TB, rows int) []byte {
	t.Helper()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	header := []any{"序号", "姓名", "身份证号", "联系电话", "家庭住址", "开户账号", "救助类别", "金额", "发放日期", "备注"}
	if err := w.SetRow("A1", header); err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		id := bornOn(1940+i%70, i/70)
		row := []any{i + 1, fmt.Sprintf("张%c", '一'+rune(i%4000)), id, fmt.Sprintf("138%08d", i*7919%100_000_000),
			fmt.Sprintf("河东县城关镇红旗村%d组%d号", i%9+1, i%300), fmt.Sprintf("6217%015d", i*104_729), "临时救助", 500 + i%1000, "2026-10-15", "已核"}
		if err := w.SetRow(fmt.Sprintf("A%d", i+2), row, excelize.RowOpts{Hidden: i%50 == 0}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func BenchmarkRosterScan(b *testing.B) {
	data := bigRoster(b, 15_000)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Scan(b.Context(), fileOf("名单.xlsx", data), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRosterMask(b *testing.B) {
	data := bigRoster(b, 15_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := Mask(b.Context(), fileOf("名单.xlsx", data), Options{}, everything, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// heldDuring is the most memory in use while f runs, beyond what was before.
func heldDuring(f func()) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, atomic.Uint64{}
	done, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), m.HeapAlloc))
			}
		}
	}()
	f()
	close(done)
	<-over
	return most.Load() - min(before, most.Load())
}

func TestABigRosterIsFoundWhole(t *testing.T) {
	rows, most := 2_000, uint64(60<<20)
	if os.Getenv("GONGKAI_LONG") != "" {
		rows, most = 15_000, 300<<20
	}
	data := bigRoster(t, rows)
	var r Report
	held := heldDuring(func() { r = scanned(t, "名单.xlsx", data) })
	kinds := map[string]int{}
	for _, f := range r.Findings {
		kinds[f.Kind]++
	}
	if kinds["id_card"] < rows || kinds["mobile"] < rows || len(r.Unread) > 0 {
		t.Errorf("found %v, unread %s", kinds, codes(r))
	}
	if held > most {
		t.Errorf("%d MB were held at once", held>>20)
	}
	t.Logf("%d KB of file, %d findings, %d MB held", len(data)>>10, len(r.Findings), held>>20)
}
