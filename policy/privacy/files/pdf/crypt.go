// Encryption: files that open without a password, as those do whose author only forbids editing or copying, are read as any program reads them.

package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" //nolint:gosec // the format's
	"crypto/rc4" //nolint:gosec // the format's
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
)

// crypt decrypts what stands in a file, with the key that the empty password gives.
type crypt struct {
	key              []byte
	revision         int
	strings, streams method
	self             ref  // the dictionary that says all this, which is not encrypted
	metadata         bool // properties in XML are encrypted too
}

// method is how strings or streams are encrypted; any other means not at all.
type method string

const (
	inRC4  method = "V2"
	inAES  method = "AESV2"
	inAES3 method = "AESV3" // 256 bits
)

// padding stands for the empty password in the older revisions.
const padding = "\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a"

// cryptOf makes the key of a file; ok is false if it takes a password, or is
// encrypted in a way that is not in the standard.
func (f *file) cryptOf() (c *crypt, ok bool) {
	d := f.dict(f.trailer["Encrypt"])
	if f.name(d["Filter"]) != "Standard" {
		return nil, false
	}
	version := int(f.number(d["V"]))
	c = &crypt{revision: int(f.number(d["R"])), strings: inRC4, streams: inRC4, metadata: d["EncryptMetadata"] != false}
	c.self, _ = f.trailer["Encrypt"].(ref)
	if version >= 4 {
		c.strings, c.streams = f.methodOf(d, "StrF"), f.methodOf(d, "StmF")
	}
	switch {
	case version >= 1 && version <= 4 && c.revision >= 2 && c.revision <= 4:
		return c, c.oldKey(f, d, version)
	case version == 5 && (c.revision == 5 || c.revision == 6):
		return c, c.newKey(f, d)
	}
	return nil, false
}

// methodOf is that of strings or streams.
func (f *file) methodOf(d dict, which name) method {
	filter := f.dict(f.dict(d["CF"])[f.name(d[which])])
	return method(f.name(filter["CFM"]))
}

func (f *file) bytes(o any) []byte {
	s, _ := f.get(o).(str)
	return []byte(s)
}

// oldKey is that of RC4 and AES with 128 bits (algorithm 2 of the standard),
// tried as algorithms 4 and 5 say.
func (c *crypt) oldKey(f *file, d dict, version int) bool {
	size := 5
	if bits := int(f.number(d["Length"])); version > 1 && c.revision > 2 && bits >= 40 && bits <= 128 {
		size = bits / 8
	}
	if version == 4 {
		size = 16
	}
	owner, user, id := f.bytes(d["O"]), f.bytes(d["U"]), []byte(nil)
	if ids := f.array(f.trailer["ID"]); len(ids) > 0 {
		id = f.bytes(ids[0])
	}
	if len(owner) < 32 || len(user) < 16 {
		return false
	}
	seed := append([]byte(padding), owner[:32]...)
	seed = append(binary.LittleEndian.AppendUint32(seed, uint32(int64(f.number(d["P"])))), id...)
	if c.revision >= 4 && !c.metadata {
		seed = append(seed, 0xff, 0xff, 0xff, 0xff)
	}
	key := md5Of(seed)
	for range 50 * min(c.revision-2, 1) {
		key = md5Of(key[:size])
	}
	c.key = key[:size]
	if c.revision == 2 {
		return bytes.Equal(unRC4(c.key, []byte(padding)), user)
	}
	proof := md5Of(append([]byte(padding), id...))
	for i := range 20 {
		round := bytes.Clone(c.key)
		for k := range round {
			round[k] ^= byte(i)
		}
		proof = unRC4(round, proof)
	}
	return bytes.Equal(proof, user[:16])
}

