package pricing

import (
	"kwote/domain/money"
	"kwote/domain/session"
)

// Sum is what a session costs, without the reasons.
type Sum struct {
	Exact money.Exact  // unrounded, before taxes on top
	Total money.Amount // to be paid
	Net   money.Amount // total less taxes
}

// Pricer prices many sessions by one tariff and tells sums only: the same
// walk and the same arithmetic as Price, in memory that is used again, so it
// allocates nothing per session. It is for one goroutine at a time.
type Pricer struct {
	pad     pad
	builder builder
	c       *Compiled
}

// NewPricer makes a pricer.
func NewPricer(c *Compiled) *Pricer {
	p := &Pricer{c: c}
	// Taxes by rule are shared over lines, so that they need them.
	p.builder.c, p.builder.account, p.builder.lean = c, &p.pad.walk.account, len(c.groups) == 0
	return p
}

// Sum is what Price's receipt of the same facts and context says.
func (p *Pricer) Sum(facts *session.Facts, ctx Context) (Sum, error) {
	c := p.c
	w := p.pad.start(c, facts, ctx)
	w.run()
	p.pad.keep()
	r := &p.builder.receipt
	*r = Receipt{Currency: c.doc.Currency, Terms: c.doc.Terms, Rounding: c.doc.Rounding,
		To: w.to, Lines: r.Lines[:0], Taxes: r.Taxes[:0], Notes: r.Notes[:0]}
	p.builder.sum, p.builder.shown, p.builder.days = money.Exact{}, 0, w.days
	if err := p.builder.build(w.ctx); err != nil {
		if _, named := Price(c, *facts, ctx); named != nil {
			err = named // a receipt knows the line
		}
		return Sum{}, err
	}
	return Sum{r.Exact, r.Total, r.Net}, nil
}
