package store

import (
	"context"
	"strconv"
)

// LimitPages makes SQLite believe that its disk ends after n pages.
func (tx *Tx) LimitPages(ctx context.Context, n int) error {
	_, err := tx.exec(ctx, `PRAGMA max_page_count = `+strconv.Itoa(n))
	return err
}
