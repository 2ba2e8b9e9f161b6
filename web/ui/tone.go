package ui

// Tone is the meaning that a colour carries. It is never the only carrier: every toned component has words too.
type Tone string

// The tones. Accent is for the one thing of a page that matters most.
const (
	Neutral Tone = "neutral"
	Good    Tone = "good"
	Info    Tone = "info"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Accent  Tone = "accent"
)

func (t Tone) class() string {
	if t == "" {
		t = Neutral
	}
	return "tone-" + string(t)
}

func (t Tone) icon() string {
	switch t {
	case Good:
		return "check"
	case Warn:
		return "warning"
	case Bad:
		return "problem"
	}
	return "info"
}