// newKey is that of AES with 256 bits (algorithms 2.A and 2.B).
func (c *crypt) newKey(f *file, d dict) bool {
	user, wrapped := f.bytes(d["U"]), f.bytes(d["UE"])
	if len(user) < 48 || len(wrapped) < 32 || !bytes.Equal(c.hash(user[32:40]), user[:32]) {
		return false
	}
	block, err := aes.NewCipher(c.hash(user[40:48]))
	if err != nil {
		return false
	}
	c.key = make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(c.key, wrapped[:32])
	return true
}

// hash is that of an empty password with a salt.
func (c *crypt) hash(salt []byte) []byte {
	sum := sha256.Sum256(salt)
	key := sum[:]
	if c.revision == 5 {
		return key
	}
	for i, last := 0, byte(0); i < 64 || int(last) > i-32; i++ {
		block, err := aes.NewCipher(key[:16])
		if err != nil {
			return nil
		}
		text := bytes.Repeat(key, 64)
		cipher.NewCBCEncrypter(block, key[16:32]).CryptBlocks(text, text)
		last = text[len(text)-1]
		remainder := 0
		for _, b := range text[:16] {
			remainder += int(b)
		}
		switch remainder % 3 {
		case 0:
			sum := sha256.Sum256(text)
			key = sum[:]
		case 1:
			sum := sha512.Sum384(text)
			key = sum[:]
		default:
			sum := sha512.Sum512(text)
			key = sum[:]
		}
	}
	return key[:32]
}

func md5Of(data []byte) []byte {
	sum := md5.Sum(data) //nolint:gosec // the format's
	return sum[:]
}

func unRC4(key, data []byte) []byte {
	stream, err := rc4.NewCipher(key) //nolint:gosec // the format's
	if err != nil {
		return nil
	}
	out := make([]byte, len(data))
	stream.XORKeyStream(out, data)
	return out
}

// unAES takes the first block for what begins the chain. Data that is not whole
// keeps its whole blocks.
func unAES(key, data []byte) []byte {
	whole := len(data) / aes.BlockSize * aes.BlockSize
	block, err := aes.NewCipher(key)
	if err != nil || whole < 2*aes.BlockSize {
		return nil
	}
	out := make([]byte, whole-aes.BlockSize)
	cipher.NewCBCDecrypter(block, data[:aes.BlockSize]).CryptBlocks(out, data[aes.BlockSize:whole])
	if pad := int(out[len(out)-1]); pad >= 1 && pad <= aes.BlockSize {
		out = out[:len(out)-pad]
	}
	return out
}

// object decrypts the strings of an object, and its stream.
func (c *crypt) object(number ref, generation int, o any) any {
	switch o := o.(type) {
	case str:
		return str(c.open(c.strings, number, generation, []byte(o)))
	case array:
		for i := range o {
			o[i] = c.object(number, generation, o[i])
		}
	case dict:
		for k, v := range o {
			o[k] = c.object(number, generation, v)
		}
	case *stream:
		if o.dict["Type"] == name("XRef") {
			return o
		}
		c.object(number, generation, o.dict)
		if !c.exempt(o.dict) {
			o.raw = c.open(c.streams, number, generation, o.raw)
		}
	}
	return o
}

// exempt tells streams that are said to be in clear.
func (c *crypt) exempt(d dict) bool {
	filter := d["Filter"]
	if list, ok := filter.(array); ok && len(list) > 0 {
		filter = list[0]
	}
	return filter == name("Crypt") || d["Type"] == name("Metadata") && !c.metadata
}

// open decrypts bytes of an object. Before AES of 256 bits each object has a key.
func (c *crypt) open(m method, number ref, generation int, data []byte) []byte {
	key := c.key
	if c.revision < 5 {
		seed := append(bytes.Clone(key), byte(number), byte(number>>8), byte(number>>16), byte(generation), byte(generation>>8))
		if m == inAES {
			seed = append(seed, "sAlT"...)
		}
		key = md5Of(seed)[:min(len(key)+5, 16)]
	}
	switch m {
	case inRC4:
		return unRC4(key, data)
	case inAES, inAES3:
		return unAES(key, data)
	}
	return data
}
