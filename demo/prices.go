package demo
func (w *World) buildPrices(ids *mint) {}
