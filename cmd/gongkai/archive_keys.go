// Who can open an archive: age recipients, or a passphrase.

package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"filippo.io/age"

	"gongkai"
)

// keys seal and open archives.
type keys struct {
	Passphrase string `help:"Passphrase that seals or opens the archive; better as a variable than as a flag." env:"GONGKAI_BACKUP_PASSPHRASE" placeholder:"…"`
	Identity   string `help:"File with the age identity that opens the archive." env:"GONGKAI_BACKUP_IDENTITY" type:"existingfile" placeholder:"FILE"`
}

// shortest is the least length of a passphrase.
const shortest = 12

// Validate refuses a passphrase that is soon guessed.
func (k keys) Validate() error {
	if k.Passphrase != "" && len([]rune(k.Passphrase)) < shortest {
		return wrongSetting("GONGKAI_BACKUP_PASSPHRASE", "至少须有 12 个字符", "must have at least 12 characters")
	}
	return nil
}

// passphraseWork is how dear each guess at a passphrase is, as a power of two: a
// second on an ordinary machine.
var passphraseWork = 18

// recipients are those who can open what is sealed now.
func (k keys) recipients(names []string) ([]age.Recipient, error) {
	if len(names) == 0 && k.Passphrase == "" {
		return nil, nil
	}
	if len(names) == 0 {
		r, err := age.NewScryptRecipient(k.Passphrase)
		if err == nil {
			r.SetWorkFactor(passphraseWork)
		}
		return []age.Recipient{r}, err
	}
	out, err := age.ParseRecipients(strings.NewReader(strings.Join(names, "\n")))
	if err != nil {
		return nil, gongkai.E(gongkai.Invalid, "recipient", "--recipient 应为 age1 开头的公钥", "--recipient must be a public key that begins with age1")
	}
	return out, nil
}

var errKey = gongkai.E(gongkai.Denied, "archive_key", "备份已加密，所给口令或密钥不能打开它（GONGKAI_BACKUP_PASSPHRASE 或 --identity）",
	"the backup is sealed, and the passphrase or key given does not open it (GONGKAI_BACKUP_PASSPHRASE or --identity)")

// open reads what was sealed.
func (k keys) open(sealed io.Reader) (io.Reader, error) {
	var by []age.Identity
	if k.Passphrase != "" {
		id, err := age.NewScryptIdentity(k.Passphrase)
		if err != nil {
			return nil, errKey
		}
		by = append(by, id)
	}
	if k.Identity != "" {
		f, err := os.Open(k.Identity)
		if err != nil {
			return nil, errKey.Because(err)
		}
		ids, err := age.ParseIdentities(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, errKey
		}
		by = append(by, ids...)
	}
	if len(by) == 0 {
		return nil, errKey
	}
	opened, err := age.Decrypt(sealed, by...)
	if err != nil {
		return nil, errKey
	}
	return opened, nil
}
