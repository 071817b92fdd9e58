// Command actsdoc writes docs/workflow.md: what the tables of the program say
// about acts, pipelines, prohibitions, field types and kinds.
//
//	actsdoc <page to write> <policy/rules.csv>
package main

import (
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"

	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: actsdoc <page to write> <policy/rules.csv>")
	}
	locked, err := prohibitions(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], []byte(page(locked)), 0o644); err != nil { //nolint:gosec // a page of the documentation is for everybody
		log.Fatal(err)
	}
}

// page is the whole document.
func page(locked [][]string) string {
	var b strings.Builder
	b.WriteString("# Workflow\n\nWritten by `go generate ./workflow` from the tables of the program; do not edit.\n")
	acts(&b)
	pipelines(&b)
	section(&b, "Prohibitions", "The locked section of the policy: readable by all, changed by nobody, administrators included.",
		[]string{"Rule", "Who", "Acts", "When", "Reason"}, locked)
	section(&b, "Field types", "", []string{"Type", "Chinese", "English"}, fieldTypes())
	section(&b, "Common fields", "Every kind has them before its own.", []string{"Field", "Chinese", "Type"}, fields(content.Common))
	b.WriteString("\n## Built-in kinds\n")
	for _, k := range content.BuiltIn {
		fmt.Fprintf(&b, "\n### `%s` %s, %s\n\n", k.ID, k.Zh, k.En)
		if len(k.Required) > 0 {
			fmt.Fprintf(&b, "Also demands: %s.\n\n", code(k.Required))
		}
		if len(k.Own) > 0 {
			table(&b, []string{"Field", "Chinese", "Type"}, fields(k.Own))
		} else {
			b.WriteString("The common fields only.\n")
		}
	}
	return b.String()
}

func section(b *strings.Builder, title, intro string, head []string, rows [][]string) {
	fmt.Fprintf(b, "\n## %s\n\n", title)
	if intro != "" {
		b.WriteString(intro + "\n\n")
	}
	table(b, head, rows)
}

