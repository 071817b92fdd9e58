// Package platform is the seam between deliveries and the new-media platforms
// (新媒体平台) that cannot compare (epoch, seq): what is posted, what became of
// each attempt, and what a platform must be able to do. It holds no behaviour of
// any one platform.
//
//	begun ──▶ submitted ──▶ live ──▶ gone
//	  │  ▲        │
//	  ▼  └ Look ──┤
//	unknown       └──▶ failed
package platform
