// Package calendar counts working days (工作日): Monday to Friday, less the days
// off and plus the make-up days (调休上班) of the State Council's yearly
// arrangement (国务院办公厅关于部分节假日安排的通知).
//
//	Friday   Saturday  Sunday   Monday    Tuesday …
//	event    off       make-up  off       working
//	day 0    –         day 1    –         day 2          the event's own day does not count
//
// It is a library without input, output or a clock. A Calendar is a value made
// of Years; days of which the arrangement is not known follow the week, and
// whatever is counted over them is provisional (暂定).
package calendar
