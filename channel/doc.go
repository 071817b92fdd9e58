// Package channel brings every outside world in step with what was released:
// the search index, and subscribers by signed webhooks. The ledger says what
// each channel must show of each item and what it shows.
//
//	tell ──Owe──▶ Delivery ──Claim, Pay, Settle──▶ receipt
package channel
