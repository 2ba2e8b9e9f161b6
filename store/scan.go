package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kwote/domain/fault"
	"kwote/domain/query"
)

// row is what a scan function reads: one row of a result.
type row interface{ Scan(into ...any) error }

// kind is a thing that is kept, as people call it, and its table.
type kind struct{ thing, table string }

func (k kind) missing(by, value string) error {
	return fault.New(fault.NotFound, strings.ReplaceAll(strings.ToLower(k.thing), " ", "_")+"_not_found",
		fmt.Sprintf("no %s has the %s %q", k.thing, by, value))
}

func (tx *Tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	result, err := tx.tx.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, tx.explain(err)
	}
	n, err := result.RowsAffected()
	return n, tx.explain(err)
}

// statement is a text prepared once for the transaction.
func (tx *Tx) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if s := tx.prepared[text]; s != nil {
		return s, nil
	}
	s, err := tx.tx.PrepareContext(ctx, text)
	if err != nil {
		return nil, tx.explain(err)
	}
	if tx.prepared == nil {
		tx.prepared = map[string]*sql.Stmt{}
	}
	tx.prepared[text] = s
	return s, nil
}

// list reads every row of a result.
func list[T any](ctx context.Context, tx *Tx, scan func(row) (T, error), text string, args ...any) ([]T, error) {
	rows, err := tx.tx.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, tx.explain(err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, tx.explain(err)
		}
		out = append(out, v)
	}
	return out, tx.explain(rows.Err())
}

// find reads the one row that by names with value; where there is none the
// fault is NotFound.
func find[T any](ctx context.Context, tx *Tx, k kind, by, value string, scan func(row) (T, error), text string, args ...any) (T, error) {
	v, err := scan(tx.tx.QueryRowContext(ctx, text, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, k.missing(by, value)
	}
	return v, tx.explain(err)
}

// save keeps an aggregate. Both texts take the same arguments: the id first
// and the version last.
func (tx *Tx) save(ctx context.Context, k kind, id string, version int64, insert, update string, args ...any) error {
	text, last := update, version
	if version == 0 {
		text, last = insert, 1
	}
	n, err := tx.exec(ctx, text, append(args, last)...)
	if err != nil {
		return k.name(err)
	}
	if n == 0 {
		return tx.moved(ctx, k, id)
	}
	return nil
}

// name says in a fault about a taken value which kind of thing has it.
func (k kind) name(err error) error {
	if f := fault.As(err); f != nil && f.Code == "already_exists" {
		return fault.At(f.Kind, f.Code, f.Field,
			"another "+k.thing+" already has this "+f.Field+"; choose another one, or change the "+k.thing+" that has it").Because(f.Cause)
	}
	return err
}

// moved tells a version that has moved from an aggregate that never was.
func (tx *Tx) moved(ctx context.Context, k kind, id string) error {
	var version int64
	err := tx.tx.QueryRowContext(ctx, `SELECT version FROM `+k.table+` WHERE id = $1`, id).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return k.missing("id", id)
	}
	if err != nil {
		return tx.explain(err)
	}
	return fault.New(fault.Stale, "stale",
		fmt.Sprintf("the %s has changed since it was read and is now at version %d; read it again and repeat the change", k.thing, version))
}

// filter collects conditions with their arguments.
type filter struct {
	conditions []string
	args       []any
}

// add takes a condition with a question mark for each argument.
func (f *filter) add(condition string, args ...any) {
	for _, a := range args {
		f.args = append(f.args, a)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(f.args)), 1)
	}
	f.conditions = append(f.conditions, condition)
}

// equal adds column = value unless the value is empty.
func (f *filter) equal(column, value string) {
	if value != "" {
		f.add(column+" = ?", value)
	}
}

// search adds a search for part of the text, without regard to case.
func (f *filter) search(column, text string) {
	if text != "" {
		f.add(column+` LIKE ? ESCAPE '\'`, pattern(text))
	}
}

func (f *filter) where() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.conditions, " AND ")
}

// pattern is the LIKE pattern that finds the text anywhere in a search column.
func pattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(searchText(text)) + "%"
}

// searchText is what search columns hold: the words in lower case, made here
// so that both engines fold letters alike.
func searchText(words ...string) string {
	return strings.ToLower(strings.TrimSpace(strings.Join(words, " ")))
}

// paged is a list in order of a sort column and an id column.
type paged[T any] struct {
	text     string // SELECT … FROM …, without WHERE
	filter   filter
	sort, id string
	// newest lists the highest first; instant says that the sort column is a
	// number of seconds.
	newest, instant bool
	scan            func(row) (T, error)
	key             func(T) (sort, id string)
}

func (p paged[T]) page(ctx context.Context, tx *Tx, page query.Page) ([]T, string, error) {
	key, id, err := page.Place()
	if err != nil {
		return nil, "", err
	}
	order, after := " ASC", " > "
	if p.newest {
		order, after = " DESC", " < "
	}
	if id != "" {
		var place any = key
		if p.instant {
			if place, err = strconv.ParseInt(key, 10, 64); err != nil {
				return nil, "", query.BadCursor(page.After)
			}
		}
		p.filter.add("("+p.sort+", "+p.id+")"+after+"(?, ?)", place, id)
	}
	size := page.Size()
	text := p.text + p.filter.where() + " ORDER BY " + p.sort + order + ", " + p.id + order + " LIMIT " + strconv.Itoa(size+1)
	rows, err := list(ctx, tx, p.scan, text, p.filter.args...)
	if err != nil || len(rows) <= size {
		return rows, "", err
	}
	rows = rows[:size]
	return rows, query.Cursor(p.key(rows[size-1])), nil
}

// jsonText is a value as a JSON document.
func jsonText(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// fromJSON reads a kept JSON document.
func fromJSON(text string, into any) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("a kept document cannot be read: %w", err)
	}
	return nil
}
