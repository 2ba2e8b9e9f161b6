package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"kwote/clock"
	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/fault"
	"kwote/domain/tariff"
	"kwote/link/ocpi"
	"kwote/link/ocpp"
)

// The formats of tariffs. Those of OCPI end in its version.
const (
	formatKwote = "kwote"
	formatOCPI  = "ocpi-"
	formatOCPP  = "ocpp-2.1"
)

// convertCommand is kwote convert.
type convertCommand struct {
	File        string `arg:"" type:"path" help:"Tariff: a Kwote document in YAML or JSON, or an OCPI tariff."`
	From        string `default:"" enum:",kwote,ocpi-2.1.1,ocpi-2.2.1,ocpi-2.3.0" placeholder:"FORMAT" help:"Format of the file: kwote, ocpi-2.1.1, ocpi-2.2.1 or ocpi-2.3.0; told from its fields where this is left out."`
	To          string `required:"" enum:"kwote,ocpi-2.1.1,ocpi-2.2.1,ocpi-2.3.0,ocpp-2.1" placeholder:"FORMAT" help:"Format to write: ${enum}."`
	Lossy       bool   `help:"Take a loss for done: exit with 0 although something could not be said."`
	ID          string `name:"id" help:"Id, or name, of the tariff that is written; that of the file where this is left out."`
	Party       string `placeholder:"CC/PTY" help:"Owner of an OCPI tariff, as NL/XYZ; that of the file where this is left out."`
	LastUpdated string `placeholder:"TIME" help:"When an OCPI tariff last changed, as 2026-05-03T14:00:00Z; that of the file, else now."`
	StepSize    string `default:"per-session" enum:"per-session,per-period" help:"How step_size of OCPI 2.1.1 rounds up (${enum}; ${default} where this is left out)."`
	Format      string `default:"text" enum:"text,json" help:"Form of the result: the tariff with findings apart, or one JSON object of all (${enum})."`
}

func (convertCommand) Help() string {
	return `Writes the tariff, and lists on the error stream what the target cannot say.
The exit code is 0 when all was said, 2 when the file is refused, 3 when something was lost, unless --lossy.

Examples:
  kwote convert tariff.json --to kwote
  kwote convert my.yaml --to ocpi-2.2.1 --party NL/XYZ
  kwote convert my.yaml --to ocpp-2.1 --lossy --format json`
}

// conversion is a tariff on its way, with what was found.
type conversion struct {
	doc      tariff.Document
	identity ocpi.Identity
	source   *ocpi.Tariff // nil: the file holds a Kwote document

	Document json.RawMessage `json:"document"`
	Losses   []ocpi.Loss     `json:"losses"`
	Warnings []ocpi.Warning  `json:"warnings"`
}

// lost is the outcome of a conversion that could not say everything.
type lost int

func (n lost) Error() string {
	what := "1 thing of the tariff is lost because the target cannot say it"
	if n > 1 {
		what = fmt.Sprintf("%d things of the tariff are lost because the target cannot say them", n)
	}
	return what + "; accept that with --lossy"
}

func (c convertCommand) Run(s streams) error {
	v, err := c.read()
	if err != nil {
		return inFile(c.File, err)
	}
	if err := c.owner(&v.identity); err != nil {
		return err
	}
	if err := c.write(v); err != nil {
		return inFile(c.File, err)
	}
	if c.Format == "json" {
		err = writeJSON(s, v)
	} else {
		err = v.text(s)
	}
	if err == nil && len(v.Losses) > 0 && !c.Lossy {
		err = lost(len(v.Losses))
	}
	return err
}

// text writes the tariff, and what was found about it on the error stream.
func (v *conversion) text(s streams) error {
	for _, w := range v.Warnings {
		fmt.Fprintf(s.err, "warning: %s: %s (%s)\n", w.Path, w.Message, w.Code)
	}
	for _, l := range v.Losses {
		fmt.Fprintf(s.err, "lost: %s: %s (%s)\n", l.Path, l.Message, l.Code)
	}
	_, err := s.out.Write(v.Document)
	return err
}

// read reads the file as a document, whatever its format.
func (c convertCommand) read() (*conversion, error) {
	src, err := readFile(c.File)
	if err != nil {
		return nil, err
	}
	v := &conversion{Losses: []ocpi.Loss{}, Warnings: []ocpi.Warning{}}
	from := c.From
	if from == "" {
		from = tariffFormat(src)
	}
	if from == formatKwote {
		v.doc, err = tariff.Decode(src)
		return v, err
	}
	version := ocpi.Version(strings.TrimPrefix(from, formatOCPI))
	t, warnings, err := ocpi.ReadTariff(src, version)
	if err != nil {
		return nil, err
	}
	v.source, v.identity = &t, t.Identity
	v.Warnings = append(v.Warnings, warnings...)
	var losses []ocpi.Loss
	v.doc, losses, err = t.Document(ocpi.Reading{StepPerPeriod: c.StepSize == "per-period"})
	v.Losses = append(v.Losses, losses...)
	return v, err
}

