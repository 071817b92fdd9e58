// Pictures as the platform takes them: of few kinds, and small.

package wechat

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // pictures of items are of these kinds
	"image/jpeg"
	_ "image/png" // likewise
	"io"
	"net/http"
	"slices"
	"strconv"

	"gongkai"
	"gongkai/channel/platform"
)

// picture is one that can be sent.
type picture struct {
	name, kind string
	data       []byte
}

// place is where a picture goes, and what may go there.
type place struct {
	most  int      // bytes
	kinds []string // sent as they are; others become JPEG
}

var (
	inText   = place{1<<20 - 1, []string{"image/jpeg", "image/png"}}                            // media/uploadimg
	asCover  = place{10<<20 - 1, []string{"image/jpeg", "image/png", "image/gif", "image/bmp"}} // material/add_material
	readable = []string{"image/jpeg", "image/png", "image/gif"}                                 // what can be made into a JPEG
)

const (
	maxPicture = 32 << 20   // bytes that are read
	maxPixels  = 25_000_000 // that are unfolded in memory
	longest    = 2560       // side of a picture that was made smaller; more than a telephone shows
)

// extensions are the endings of the names under which pictures are sent; the
// names of files stay here.
var extensions = map[string]string{"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/bmp": "bmp"}

func badPicture(where, zh, en string) error {
	return limits(gongkai.Detail{Where: where, Code: "bad_picture", Zh: zh, En: en})
}

// fit reads a picture and makes of it what may go to the place.
func fit(ctx context.Context, in platform.Image, to place, where string) (picture, error) {
	f, err := in.Open(ctx)
	if err != nil {
		return picture{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPicture+1))
	if err != nil {
		return picture{}, err
	}
	if len(data) > maxPicture {
		return picture{}, badPicture(where, "图片超过 32 MB", "the picture is larger than 32 MB")
	}
	kind := http.DetectContentType(data)
	if slices.Contains(to.kinds, kind) && len(data) <= to.most {
		return named(kind, data), nil
	}
	if !slices.Contains(readable, kind) {
		return picture{}, badPicture(where, "不能转换这种图片，请改用 JPEG 或 PNG", "a picture of this kind cannot be converted: use JPEG or PNG")
	}
	return shrink(data, to, where)
}

func named(kind string, data []byte) picture {
	return picture{"picture." + extensions[kind], kind, data}
}

// shrink makes a JPEG that is small enough.
func shrink(data []byte, to place, where string) (picture, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return picture{}, badPicture(where, "图片无法读取或尺寸超过 2500 万像素", "the picture cannot be read, or has more than 25 million pixels")
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return picture{}, badPicture(where, "图片无法读取", "the picture cannot be read")
	}
	whole := flat(img)
	for side := min(longest, max(size.Width, size.Height)); side > 0; side = side * 3 / 4 {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, scale(whole, side), &jpeg.Options{Quality: 85}); err != nil {
			return picture{}, badPicture(where, "图片无法转换", "the picture cannot be converted")
		}
		if b.Len() <= to.most {
			return named("image/jpeg", b.Bytes()), nil
		}
	}
	return picture{}, badPicture(where, "图片无法缩小到 "+strconv.Itoa(to.most)+" 字节以内", "the picture cannot be made small enough")
}

// flat is the picture on white.
func flat(img image.Image) *image.RGBA {
	to := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(to, to.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(to, to.Rect, img, img.Bounds().Min, draw.Over)
	return to
}

// scale makes the longer side as given: each point is the mean of those that it
// stands for.
func scale(from *image.RGBA, side int) *image.RGBA {
	w, h := from.Rect.Dx(), from.Rect.Dy()
	long := max(w, h)
	if side == long {
		return from
	}
	to := image.NewRGBA(image.Rect(0, 0, max(w*side/long, 1), max(h*side/long, 1)))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			box := image.Rect(x*w/to.Rect.Dx(), y*h/to.Rect.Dy(), (x+1)*w/to.Rect.Dx(), (y+1)*h/to.Rect.Dy())
			to.SetRGBA(x, y, mean(from, box))
		}
	}
	return to
}

func mean(from *image.RGBA, box image.Rectangle) color.RGBA {
	var r, g, b, n uint64
	for y := box.Min.Y; y < max(box.Max.Y, box.Min.Y+1); y++ {
		for x := box.Min.X; x < max(box.Max.X, box.Min.X+1); x++ {
			c := from.RGBAAt(x, y)
			r, g, b, n = r+uint64(c.R), g+uint64(c.G), b+uint64(c.B), n+1
		}
	}
	return color.RGBA{R: uint8(r / n), G: uint8(g / n), B: uint8(b / n), A: 0xff}
}
