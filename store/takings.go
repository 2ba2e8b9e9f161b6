package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/query"
)

// portion is what one session, or several alike, add to the takings.
type portion struct {
	network, day, tariff, currency string
	hour                           int64
	sums
}

type sums struct{ sessions, energy, charging, idle, total int64 }

func (s *sums) add(t sums, times int64) {
	s.sessions += times
	s.energy += times * t.energy
	s.charging += times * t.charging
	s.idle += times * t.idle
	s.total += times * t.total
}

// bucket is a row of one of the two tables: span is a local day, or a month
// with an hour of the day.
type bucket struct {
	network, span    string
	hour             int64
	tariff, currency string
}

// takings are changes that a transaction makes to takings_by_day (hour is -1)
// and takings_by_hour.
type takings map[bucket]*sums

// count adds the portion times times; -1 takes it away.
func (t takings) count(p portion, times int64) {
	month := p.day[:len("2006-01")]
	for _, b := range [...]bucket{{p.network, p.day, -1, p.tariff, p.currency}, {p.network, month, p.hour, p.tariff, p.currency}} {
		if t[b] == nil {
			t[b] = &sums{}
		}
		t[b].add(p.sums, times)
	}
}

const addToDay = `INSERT INTO takings_by_day (network_id, local_day, tariff, currency, sessions, energy, charging_time, idle_time, total_minor)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
	ON CONFLICT (network_id, local_day, tariff, currency) DO UPDATE SET sessions = takings_by_day.sessions + excluded.sessions,
		energy = takings_by_day.energy + excluded.energy, charging_time = takings_by_day.charging_time + excluded.charging_time,
		idle_time = takings_by_day.idle_time + excluded.idle_time, total_minor = takings_by_day.total_minor + excluded.total_minor`

const addToHour = `INSERT INTO takings_by_hour (network_id, local_month, tariff, currency, sessions, energy, charging_time, idle_time, total_minor, local_hour)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
	ON CONFLICT (network_id, local_month, local_hour, tariff, currency) DO UPDATE SET sessions = takings_by_hour.sessions + excluded.sessions,
		energy = takings_by_hour.energy + excluded.energy, charging_time = takings_by_hour.charging_time + excluded.charging_time,
		idle_time = takings_by_hour.idle_time + excluded.idle_time, total_minor = takings_by_hour.total_minor + excluded.total_minor`

// addTakings applies the changes, always in the same order so that two
// transactions cannot wait for each other.
func (tx *Tx) addTakings(ctx context.Context, changes takings) error {
	buckets := make([]bucket, 0, len(changes))
	for b, s := range changes {
		if *s != (sums{}) {
			buckets = append(buckets, b)
		}
	}
	slices.SortFunc(buckets, func(a, b bucket) int {
		return cmp.Or(cmp.Compare(a.span, b.span), cmp.Compare(a.hour, b.hour), cmp.Compare(a.network, b.network),
			cmp.Compare(a.tariff, b.tariff), cmp.Compare(a.currency, b.currency))
	})
	for _, b := range buckets {
		text, s := addToDay, changes[b]
		args := []any{b.network, b.span, b.tariff, b.currency, s.sessions, s.energy, s.charging, s.idle, s.total}
		if b.hour >= 0 {
			text, args = addToHour, append(args, b.hour)
		}
		statement, err := tx.statement(ctx, text)
		if err != nil {
			return err
		}
		if _, err := statement.ExecContext(ctx, args...); err != nil {
			return tx.explain(err)
		}
	}
	return nil
}

func narrowTakings(f query.TakingsFilter, span string, digits int) filter {
	var w filter
	w.add("sessions <> 0")
	w.equal("network_id", f.NetworkID)
	w.equal("tariff", f.Tariff)
	w.equal("currency", string(f.Currency))
	if f.From != nil {
		w.add(span+" >= ?", f.From.String()[:digits])
	}
	if f.Before != nil {
		w.add(span+" < ?", f.Before.String()[:digits])
	}
	return w
}

const sumColumns = `tariff, currency, CAST(sum(sessions) AS BIGINT), CAST(sum(energy) AS BIGINT), CAST(sum(charging_time) AS BIGINT),
	CAST(sum(idle_time) AS BIGINT), CAST(sum(total_minor) AS BIGINT)`

// into lists where sumColumns are scanned.
func into(s *query.Sums) []any {
	return []any{&s.Tariff, &s.Total.Currency, &s.Sessions, &s.Energy, &s.ChargingTime, &s.IdleTime, &s.Total.Minor}
}

func scanDay(r row) (d query.DayTakings, err error) {
	var day string
	if err := r.Scan(append([]any{&day}, into(&d.Sums)...)...); err != nil {
		return d, err
	}
	d.Day, err = calendar.ParseDate(day)
	return d, err
}

