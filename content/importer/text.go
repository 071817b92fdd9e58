// Plain text: lines to paragraphs and tables.

package importer

import "strings"

func readText(f file, emit func(page) error) ([]Skip, error) {
	blocks := linesOf(decode(f.data))
	if len(blocks) == 0 {
		return []Skip{empty(f.source)}, nil
	}
	return nil, emit(page{blocks: blocks})
}

// linesOf makes a block of every line; two and more neighbouring lines with
// the same number of tabs are a table.
func linesOf(text string) []block {
	var blocks []block
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); {
		if n := tabbed(lines[i:]); n >= 2 {
			blocks = append(blocks, tableOf(split(lines[i:i+n])))
			i += n
			continue
		}
		if trim(lines[i]) != "" {
			blocks = append(blocks, plain(lines[i]))
		}
		i++
	}
	return blocks
}

// tabbed counts the lines from the first on that have as many tabs as it has,
// between two cells at least.
func tabbed(lines []string) int {
	n := 0
	tabs := strings.Count(lines[0], "\t")
	for n < len(lines) && tabs > 0 && strings.Count(lines[n], "\t") == tabs && !indentOnly(lines[n]) {
		n++
	}
	return n
}

// indentOnly lines use tabs to indent, not to part cells.
func indentOnly(line string) bool { return !strings.Contains(strings.Trim(line, "\t \u3000"), "\t") }

func split(lines []string) [][]string {
	rows := make([][]string, len(lines))
	for i, line := range lines {
		rows[i] = strings.Split(line, "\t")
		for j := range rows[i] {
			rows[i][j] = trim(rows[i][j])
		}
	}
	return rows
}
