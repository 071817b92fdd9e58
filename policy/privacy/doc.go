// Package privacy recognises personal data (个人信息) in text, HTML and
// Markdown and masks it in place.
package privacy
