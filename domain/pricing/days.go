package pricing

import (
	"math/big"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/money"
)

// daySoFar is what a session had gathered at the end of a local day.
type daySoFar struct {
	date calendar.Date
	account
}

// closeDay keeps the account as it stands for the day that ends at the cursor.
func (w *walk) closeDay() {
	if w.c.needs&needsDay == 0 {
		return
	}
	d := daySoFar{w.m.date, w.account}
	d.measured, d.billed = slices.Clone(w.measured), slices.Clone(w.billed)
	d.spans = nil
	w.days = append(w.days, d)
}

// amountsByDay are what arose on each local day: the running total at its end
// less that at its beginning, where the whole session decides whether its start
// failed. They add up to the sum of the lines.
func (b *builder) amountsByDay() ([]DayAmount, error) {
	var out []DayAmount
	var before money.Exact
	failed := b.failedStart()
	for i := range b.days {
		so := builder{c: b.c, lean: true, part: true, failed: failed, account: &b.days[i].account, receipt: Receipt{Currency: b.receipt.Currency}}
		if err := so.upToMaximum(); err != nil {
			return nil, err
		}
		amount, err := so.sum.Sub(before)
		if err != nil {
			return nil, overflow(Line{Kind: DayMaximum})
		}
		before = so.sum
		at := slices.IndexFunc(out, func(d DayAmount) bool { return d.Date == b.days[i].date })
		if at < 0 {
			out = append(out, DayAmount{Date: b.days[i].date, Amount: amount})
			continue
		}
		if out[at].Amount, err = out[at].Amount.Add(amount); err != nil {
			return nil, overflow(Line{Kind: DayMaximum})
		}
	}
	return out, nil
}

// dayMaximum takes each day down to what the driver may still be charged on
// it.
func (b *builder) dayMaximum(spent []DayAmount) error {
	most := b.c.doc.Total.AtMostPerDay
	if most == nil {
		return nil
	}
	days, err := b.amountsByDay()
	if err != nil {
		return err
	}
	b.receipt.Days = days
	for i := range days {
		over, err := overDay(days[i], *most, spent)
		if err != nil {
			return overflow(Line{Kind: DayMaximum})
		}
		if over.Sign() <= 0 {
			continue
		}
		if days[i].Amount, err = days[i].Amount.Sub(over); err != nil {
			return overflow(Line{Kind: DayMaximum})
		}
		l := Line{Kind: DayMaximum, Rule: -1, Limit: *most, Day: days[i].Date, Exact: over.Neg()}
		if err := b.add(&l); err != nil {
			return err
		}
	}
	return nil
}

// overDay is by how much a day's amount lies above what is left of the
// maximum, at most the amount itself.
func overDay(day DayAmount, most money.Price, spent []DayAmount) (money.Exact, error) {
	left, err := asExact(most)
	if err != nil {
		return left, err
	}
	for _, s := range spent {
		if s.Date == day.Date {
			if left, err = left.Sub(s.Amount); err != nil {
				return left, err
			}
		}
	}
	if left.Sign() < 0 {
		left = money.Exact{}
	}
	return day.Amount.Sub(left)
}

// chargeDays shares the rounded total over the days.
func (b *builder) chargeDays(total money.Amount) {
	days := b.receipt.Days
	if len(days) == 0 {
		return
	}
	parts, scale := make([]*big.Rat, len(days)), new(big.Rat).SetInt64(minorPerUnit(total.Currency))
	for i, d := range days {
		parts[i] = new(big.Rat).Mul(d.Amount.Rat(), scale)
	}
	for i, minor := range spread64(total.Minor, parts) {
		days[i].Charged = money.Amount{Minor: minor, Currency: total.Currency}
	}
}
