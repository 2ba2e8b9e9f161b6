package store

import (
	"context"
	"strconv"
	"strings"
)

// column is a column of a table that rows are added to in bulk, with its type
// in PostgreSQL.
type column struct{ name, kind string }

func text(name string) column    { return column{name, "text"} }
func integer(name string) column { return column{name, "bigint"} }
func boolean(name string) column { return column{name, "boolean"} }

// bulk adds many rows at once the fast way of each engine: SQLite takes
// prepared single-row inserts (long VALUES lists are ten times slower there),
// PostgreSQL one array per column. The first column must be text and unique.
type bulk struct {
	kind
	columns []column
	// skip is the ON CONFLICT clause for rows that are there already; empty
	// when that is a fault.
	skip string
}

// chunk bounds the rows in one statement on PostgreSQL.
const chunk = 2000

// add reports for each row whether it was added or, with skip, was there.
func (b bulk) add(ctx context.Context, tx *Tx, rows [][]any) ([]bool, error) {
	added := make([]bool, 0, len(rows))
	if tx.engine == SQLite {
		return b.addSingly(ctx, tx, rows, added)
	}
	for len(rows) > 0 {
		n := min(chunk, len(rows))
		part, err := b.addArrays(ctx, tx, rows[:n])
		if err != nil {
			return nil, b.name(err)
		}
		added, rows = append(added, part...), rows[n:]
	}
	return added, nil
}

func (b bulk) names() string {
	names := make([]string, len(b.columns))
	for i, c := range b.columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

func (b bulk) addSingly(ctx context.Context, tx *Tx, rows [][]any, added []bool) ([]bool, error) {
	// Nameless parameters spare the driver a search for each.
	places := strings.Repeat("?, ", len(b.columns)-1) + "?"
	insert, err := tx.statement(ctx, `INSERT INTO `+b.table+` (`+b.names()+`) VALUES (`+places+`) `+b.skip)
	if err != nil {
		return nil, err
	}
	// The driver would start a watcher for each insert of a context that can
	// be cancelled; asking between them is enough.
	patient := context.WithoutCancel(ctx)
	for _, r := range rows {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		result, err := insert.ExecContext(patient, r...)
		if err != nil {
			return nil, b.name(tx.explain(err))
		}
		n, err := result.RowsAffected()
		if err != nil {
			return nil, tx.explain(err)
		}
		added = append(added, n > 0)
	}
	return added, nil
}

func (b bulk) addArrays(ctx context.Context, tx *Tx, rows [][]any) ([]bool, error) {
	arrays, places := make([]any, len(b.columns)), make([]string, len(b.columns))
	for i, c := range b.columns {
		places[i] = "$" + strconv.Itoa(i+1) + "::" + c.kind + "[]"
		switch c.kind {
		case "text":
			arrays[i] = cut[string](rows, i)
		case "boolean":
			arrays[i] = cut[bool](rows, i)
		default:
			arrays[i] = cut[int64](rows, i)
		}
	}
	insert := `INSERT INTO ` + b.table + ` (` + b.names() + `) SELECT * FROM unnest(` + strings.Join(places, ", ") + `) ` + b.skip
	added := make([]bool, len(rows))
	if b.skip == "" {
		for i := range added {
			added[i] = true
		}
		_, err := tx.exec(ctx, insert, arrays...)
		return added, err
	}
	ids, err := list(ctx, tx, func(r row) (id string, err error) { return id, r.Scan(&id) }, insert+` RETURNING `+b.columns[0].name, arrays...)
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(ids))
	for _, id := range ids {
		there[id] = true
	}
	for i, r := range rows {
		added[i] = there[r[0].(string)]
	}
	return added, nil
}

// cut is one column of rows.
func cut[T any](rows [][]any, i int) []T {
	out := make([]T, len(rows))
	for j, r := range rows {
		out[j] = r[i].(T)
	}
	return out
}
