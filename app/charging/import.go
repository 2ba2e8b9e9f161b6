package charging

import (
	"context"
	"fmt"
	"sync"

	"kwote/domain/access"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/query"
	"kwote/domain/session"
)

// Source hands on the rows of a file, in order, and can be read twice.
type Source func(yield func(session.Raw) bool) error

// ImportOrder says what to import and where to.
type ImportOrder struct {
	Name    string // of the file, for the record
	Source  Source
	Network string // external id; empty: the only one there is, else "main"
	Zone    string // of rows that name none; empty: such rows are put aside
	// Prices is called within the transaction that makes the places and drivers
	// of the file, when all of them exist and before anything is priced: where
	// it fails nothing is left. The transaction may be run again. nil: nothing
	// to do.
	Prices func(ctx context.Context, tx Tx) error
	// Progress is told how many of the file's rows are done; nil: nobody asks.
	Progress func(done, rows int64)
}

// ImportResult is what came of an import.
type ImportResult struct {
	query.Import
	Totals map[money.Currency]money.Amount // of what was priced in this run
}

// importBatch is the number of rows that are priced and kept together.
const importBatch = 4000

// Import reads the file twice: first to find the places and drivers it names,
// which are created where they are new, then to price and keep its sessions,
// batch by batch. A file that cannot be read to its end changes nothing. A run
// that is cut off is finished by running it again: what is there already is
// recognised.
func (d *Desk) Import(ctx context.Context, by access.Actor, order ImportOrder) (ImportResult, error) {
	if err := by.Check(access.RecordSessions); err != nil {
		return ImportResult{}, err
	}
	scene, err := d.scene(order)
	if err != nil {
		return ImportResult{}, err
	}
	if err := scene.prepare(ctx, by); err != nil {
		return ImportResult{}, err
	}
	id := newID()
	run := &importRun{desk: d, by: by, order: order, scene: scene, id: id, result: ImportResult{
		Import: query.Import{ID: id, Source: order.Name, StartedAt: d.now(), Actor: by.ID,
			Quarantined: map[string]int64{}, Warnings: map[string]int64{}},
		Totals: map[money.Currency]money.Amount{},
	}}
	err = d.Store.Update(ctx, func(tx Tx) (err error) {
		if run.book, err = d.openBook(ctx, tx); err != nil {
			return err
		}
		return tx.SaveImport(ctx, run.result.Import)
	})
	if err != nil {
		return run.result, err
	}
	if err := run.all(ctx); err != nil {
		return run.result, err
	}
	run.result.FinishedAt = d.now()
	return run.result, d.Store.Update(ctx, func(tx Tx) error { return tx.SaveImport(ctx, run.result.Import) })
}

// importRun is one pass over the rows: read, priced by several workers, kept
// by one writer.
type importRun struct {
	desk   *Desk
	by     access.Actor
	order  ImportOrder
	scene  *scene
	book   *book
	id     string // of the import; result belongs to the writer alone
	result ImportResult
}

// batch is a stretch of rows and what became of them.
type batch struct {
	rows        []session.Raw
	records     []query.SessionRecord
	quarantined []query.Quarantined
	err         error
}

func (r *importRun) all(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	raw, priced := make(chan batch, 1), make(chan batch, 1)
	var readErr error
	go func() {
		defer close(raw)
		readErr = r.read(ctx, raw)
	}()
	var workers sync.WaitGroup
	for range r.book.pricers() {
		workers.Go(func() {
			for b := range raw {
				b.err = r.price(&b)
				select {
				case priced <- b:
				case <-ctx.Done():
				}
			}
		})
	}
	go func() {
		workers.Wait()
		close(priced)
	}()
	var failed error
	for b := range priced {
		if failed == nil {
			if failed = r.keep(ctx, b); failed != nil {
				stop()
			}
		}
	}
	if failed != nil {
		return failed
	}
	return readErr
}

func (r *importRun) read(ctx context.Context, out chan<- batch) error {
	var b batch
	send := func() bool {
		select {
		case out <- b:
			b = batch{}
			return true
		case <-ctx.Done():
			return false
		}
	}
	err := r.order.Source(func(raw session.Raw) bool {
		if b.rows == nil {
			b.rows = make([]session.Raw, 0, importBatch)
		}
		b.rows = append(b.rows, raw)
		return len(b.rows) < importBatch || send()
	})
	if err == nil && len(b.rows) > 0 {
		send()
	}
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// price admits and prices the rows of a batch.
func (r *importRun) price(b *batch) error {
	now := r.desk.now()
	b.records = make([]query.SessionRecord, 0, len(b.rows))
	for _, raw := range b.rows {
		raw.Zone = r.scene.zoneOf(raw)
		facts, warnings, problem := r.scene.admit(raw)
		if problem != nil {
			r.putAside(b, raw, *problem)
			continue
		}
		w, who, ok := r.scene.find(raw)
		if !ok {
			return fault.New(fault.Conflict, "file_changed",
				fmt.Sprintf("line %d was another one when the file was read first; import the file again when nobody writes to it", raw.Line))
		}
		s := session.Session{ID: newID(), ExternalID: sessionID(raw), NetworkID: w.network.ID, LocationID: w.location.ID, EVSEID: w.evse.ID,
			UserID: who.UserID, ImportID: r.id, Facts: facts, Warnings: warnings}
		rec, err := r.book.record(w, who, s, raw.Source, now)
		if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
			// One session that cannot be priced does not keep out the others.
			r.putAside(b, raw, session.Problem{Reason: f.Code, Field: f.Field, Message: f.Message})
			continue
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", raw.Line, err)
		}
		b.records = append(b.records, rec)
	}
	return nil
}

