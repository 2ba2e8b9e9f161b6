package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"kwote/domain/person"
)

// recipe is how expensive a password hash is.
type recipe struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// The recipe is the second of the equally strong minimum settings in OWASP's
// Password Storage Cheat Sheet for Argon2id: 19 MiB, two passes, one thread.
// It leaves room for several sign-ins at once on a small machine. Salt and tag
// have the lengths that RFC 9106, section 4, recommends: 128 and 256 bits.
// Hashes made with less are made anew at the next sign-in.
var today = recipe{memory: 19 * 1024, passes: 2, threads: 1}

const (
	saltLength = 16
	tagLength  = 32
	// atOnce bounds the memory that sign-ins can take together.
	atOnce = 4
)

// The lengths of a password in characters.
const (
	shortestPassword = 12
	longestPassword  = 256
)

// kitchen makes and checks password hashes, a few at a time. The zero value is
// ready.
type kitchen struct {
	once   sync.Once
	places chan struct{}
	// stranger is checked where there is no hash, so that an unknown account
	// costs as much time as a known one.
	stranger string
}

func (k *kitchen) enter(ctx context.Context) (leave func(), err error) {
	k.once.Do(func() {
		k.places = make(chan struct{}, atOnce)
		k.stranger = bake(rand.Text(), today)
	})
	select {
	case k.places <- struct{}{}:
		return func() { <-k.places }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash is the encoded hash of a password that has passed checkPassword.
func (k *kitchen) hash(ctx context.Context, password string) (string, error) {
	leave, err := k.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return bake(password, today), nil
}

// matches reports whether the password is that of the hash, and whether the
// hash should be made anew because today's recipe is dearer. An empty hash
// matches nothing.
func (k *kitchen) matches(ctx context.Context, hash, password string) (ok, renew bool, err error) {
	leave, err := k.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	known := hash != "" && len(password) <= longestPassword*utf8.UTFMax
	if !known {
		hash, password = k.stranger, ""
	}
	r, salt, tag, err := decode(hash)
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(tag, r.tag(password, salt, uint32(len(tag)))) == 1
	return same && known, r.memory < today.memory || r.passes < today.passes || len(tag) < tagLength, nil
}

// tag is the raw hash. Passwords count in Unicode's composed form, because the
// same keys give different code points on different machines.
func (r recipe) tag(password string, salt []byte, length uint32) []byte {
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, r.passes, r.memory, r.threads, length)
}

// bake makes a hash in the PHC string format.
func bake(password string, r recipe) string {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program rather than return
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, r.memory, r.passes, r.threads,
		b64.EncodeToString(salt), b64.EncodeToString(r.tag(password, salt, tagLength)))
}

// decode reads the PHC string format. Recipes far beyond any sensible one are
// refused, so that a damaged row cannot exhaust the machine.
func decode(hash string) (r recipe, salt, tag []byte, err error) {
	parts := strings.Split(hash, "$")
	var version int
	if len(parts) == 6 && parts[0] == "" && parts[1] == "argon2id" {
		_, err = fmt.Sscanf(parts[2], "v=%d", &version)
		if err == nil {
			_, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &r.memory, &r.passes, &r.threads)
		}
		if err == nil {
			salt, err = base64.RawStdEncoding.DecodeString(parts[4])
		}
		if err == nil {
			tag, err = base64.RawStdEncoding.DecodeString(parts[5])
		}
	}
	sensible := version == argon2.Version && r.passes >= 1 && r.passes <= 64 && r.threads >= 1 && r.memory <= 1<<20 && len(salt) >= 8 && len(tag) >= 16 && len(tag) <= 64
	if err != nil || !sensible {
		return r, nil, nil, fmt.Errorf("a stored password hash cannot be read; set a new password for the account")
	}
	return r, salt, tag, nil
}

// checkPassword refuses passwords that are too short, too long, of one or two
// characters over and over, or the account's own name.
func checkPassword(field, password string, s person.Staff) error {
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return invalid("password_invalid", field, "the password is not valid UTF-8 text; type it anew")
	case length < shortestPassword:
		return invalid("password_too_short", field, "the password has %d characters; choose one of at least %d, such as four words", length, shortestPassword)
	case length > longestPassword:
		return invalid("password_too_long", field, "the password has %d characters; choose one of at most %d", length, longestPassword)
	}
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	plain := person.NormalEmail(password)
	if len(different) < 5 || plain == s.Email || plain == person.NormalEmail(s.Name) {
		return invalid("password_too_simple", field, "the password is easy to guess; choose another one, such as four words that do not belong together")
	}
	return nil
}

// newPassword is a password for people to copy: 100 bits in four groups.
func newPassword() string {
	s := strings.ToLower(rand.Text()[:20])
	return s[:5] + "-" + s[5:10] + "-" + s[10:15] + "-" + s[15:]
}