// TakingsByDay are the takings by local day, tariff and currency, in order of
// day.
func (tx *Tx) TakingsByDay(ctx context.Context, f query.TakingsFilter) ([]query.DayTakings, error) {
	w := narrowTakings(f, "local_day", len("2006-01-02"))
	return list(ctx, tx, scanDay, `SELECT local_day, `+sumColumns+` FROM takings_by_day`+w.where()+
		` GROUP BY local_day, tariff, currency ORDER BY local_day, tariff, currency`, w.args...)
}

// TakingsByHour are the takings by hour of the local day, tariff and currency
// over whole months, in order of hour.
func (tx *Tx) TakingsByHour(ctx context.Context, f query.TakingsFilter) ([]query.HourTakings, error) {
	w := narrowTakings(f, "local_month", len("2006-01"))
	return list(ctx, tx, func(r row) (h query.HourTakings, err error) {
		return h, r.Scan(append([]any{&h.Hour}, into(&h.Sums)...)...)
	}, `SELECT local_hour, `+sumColumns+` FROM takings_by_hour`+w.where()+
		` GROUP BY local_hour, tariff, currency ORDER BY local_hour, tariff, currency`, w.args...)
}

// TakingsByTariff are the takings by tariff and currency.
func (tx *Tx) TakingsByTariff(ctx context.Context, f query.TakingsFilter) ([]query.Sums, error) {
	w := narrowTakings(f, "local_day", len("2006-01-02"))
	return list(ctx, tx, func(r row) (s query.Sums, err error) { return s, r.Scan(into(&s)...) },
		`SELECT `+sumColumns+` FROM takings_by_day`+w.where()+` GROUP BY tariff, currency ORDER BY currency, tariff`, w.args...)
}

const (
	daySums = `SELECT network_id, local_day, tariff, currency, count(*), CAST(sum(energy) AS BIGINT), CAST(sum(charging_time) AS BIGINT),
	CAST(sum(idle_time) AS BIGINT), CAST(sum(total_minor) AS BIGINT) FROM sessions GROUP BY network_id, local_day, tariff, currency`
	hourSums = `SELECT network_id, substr(local_day, 1, 7), tariff, currency, count(*), CAST(sum(energy) AS BIGINT), CAST(sum(charging_time) AS BIGINT),
	CAST(sum(idle_time) AS BIGINT), CAST(sum(total_minor) AS BIGINT), local_hour FROM sessions
	GROUP BY network_id, substr(local_day, 1, 7), local_hour, tariff, currency`
	keptDays  = `SELECT network_id, local_day, tariff, currency, sessions, energy, charging_time, idle_time, total_minor FROM takings_by_day WHERE sessions <> 0`
	keptHours = `SELECT network_id, local_month, tariff, currency, sessions, energy, charging_time, idle_time, total_minor, local_hour FROM takings_by_hour
	WHERE sessions <> 0`
)

// TakingsDifferences compares the takings with the sums over all sessions and
// returns a sentence for each row that differs; none is how it must be.
func (tx *Tx) TakingsDifferences(ctx context.Context) ([]string, error) {
	var out []string
	for _, t := range [...]struct {
		name, kept, sums string
		hours            bool
	}{{"takings by day", keptDays, daySums, false}, {"takings by hour", keptHours, hourSums, true}} {
		have, err := tx.readTakings(ctx, t.kept, t.hours)
		if err != nil {
			return nil, err
		}
		want, err := tx.readTakings(ctx, t.sums, t.hours)
		if err != nil {
			return nil, err
		}
		for b, s := range want {
			if have[b] == nil || *have[b] != *s {
				out = append(out, fmt.Sprintf("%s %+v: kept %+v, the sessions add up to %+v", t.name, b, have[b], *s))
			}
		}
		for b, s := range have {
			if want[b] == nil {
				out = append(out, fmt.Sprintf("%s %+v: kept %+v, but there are no such sessions", t.name, b, *s))
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

func (tx *Tx) readTakings(ctx context.Context, text string, hours bool) (takings, error) {
	out := takings{}
	_, err := list(ctx, tx, func(r row) (struct{}, error) {
		b, s := bucket{hour: -1}, &sums{}
		into := []any{&b.network, &b.span, &b.tariff, &b.currency, &s.sessions, &s.energy, &s.charging, &s.idle, &s.total}
		if hours {
			into = append(into, &b.hour)
		}
		err := r.Scan(into...)
		out[b] = s
		return struct{}{}, err
	}, text)
	return out, err
}

// RecomputeTakings replaces the takings by the sums over all sessions.
func (tx *Tx) RecomputeTakings(ctx context.Context) error {
	for _, text := range [...]string{
		`DELETE FROM takings_by_day`,
		`DELETE FROM takings_by_hour`,
		`INSERT INTO takings_by_day (network_id, local_day, tariff, currency, sessions, energy, charging_time, idle_time, total_minor) ` + daySums,
		`INSERT INTO takings_by_hour (network_id, local_month, tariff, currency, sessions, energy, charging_time, idle_time, total_minor, local_hour) ` + hourSums,
	} {
		if _, err := tx.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