func (r *importRun) putAside(b *batch, raw session.Raw, p session.Problem) {
	b.quarantined = append(b.quarantined, query.Quarantined{ID: newID(), ImportID: r.id, NetworkID: r.scene.network.ID,
		Line: int64(raw.Line), ExternalID: sessionID(raw), Reason: p.Reason, Message: p.Field + ": " + p.Message, Raw: raw.Text})
}

// sessionID makes a row's id unique within the network.
func sessionID(raw session.Raw) string {
	if raw.Source == "" {
		return raw.ExternalID
	}
	return raw.Source + "/" + raw.ExternalID
}

// keep writes a priced batch in one transaction with its event and the
// import's count so far.
func (r *importRun) keep(ctx context.Context, b batch) error {
	if b.err != nil {
		return b.err
	}
	var next ImportResult
	err := r.desk.Store.Update(ctx, func(tx Tx) error {
		next = r.result.copied()
		added, err := tx.AddSessions(ctx, b.records)
		if err != nil {
			return err
		}
		if _, err := tx.AddQuarantined(ctx, b.quarantined); err != nil {
			return err
		}
		before := next.Imported
		if err := next.count(b, added); err != nil {
			return err
		}
		if next.Imported > before {
			err = record(ctx, tx, r.desk.now(), event.SessionsImported, event.Subject{Kind: "import", ID: next.ID}, r.by,
				map[string]any{"importId": next.ID, "source": next.Source, "sessions": next.Imported - before})
			if err != nil {
				return err
			}
		}
		return tx.SaveImport(ctx, next.Import)
	})
	if err != nil {
		return err
	}
	r.result = next
	if r.order.Progress != nil {
		r.order.Progress(next.Rows, r.scene.rows)
	}
	return nil
}

// copied is the result with maps of its own, so that a transaction that is
// tried again counts from the same start.
func (r ImportResult) copied() ImportResult {
	out := r
	out.Quarantined, out.Warnings = map[string]int64{}, map[string]int64{}
	out.Totals = map[money.Currency]money.Amount{}
	for k, v := range r.Quarantined {
		out.Quarantined[k] = v
	}
	for k, v := range r.Warnings {
		out.Warnings[k] = v
	}
	for k, v := range r.Totals {
		out.Totals[k] = v
	}
	return out
}

func (r *ImportResult) count(b batch, added []bool) error {
	r.Rows += int64(len(b.rows))
	for _, q := range b.quarantined {
		r.Quarantined[q.Reason]++
	}
	for i, rec := range b.records {
		if !added[i] {
			r.Duplicates++
			continue
		}
		r.Imported++
		for _, w := range rec.Session.Warnings {
			r.Warnings[w]++
		}
		if rec.Receipt == nil {
			r.Unpriced++
			continue
		}
		r.Priced++
		total := rec.Receipt.Receipt.Total
		sum, err := (money.Amount{Minor: r.Totals[total.Currency].Minor, Currency: total.Currency}).Add(total)
		if err != nil {
			return err
		}
		r.Totals[total.Currency] = sum
	}
	return nil
}

// Imports lists imports, newest first.
func (d *Desk) Imports(ctx context.Context, by access.Actor, page query.Page) (rows []query.Import, next string, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, "", err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		rows, next, err = tx.Imports(ctx, page)
		return err
	})
	return rows, next, err
}

// Quarantine lists rows that were put aside.
func (d *Desk) Quarantine(ctx context.Context, by access.Actor, f query.QuarantineFilter) (rows []query.Quarantined, next string, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, "", err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		rows, next, err = tx.Quarantine(ctx, f)
		return err
	})
	return rows, next, err
}

// QuarantineReasons counts the rows put aside by reason, of one import or,
// when it is empty, of all.
func (d *Desk) QuarantineReasons(ctx context.Context, by access.Actor, importID string) (counts []query.ReasonCount, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		counts, err = tx.QuarantineReasons(ctx, importID)
		return err
	})
	return counts, err
}
