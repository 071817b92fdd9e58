// What the package is about, in one picture.

// Package notify tells people (通知提醒) what happened to items that concern
// them: in their inbox (收件箱), by mail, and through the robots of office chats.
//
//	step of an item ─▶ table of events ─▶ who is told ─▶ Notice, one per person
//	                                                        │            │
//	                                      inbox, server-sent events   Letter (待发消息)
//	                                                                     │ claimed, tried again, given up
//	                                                             SMTP, chat robot
//
// A notice's id is made of item, step, event and person: telling twice makes
// none twice. What goes out is written when it is sent, from what is so then,
// and holds nothing personal: kind, column, number and link.
package notify
