// Guesses: who sees a mask could write numbers into the text and see which of
// them the checks take for the value below it. So few may be written.

package workflow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/privacy"
)

// The bounds of what somebody who sees masks may write into one item: long
// numbers and the like in a week, and the least digits of a long one.
const (
	maxGuesses = 30
	aWeek      = 7 * 24 * time.Hour
	longNumber = 7
)

// guesses counts what patches over a masked text bring into it that could be
// meant to meet a value below a mask. Both texts are as the person sees them.
func (e *Engine) guesses(k content.Kind, before, after content.Fields) (n int) {
	was := map[string]content.Text{}
	for _, t := range k.Texts(before) {
		was[t.Place] = t
	}
	for _, t := range k.Texts(after) {
		if t == was[t.Place] {
			continue
		}
		there := e.tries(was[t.Place])
		for value, weight := range e.tries(t) {
			if there[value] == 0 {
				n += weight
			}
		}
	}
	return n
}

// tries are the values in a text, each with how many there may be in it: what is
// found there, and long numbers whether they are or not.
func (e *Engine) tries(t content.Text) map[string]int {
	out, runs := map[string]int{}, digitRuns(t)
	for _, r := range runs.long {
		out[r] = len(r) / longNumber
	}
	for _, f := range privacy.Scan(t.Text, format(t), privacy.Options{Context: t.Context, Now: e.now()}) {
		if !runs.cover(f) {
			out[f.Folded] = 1
		}
	}
	return out
}

// digits are the runs of digits in a text, with what a number may be parted by
// when it is looked for everywhere: spaces, dashes, dots, ends of lines.
type digits struct {
	long []string
	at   []int // for each byte at which a digit begins its run from one on, negative if that is short
}

func digitRuns(t content.Text) digits {
	d := digits{at: make([]int, len(t.Text))}
	var run []rune
	var at []int
	id := 0
	end := func() {
		if id++; len(run) < longNumber {
			for _, i := range at {
				d.at[i] = -id
			}
		} else {
			d.long = append(d.long, string(run))
			for _, i := range at {
				d.at[i] = id
			}
		}
		run, at = run[:0], at[:0]
	}
	privacy.EachFolded(t.Text, format(t), func(r rune, place privacy.Span) {
		switch {
		case r >= '0' && r <= '9':
			run, at = append(run, r), append(at, place.Start)
		case !strings.ContainsRune(" -._\r\n", r):
			end()
		}
	})
	end()
	return d
}

// cover tells whether a finding is nothing but digits of one long run, which is
// counted already.
func (d digits) cover(f privacy.Finding) bool {
	run := 0
	for _, id := range d.at[f.Start:f.End] {
		switch {
		case id < 0 || id > 0 && run > 0 && id != run:
			return false
		case id > 0:
			run = id
		}
	}
	number := strings.TrimSuffix(strings.ToUpper(f.Folded), "X")
	return run > 0 && len(digitsOf([]rune(number))) == len(number)
}

// mayGuess counts what the actor writes blindly, before anything of it is
// looked at: what is refused counts too.
func (e *Engine) mayGuess(ctx context.Context, actor gongkai.Actor, it content.Item, n int) error {
	counter := fmt.Sprintf("guesses:%s/%s/%d", it.ID, actor.ID, e.now().Unix()/int64(aWeek/time.Second))
	for ; n > 0; n-- {
		total, err := e.content.DB.Next(ctx, counter)
		if err != nil {
			return err
		}
		if total > maxGuesses {
			return errGuesses
		}
	}
	return nil
}

var errGuesses = gongkai.E(gongkai.Blocked, "guesses",
	fmt.Sprintf("您看到的是遮掩后的文本：在同一条信息中，一周内最多写入%d个长号码、车牌、邮箱等。请由起草人或有权查看原文的人员补充", maxGuesses),
	fmt.Sprintf("what you see is masked: within a week you may write at most %d long numbers, plates, e-mail addresses and the like into one item. Ask its writer, or somebody who may see the original, to add them", maxGuesses))
