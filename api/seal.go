package api

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"

	"kwote/domain/query"
)

// An answer that shows a secret once is kept sealed under the credential that
// asked for it, of which the database has only a hash: a copy of the database
// gives no secret away, and the one who asked can have the answer repeated.

func sealer(r *http.Request, reply query.Reply) (cipher.AEAD, error) {
	credential := r.Header.Get("Authorization")
	if credential == "" {
		credential = r.Header.Get("Cookie")
	}
	key := sha256.Sum256([]byte("kwote reply\n" + reply.Actor + "\n" + reply.Key + "\n" + credential))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func seal(r *http.Request, reply query.Reply, body []byte) ([]byte, error) {
	box, err := sealer(r, reply)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program rather than return
	return box.Seal(nonce, nonce, body, nil), nil
}

func unseal(r *http.Request, reply query.Reply, sealed []byte) ([]byte, error) {
	box, err := sealer(r, reply)
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, errors.New("sealed reply is cut off")
	}
	return box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], nil)
}
