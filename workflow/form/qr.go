// The QR code, as squares.

package form

import (
	"image/color"

	"github.com/boombuler/barcode/qr"
)

// squares are the rows of a QR code; true is dark. Medium error correction: it
// can be read from a paper that was stamped, folded and scanned.
func squares(address string) ([][]bool, error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return nil, err
	}
	b := code.Bounds()
	out := make([][]bool, b.Dy())
	for y := range out {
		out[y] = make([]bool, b.Dx())
		for x := range out[y] {
			out[y][x] = code.At(b.Min.X+x, b.Min.Y+y) == color.Black
		}
	}
	return out, nil
}

// bars calls draw for each run of dark squares.
func bars(code [][]bool, draw func(x, y, n int)) {
	for y, row := range code {
		for x := 0; x < len(row); x++ {
			n := 0
			for x+n < len(row) && row[x+n] {
				n++
			}
			if n > 0 {
				draw(x, y, n)
				x += n
			}
		}
	}
}
