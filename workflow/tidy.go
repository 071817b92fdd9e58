// What people send beside the text: identifiers, paths, replacements. None of
// it is scanned again later, so none of it may carry anything personal.

package workflow

import (
	"context"
	"regexp"

	"gongkai"
	"gongkai/policy/privacy"
)

var (
	stepID = regexp.MustCompile(`^[A-Za-z0-9_.:-]{8,64}$`)
	// machineID is what programs make: a UUID or a hash. Its digits are chance.
	machineID = regexp.MustCompile(`^([0-9a-f]{32,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
	findKey   = regexp.MustCompile(`^([0-9a-f]{64})?$`)
	placeOf   = regexp.MustCompile(`^([a-z][a-z0-9_]{0,39}(\.head)?(\[(\d{1,5}|\*)\]){0,2}(\.(name|alt|content(` + insideFile + `)?))?)?$`)
	kindOf    = regexp.MustCompile(`^([a-z][a-z_]{0,30})?$`)
	language  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z]{2,8}){0,2}$`)
)

// insideFile is a place in a file: words and indexes, and at last a cell or
// column of a sheet.
const insideFile = `#[a-z][a-z_]{0,30}(\[(\d{1,7}|\*)\])?([./][a-z][a-z_]{0,30}(\[(\d{1,7}|\*)\])?){0,16}(![A-Z]{1,3}\d{0,7})?`

// shaped is the bare shape of a mobile or an ID: in a name there are no words
// around it that could tell more.
var shaped = regexp.MustCompile(`(^|\D)1[3-9]\d{9}(\D|$)|(^|\D)\d{17}[\dXx](\D|$)`)

// personal tells whether a text carries what looks personal.
func (e *Engine) personal(texts ...string) bool {
	for _, t := range texts {
		if shaped.MatchString(t) || len(privacy.Scan(t, privacy.Plain, privacy.Options{Now: e.now()})) > 0 {
			return true
		}
	}
	return false
}

// tidy refuses a step whose names are none.
func (e *Engine) tidy(s Step) error {
	err := need(machineID.MatchString(s.ID) || stepID.MatchString(s.ID) && !e.personal(s.ID), "id", "step_id", "步骤编号应为8至64位字母、数字和-_.:", "a step id is 8 to 64 letters, digits and -_.:")
	for _, r := range s.Resolutions {
		err = first(err,
			need(findKey.MatchString(r.Key) && kindOf.MatchString(r.Kind) && placeOf.MatchString(r.Place), "resolutions", "resolution_place", "key、kind或place的形式不对，请照问题清单或者问题汇总中的写法填写", "key, kind or place has not the right form: take them from the findings or their summary"),
			need(!e.personal(r.As), "resolutions.as", "mask", "替换文字中含有疑似个人信息", "the replacement itself looks personal"))
	}
	for _, m := range s.Places {
		err = first(err, need(placeOf.MatchString(m.Place), "places", "place", "place的形式不对，请照清样中的字段填写", "place has not the right form: take it from the fields of the sheet"))
	}
	if s.Tombstone != nil {
		err = first(err, need(!e.personal(s.Tombstone.To), "tombstone.to", "tombstone", "路径中含有疑似个人信息", "the path looks personal"))
	}
	if s.Validity != nil {
		err = first(err, need(s.Validity.By == "" || stepID.MatchString(s.Validity.By) && (machineID.MatchString(s.Validity.By) || !e.personal(s.Validity.By)), "validity.by", "not_public", "所指信息不存在或者未公开", "the item named is not there, or not public"))
	}
	return err
}

// tidyItem refuses a new item whose language is none, or that joins a
// translation group of another unit.
func (e *Engine) tidyItem(ctx context.Context, n NewItem) error {
	if err := need(n.Lang == "" || language.MatchString(n.Lang), "lang", "lang", "语言应为zh、en等代码", "a language is a code such as zh or en"); err != nil || n.Group == "" || n.Group == n.ID {
		return err
	}
	lead, err := e.content.Items.Get(ctx, n.Group)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	return need(err == nil && lead.Unit == n.Unit, "group", "group", "所属译文组不存在或属于其他单位", "there is no such translation group in this unit")
}
