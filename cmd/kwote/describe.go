package main

import (
	"fmt"

	"kwote/domain/tariff"
)

// describeCommand is kwote describe.
type describeCommand struct {
	File string `arg:"" type:"path" help:"Tariff: a Kwote document or catalogue in YAML or JSON, or an OCPI tariff."`
	Lang string `default:"en" enum:"en,fr,de" help:"Language (${enum}; ${default} where this is left out)."`
	formatOption
}

func (describeCommand) Help() string {
	return `Writes the price in words, its parts in the order that the law wants: per kWh, per minute, per session, others.

Examples:
  kwote describe my.yaml
  kwote describe my.yaml --lang fr --format json`
}

// described is a tariff in words.
type described struct {
	Tariff   string            `json:"tariff"`
	Title    string            `json:"title"`
	Lang     string            `json:"lang"`
	Sentence string            `json:"sentence"`
	Phrases  []describedPhrase `json:"phrases"`
}

type describedPhrase struct {
	Part string `json:"part"`
	Text string `json:"text"`
}

func (c describeCommand) Run(s streams) error {
	tariffs, err := readTariffs(c.File)
	if err != nil {
		return err
	}
	sayDoubts(s, tariffs)
	out := []described{}
	var rows [][]string
	for _, t := range tariffs {
		d := described{Tariff: t.doc.Name, Title: tariff.TitleIn(t.doc, c.Lang), Lang: c.Lang, Sentence: tariff.Sentence(t.doc, c.Lang)}
		for _, p := range tariff.Describe(t.doc, c.Lang) {
			d.Phrases = append(d.Phrases, describedPhrase{string(p.Part), p.Text})
			rows = append(rows, []string{d.Tariff, string(p.Part), p.Text})
		}
		out = append(out, d)
	}
	return c.write(s, func() error {
		for i, d := range out {
			if i > 0 {
				fmt.Fprintln(s.out)
			}
			if _, err := fmt.Fprintf(s.out, "%s\n%s\n", d.Title, d.Sentence); err != nil {
				return err
			}
		}
		return nil
	}, out, []string{"tariff", "part", "text"}, rows)
}
