// Guesses: who sees a mask could write numbers into the text and see which of
// them the checks take for the value below it. So few may be written.

package workflow

import (
	"context"
	"fmt"
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

// tries are the values in a text, each with how many there may be in it.
func (e *Engine) tries(t content.Text) map[string]int {
	out := map[string]int{}
	var digits []rune
	end := func() {
		if len(digits) >= longNumber {
			out[string(digits)] = len(digits) / longNumber
		}
		digits = digits[:0]
	}
	privacy.EachFolded(t.Text, format(t), func(r rune, _ privacy.Span) {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, r)
		case r != ' ' && r != '-' && r != '.':
			end()
		}
	})
	end()
	for _, f := range privacy.Scan(t.Text, format(t), privacy.Options{Context: t.Context, Now: e.now()}) {
		if len(digitsOf([]rune(f.Folded))) < longNumber {
			out[f.Folded] = 1
		}
	}
	return out
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
