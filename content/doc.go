// Package content holds what is edited: items and their revisions, the proof
// sheets made of them, kinds, columns, units, sites and files. It decides
// nothing about who may do what and in which order; that is workflow.
//
//	working copy ──save──▶ revision ──submit──▶ sheet ──release──▶ edition (publication)
//	   (autosave)          (immutable,           (immutable, masked:
//	                        restricted)           what people sign)
package content
