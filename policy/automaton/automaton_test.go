// Holds the automaton against a search that is too simple to be wrong.

package automaton

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// hit is a word at a place.
type hit struct{ word, start, end int }

func found(words []string, text []rune) (hits []hit) {
	New(words).Find(text, func(word, start, end int) { hits = append(hits, hit{word, start, end}) })
	return hits
}

// naive tries every word at every place, in the order in which Find reports.
func naive(words []string, text []rune) (hits []hit) {
	for end := 1; end <= len(text); end++ {
		for start := range end {
			for i, w := range words {
				if slices.Equal([]rune(w), text[start:end]) {
					hits = append(hits, hit{i, start, end})
				}
			}
		}
	}
	return hits
}

func TestWordsAreFoundWhereTheyStand(t *testing.T) {
	for _, c := range []struct {
		name  string
		words string
		text  string
		want  []hit
	}{
		{"nothing", "机密", "保密审查", nil},
		{"no words at all", "", "保密审查", nil},
		{"no text", "机密", "", nil},
		{"one word twice", "机密", "机密与机密", []hit{{0, 0, 2}, {0, 3, 5}}},
		{"a word inside another, the longer first", "内部资料 资料", "内部资料", []hit{{0, 0, 4}, {1, 2, 4}}},
		{"a beginning inside another", "内部 内部资料", "内部资料", []hit{{0, 0, 2}, {1, 0, 4}}},
		{"overlapping words", "不得外传 外传播", "不得外传播", []hit{{0, 0, 4}, {1, 2, 5}}},
		{"a false start that ends in a true one", "密密绝 密绝密", "密密密绝密", []hit{{0, 1, 4}, {1, 2, 5}}},
		{"a word that repeats itself", "啊啊", "啊啊啊", []hit{{0, 0, 2}, {0, 1, 3}}},
		{"a word given twice", "机密 秘密 机密", "机密", []hit{{0, 0, 2}, {2, 0, 2}}},
		{"characters beyond the basic plane", "𠮷𠮷 密𠮷", "密𠮷𠮷", []hit{{1, 0, 2}, {0, 1, 3}}},
		{"the last character of all", "\U0010ffff", "a\U0010ffff", []hit{{0, 1, 2}}},
	} {
		if got := found(strings.Fields(c.words), []rune(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAnEmptyWordIsNowhere(t *testing.T) {
	if got := found([]string{"", "密", ""}, []rune("机密")); !slices.Equal(got, []hit{{1, 1, 2}}) {
		t.Error(got)
	}
}

func TestWhatIsNoCharacterPartsWords(t *testing.T) {
	for _, odd := range []rune{-1, -1 << 31, utf8.MaxRune + 1, 1<<31 - 1, 0} {
		if got := found([]string{"机密"}, []rune{'机', odd, '密', '机', '密'}); !slices.Equal(got, []hit{{0, 3, 5}}) {
			t.Errorf("%#x: %v", odd, got)
		}
	}
}

// A few letters make words that overlap and contain one another all the time.
func TestEveryWordIsFoundAsByTryingAll(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	draw := func(letters string, most int) string {
		var b strings.Builder
		for range random.IntN(most + 1) {
			all := []rune(letters)
			b.WriteRune(all[random.IntN(len(all))])
		}
		return b.String()
	}
	for round := range 3000 {
		letters := []string{"ab", "机密a", "内部资料外传不得密"}[round%3]
		words := make([]string, random.IntN(12))
		for i := range words {
			words[i] = draw(letters, 5)
		}
		text := []rune(draw(letters+"字", 40))
		if got, want := found(words, text), naive(words, text); !slices.Equal(got, want) {
			t.Fatalf("words %q in %q: got %v, want %v", words, string(text), got, want)
		}
		stepByStep(t, words, text, naive(words, text))
	}
}

// stepByStep wants whoever reads as they go to see where words end.
func stepByStep(t *testing.T, words []string, text []rune, want []hit) {
	t.Helper()
	a := New(words)
	var s State
	for i, r := range text {
		s = a.Next(s, r)
		if ends := slices.ContainsFunc(want, func(h hit) bool { return h.end == i+1 }); a.Ends(s) != ends {
			t.Fatalf("words %q in %q: behind character %d %v, want %v", words, string(text), i, !ends, ends)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("机密\n秘密", "机密★")
	f.Add("a\naa\n\naab", "aaab")
	f.Add("\xff", "\xff")
	f.Fuzz(func(t *testing.T, list, text string) {
		if len(list) > 200 || len(text) > 200 {
			return
		}
		words, runes := strings.Split(list, "\n"), []rune(text)
		got, want := found(words, runes), naive(words, runes)
		if !slices.Equal(got, want) {
			t.Fatalf("words %q in %q: got %v, want %v", words, text, got, want)
		}
		stepByStep(t, words, runes, want)
	})
}

// wordList is n words of two to five of the common characters.
func wordList(n int) []string {
	random := rand.New(rand.NewPCG(3, 4))
	words := make([]string, n)
	for i := range words {
		for range 2 + random.IntN(4) {
			words[i] += string(rune(0x4e00 + random.IntN(3000)))
		}
	}
	return words
}

func BenchmarkNew(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		words := wordList(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				New(words)
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	text := []rune(strings.Repeat("关于做好城乡居民最低生活保障工作的通知，各街道办事处、各有关单位：", 300))
	hostile := []rune(strings.Repeat("密", 10_000))
	for _, c := range []struct {
		name  string
		words []string
		text  []rune
	}{
		{"100 words", wordList(100), text},
		{"10000 words", wordList(10_000), text},
		{"a text of false starts", []string{strings.Repeat("密", 500) + "绝"}, hostile},
	} {
		a := New(c.words)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(string(c.text))))
			b.ReportAllocs()
			for b.Loop() {
				a.Find(c.text, func(int, int, int) {})
			}
		})
	}
}