func table(b *strings.Builder, head []string, rows [][]string) {
	rule := make([]string, len(head))
	for i := range rule {
		rule[i] = "---"
	}
	for _, row := range append([][]string{head, rule}, rows...) {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = strings.ReplaceAll(c, "|", "\\|")
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

func code(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "`" + n + "`"
	}
	return strings.Join(out, ", ")
}

// states are the columns of the table of acts and states.
var states = []struct {
	names []string
	of    func(workflow.Act) []string
	title string
}{
	{[]string{content.NoWork, content.Draft, content.Checking, content.AtStage, content.Returned, content.Rejected, content.Ready, content.Bundled}, func(a workflow.Act) []string { return a.Work }, "work"},
	{[]string{content.NotLive, content.Published, content.Suspended, content.Tombstoned}, func(a workflow.Act) []string { return a.Live }, "live"},
}

func acts(b *strings.Builder) {
	var what, where [][]string
	head := []string{"Act"}
	for _, part := range states {
		for _, name := range part.names {
			head = append(head, part.title+": "+name)
		}
	}
	for _, a := range workflow.Acts {
		right := "`" + a.Right + "`"
		switch {
		case a.System:
			right = "the system"
		case a.Name == "schedule", a.Name == "unschedule":
			right = "that of the act `do`"
		case a.Name == "later_object":
			right = "`sign/` and each role of the stage, and `" + policy.ItemSuspend + "`"
		case a.Right == "":
			right = "`sign/` and each role of the stage"
		case a.Name == "correct":
			right += " and those of a signature"
		case a.Name == "resolve":
			right += ", `" + policy.ItemResolveKeep + "`"
		}
		what = append(what, []string{"`" + a.Name + "`", a.Zh, a.En, right, a.Params, a.Next})
		where = append(where, append([]string{"`" + a.Name + "`"}, possible(a)...))
	}
	section(b, "Acts", "Every act on an item, whom the policy is asked for, what the step carries beside its id, and what it leads to.",
		[]string{"Act", "Chinese", "English", "Right", "Parameters", "Leads to"}, what)
	schedulables(b)
	section(b, "Where an act may start", "Work and live are independent: an act needs a marked state of work and a marked state of live. `create` starts an item that is not there yet.", head, where)
}

// schedulables are the acts that can be put off to a time.
func schedulables(b *strings.Builder) {
	var rows [][]string
	for _, s := range workflow.Schedulables {
		act, _ := workflow.ActOf(s.Act)
		names, ahead := "the sheet, and the public part as it stands", strconv.Itoa(int(s.Within.Hours()/24))+" days"
		if s.Live {
			names, ahead = "the edition, and that its validity lets it be", ahead+" after the day that the text says"
		}
		restored := "lapses"
		if s.Outlives {
			restored = "stays"
		}
		rows = append(rows, []string{"`" + s.Act + "`", act.Zh, act.En, names, ahead, restored})
	}
	section(b, "What can be scheduled", "Acts that `schedule` puts off to a time: see [schedules.md](schedules.md).",
		[]string{"Act", "Chinese", "English", "Names", "Ahead at the most", "After a restore from backup"}, rows)
}

// possible marks the states in which an act may start.
func possible(a workflow.Act) []string {
	var out []string
	for _, part := range states {
		allowed := part.of(a)
		for _, name := range part.names {
			mark := ""
			if a.Name != "create" && len(allowed) == 0 || slices.Contains(allowed, name) {
				mark = "●"
			}
			out = append(out, mark)
		}
	}
	return out
}

func pipelines(b *strings.Builder) {
	var rows [][]string
	for _, p := range workflow.Presets {
		var stages []string
		for _, s := range p.Stages {
			stages = append(stages, s.Zh)
		}
		people := "no person signs two stages of one track"
		if p.Distinct {
			people = "no person signs two stages"
		}
		rows = append(rows, []string{"`" + p.Name + "`", p.Zh, p.En, strings.Join(stages, " → "), people})
	}
	f := workflow.FinalConfirm
	section(b, "Pipelines", "The presets. Words corrected, or fields filled in, after the final review go through `"+f.ID+"` ("+f.Zh+") before the item is ready: one of those who may sign that review signs it.",
		[]string{"Pipeline", "Chinese", "English", "Stages", "People"}, rows)
	tiers(b)
	rows = nil
	for _, s := range allStages() {
		rows = append(rows, []string{"`" + s.ID + "`", s.Zh, s.En, signs(s)})
	}
	section(b, "Stages", "", []string{"Stage", "Chinese", "English", "Signs"}, rows)
}

// signs says who signs a stage: its one person, or each of its seats.
func signs(s workflow.Stage) string {
	var seats []string
	for _, seat := range s.Seated() {
		var roles []string
		for _, t := range seat.Tracks {
			roles = append(roles, t.Kind+" by `"+t.Role+"`")
		}
		switch {
		case seat.Office != "":
			roles = append(roles, "of `"+seat.Office+"`")
		case seat.Up > 0:
			roles = append(roles, fmt.Sprintf("%d above the unit of the item", seat.Up))
		}
		seats = append(seats, strings.Join(roles, ", "))
	}
	return strings.Join(seats, "; ")
}

func tiers(b *strings.Builder) {
	var rows [][]string
	for _, d := range workflow.Demands {
		row := []string{"`" + d.Code + "`", d.Zh, d.En}
		for _, n := range []int{d.Reviews, d.Proofs, d.Secrecy, d.People} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	section(b, "Risk tiers", "What the pipeline of an item must ask for at the least. The drafter declares the tier at submit; what is found in the text adds its demand and takes nothing away.",
		[]string{"Tier or finding", "Chinese", "English", "Reviews", "Proofreadings", "Secrecy reviews", "People"}, rows)
}

// allStages are the stages of the presets, each once.
func allStages() (out []workflow.Stage) {
	for _, p := range workflow.Presets {
		for _, s := range p.Stages {
			if !slices.ContainsFunc(out, func(o workflow.Stage) bool { return o.ID == s.ID }) {
				out = append(out, s)
			}
		}
	}
	return out
}

func fieldTypes() (rows [][]string) {
	for _, t := range content.FieldTypes {
		rows = append(rows, []string{"`" + t.Name + "`", t.Zh, t.En})
	}
	return rows
}

func fields(fs []content.Field) (rows [][]string) {
	for _, f := range fs {
		kind := "`" + f.Type + "`"
		if f.Required {
			kind += ", required"
		}
		rows = append(rows, []string{"`" + f.Name + "`", f.Zh, kind})
	}
	return rows
}

// prohibitions reads the locked section of the policy from the file that the
// program embeds.
func prohibitions(file string) (rows [][]string, err error) {
	f, err := os.Open(file) //nolint:gosec // the file that go:generate names
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.Comment, r.FieldsPerRecord = '#', -1
	lines, err := r.ReadAll()
	for _, l := range lines {
		if l[0] == "lock" && len(l) == 8 {
			rows = append(rows, []string{"`" + l[1] + "`", code(strings.Split(l[2], "|")), code(strings.Split(l[3], "|")), code([]string{orAlways(l[4])}), l[6] + " / " + l[7]})
		}
	}
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("%s has no locked section", file)
	}
	return rows, err
}

func orAlways(fact string) string {
	if fact == "" {
		return "always"
	}
	return fact
}