// tariffFormat tells what is OCPI's, in a list or an envelope perhaps, from a
// Kwote document. The version of OCPI is told later, as is a charge detail record
// or a file that cannot be read.
func tariffFormat(src []byte) string {
	root, err := document.Parse(src)
	switch {
	case err != nil && (bytes.Contains(src, []byte("price_components")) || bytes.Contains(src, []byte("charging_periods"))):
		return formatOCPI
	case err != nil || root.Kind == document.Scalar:
		return formatKwote
	}
	if root.Kind == document.List {
		return formatOCPI
	}
	for _, f := range root.Fields {
		switch f.Name {
		case "elements", "status_code", "charging_periods":
			return formatOCPI
		}
	}
	return formatKwote
}

// write writes the document in the format that was asked for.
func (c convertCommand) write(v *conversion) error {
	if v.source != nil && !strings.HasPrefix(c.To, formatOCPI) {
		v.unkept(c.ID != "" || c.To == formatOCPP)
	}
	var err error
	switch c.To {
	case formatKwote:
		v.Document, err = c.kwote(v)
	case formatOCPP:
		var t ocpp.Tariff
		var losses []ocpp.Loss
		t, losses, err = ocpp.FromDocument(v.doc, v.identity.ID)
		for _, l := range losses {
			v.lose(ocpi.Loss(l))
		}
		if err == nil {
			v.Document, err = t.Encode()
		}
	default:
		v.Document, err = c.ocpi(v)
	}
	return err
}

// lose adds what a document could not carry to the target, with its place in
// the file.
func (v *conversion) lose(l ocpi.Loss) {
	if v.source != nil {
		l.Path = v.source.PathOf(l.Path)
	}
	v.Losses = append(v.Losses, l)
}

// unkept adds what an OCPI tariff says about itself that the target does not;
// its id is kept where the target takes any, or replaced on purpose.
func (v *conversion) unkept(named bool) {
	losses, warnings := v.source.Unkept()
	for _, l := range losses {
		if l.Code != "id_changed" || !named {
			v.Losses = append(v.Losses, l)
		}
	}
	v.Warnings = append(v.Warnings, warnings...)
}

// kwote is the document in canonical form. What cannot be a document is
// refused as any other would be.
func (c convertCommand) kwote(v *conversion) ([]byte, error) {
	if c.ID != "" {
		v.doc.Name = c.ID
	}
	src := tariff.Encode(v.doc)
	_, err := tariff.Decode(src)
	return src, err
}

// ocpi is the document as an OCPI tariff.
func (c convertCommand) ocpi(v *conversion) ([]byte, error) {
	version := ocpi.Version(strings.TrimPrefix(c.To, formatOCPI))
	t, losses, err := ocpi.FromDocument(v.doc, version, v.identity)
	for _, l := range losses {
		v.lose(l)
	}
	if err != nil {
		return nil, err
	}
	if version != ocpi.V211 && (t.CountryCode == "" || t.PartyID == "") {
		v.Losses = append(v.Losses, ocpi.Loss{Code: "party_missing", Path: "party_id",
			Message: fmt.Sprintf("OCPI %s requires country_code and party_id, which say whose tariff this is; name the owner with --party, as NL/XYZ", version)})
	}
	return t.Encode()
}

// owner takes over what the options say about an OCPI tariff.
func (c convertCommand) owner(i *ocpi.Identity) error {
	if c.ID != "" {
		i.ID = c.ID
	}
	if c.Party != "" {
		country, party, _ := strings.Cut(strings.ToUpper(c.Party), "/")
		if len(country) != 2 || len(party) != 3 {
			return fault.At(fault.Invalid, "party_malformed", "party", fmt.Sprintf("%q is not an owner; write the country's two letters and the party's three, as NL/XYZ", c.Party))
		}
		i.CountryCode, i.PartyID = country, party
	}
	if c.LastUpdated != "" {
		at, err := calendar.ParseInstant(c.LastUpdated)
		if err != nil {
			return fault.At(fault.Invalid, "time_malformed", "last-updated", err.Error())
		}
		i.LastUpdated = &at
	}
	if i.LastUpdated == nil {
		now := calendar.Of(clock.System{}.Now())
		i.LastUpdated = &now
	}
	return nil
}
