package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"kwote/app/catalog"
	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/tariff"
)

// TariffItem is a tariff in a list.
type TariffItem struct {
	Head
	Name       string         `json:"name" example:"rapid-public" doc:"Stable; tariff groups refer to it"`
	ExternalID string         `json:"externalId,omitempty"`
	Latest     *TariffVersion `json:"latest,omitempty" doc:"The newest version, which may not hold yet"`
}

// TariffVersion is a published version. It never changes.
type TariffVersion struct {
	VersionID string `json:"versionId"`
	Number    int    `json:"number" example:"3" doc:"Counts from 1"`
	From      string `json:"from,omitempty" format:"date-time" doc:"Holds from here until the next version does; absent: since ever"`
	CreatedAt string `json:"createdAt,omitempty" format:"date-time"`
	CreatedBy string `json:"createdBy,omitempty" doc:"Id of whoever published it"`
}

// Tariff is a tariff with its versions and what the newest one says.
type Tariff struct {
	TariffItem
	Versions    []TariffVersion `json:"versions" doc:"Newest first"`
	Document    TariffDocument  `json:"document" doc:"Of the newest version"`
	Description PriceInWords    `json:"description" doc:"Of the newest version"`
}

// TariffText is one version with its document.
type TariffText struct {
	Tariff string `json:"tariff" example:"rapid-public"`
	TariffVersion
	Document    TariffDocument `json:"document"`
	Description PriceInWords   `json:"description"`
}

// Published says what became of a document.
type Published struct {
	TariffText
	Changed bool `json:"changed" doc:"False when the newest version says the same already"`
}

// PriceInWords is a price as people read it.
type PriceInWords struct {
	Language string   `json:"language" example:"en"`
	Sentence string   `json:"sentence" example:"0.49 EUR per kWh. All prices include tax."`
	Phrases  []Phrase `json:"phrases" doc:"The parts of the sentence, in the order in which laws want them read out"`
}

// Phrase is one part of a price in words.
type Phrase struct {
	Part string `json:"part" enum:"energy,charging,idle,occupancy,session,reservation,reservationFee,export,total,lock,idleWhen,limits,preauthorise,failedStart,valid,tax"`
	Text string `json:"text"`
}

// CheckedTariff is a document that could be published.
type CheckedTariff struct {
	Document    TariffDocument `json:"document" doc:"In canonical form"`
	Description PriceInWords   `json:"description"`
}

// TariffDocument is a tariff document in canonical JSON.
type TariffDocument json.RawMessage

// MarshalJSON is the document itself.
func (d TariffDocument) MarshalJSON() ([]byte, error) { return json.RawMessage(d).MarshalJSON() }

// Schema points to where the document's own schema is published.
func (TariffDocument) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true,
		Description: "A tariff document; its JSON Schema is at GET " + root + "/tariff-schema"}
}

const exampleTariffYAML = `tariff: rapid-public
title: {en: Rapid charging, fr: Recharge rapide}
currency: EUR
prices: with tax
energy:
  rules:
    - {price: 0.29/kWh, when: {time: ["22:00-06:00"]}}
    - {price: 0.49/kWh}
idle:
  grace: 15 min
  atMost: "20.00"
  rules:
    - {price: 0.10/min, when: {time: ["07:00-22:00"]}}
`

var exampleDocument = func() tariff.Document {
	d, err := tariff.Decode([]byte(exampleTariffYAML))
	if err != nil {
		panic(err) // a constant, which every test reads
	}
	return d
}()

var exampleVersion = TariffVersion{VersionID: exampleID, Number: 3, From: "2026-05-01T00:00:00Z", CreatedAt: "2026-04-20T09:30:00Z", CreatedBy: exampleID}

func (t Tariff) etag() string {
	return fmt.Sprintf("%d-%d-%s", t.Version, len(t.Versions), t.Description.Language)
}
func (t TariffText) etag() string { return t.VersionID + "-" + t.Description.Language }
func (Tariff) inLanguage()        {}
func (TariffText) inLanguage()    {}

func inWords(doc tariff.Document, lang string) PriceInWords {
	out := PriceInWords{Language: lang, Sentence: tariff.Sentence(doc, lang), Phrases: []Phrase{}}
	for _, p := range tariff.Describe(doc, lang) {
		out.Phrases = append(out.Phrases, Phrase{string(p.Part), p.Text})
	}
	return out
}

func showVersion(v query.TariffVersion) TariffVersion {
	return TariffVersion{VersionID: v.ID, Number: v.Number, From: optional(v.From), CreatedAt: optional(v.CreatedAt), CreatedBy: v.CreatedBy}
}

func showVersionText(v query.TariffVersion, lang string) TariffText {
	return TariffText{v.Document.Name, showVersion(v), TariffDocument(tariff.Encode(v.Document)), inWords(v.Document, lang)}
}

func showTariffRow(r query.TariffRow) TariffItem {
	out := TariffItem{Head: Head{r.ID, r.Tariff.Version}, Name: r.Name, ExternalID: r.ExternalID}
	if r.LatestID != "" {
		out.Latest = &TariffVersion{VersionID: r.LatestID, Number: r.LatestNumber, From: optional(r.LatestFrom)}
	}
	return out
}

func exampleTariff() Tariff {
	item := TariffItem{exampleHead, "rapid-public", "price-17", &exampleVersion}
	return Tariff{item, []TariffVersion{exampleVersion}, TariffDocument(tariff.Encode(exampleDocument)), inWords(exampleDocument, "en")}
}

func exampleTariffText() TariffText {
	t := exampleTariff()
	return TariffText{t.Name, exampleVersion, t.Document, t.Description}
}

const tariffsPath, tariffsTag = root + "/tariffs", "Tariffs"

func (d *door) tariffs() {
	type in struct {
		Text string `query:"text" maxLength:"200" doc:"Part of the name or external id"`
		Paging
	}
	list(d, route{id: "listTariffs", path: tariffsPath, tag: tariffsTag, summary: "List tariffs", answer: exampleTariff().TariffItem},
		func(ctx context.Context, by access.Actor, in *in) ([]query.TariffRow, string, error) {
			return d.Catalog.Tariffs(ctx, by, query.TariffFilter{Text: in.Text, Page: in.page()})
		}, showTariffRow)
	type nameIn struct {
		Name string `path:"name" doc:"The tariff's name, id or external id"`
		InLanguage
		Unless
	}
	one(d, route{id: "getTariff", path: tariffsPath + "/{name}", tag: tariffsTag, summary: "Get a tariff with its newest document", answer: exampleTariff()},
		func(ctx context.Context, by access.Actor, in *nameIn) (Tariff, error) {
			return d.tariff(ctx, by, in.Name, in.lang(ctx))
		})
	type versionsIn struct {
		Name string `path:"name" doc:"The tariff's name, id or external id"`
		Paging
	}
	list(d, route{id: "listTariffVersions", path: tariffsPath + "/{name}/versions", tag: tariffsTag, summary: "List a tariff's versions",
		about: "Newest first.", answer: exampleVersion},
		func(ctx context.Context, by access.Actor, in *versionsIn) ([]query.TariffVersion, string, error) {
			_, all, err := d.Catalog.Tariff(ctx, by, in.Name)
			if err != nil {
				return nil, "", err
			}
			return pageOf(newestFirst(all), in.page(), func(v query.TariffVersion) string { return v.ID })
		}, showVersion)
	type versionIn struct {
		Name   string `path:"name" doc:"The tariff's name, id or external id"`
		Number int    `path:"number" minimum:"1" doc:"The version's number"`
		InLanguage
		Unless
	}
	one(d, route{id: "getTariffVersion", path: tariffsPath + "/{name}/versions/{number}", tag: tariffsTag, summary: "Get a version with its document",
		answer: exampleTariffText()},
		func(ctx context.Context, by access.Actor, in *versionIn) (TariffText, error) {
			_, all, err := d.Catalog.Tariff(ctx, by, in.Name)
			if err != nil {
				return TariffText{}, err
			}
			i := slices.IndexFunc(all, func(v query.TariffVersion) bool { return v.Number == in.Number })
			if i < 0 {
				return TariffText{}, fault.New(fault.NotFound, "tariff_version_not_found", fmt.Sprintf("tariff %q has no version %d", in.Name, in.Number))
			}
			return showVersionText(all[i], in.lang(ctx)), nil
		})
	d.publishing()
	d.tariffSchema()
}

// tariff is one tariff as it is shown.
func (d *door) tariff(ctx context.Context, by access.Actor, name, lang string) (Tariff, error) {
	t, all, err := d.Catalog.Tariff(ctx, by, name)
	if err != nil {
		return Tariff{}, err
	}
	out := Tariff{TariffItem: TariffItem{Head: Head{t.ID, t.Version}, Name: t.Name, ExternalID: t.ExternalID}, Versions: []TariffVersion{}}
	for _, v := range newestFirst(all) {
		out.Versions = append(out.Versions, showVersion(v))
	}
	if len(all) > 0 {
		newest := all[0]
		latest := showVersion(newest)
		out.Latest, out.Document, out.Description = &latest, TariffDocument(tariff.Encode(newest.Document)), inWords(newest.Document, lang)
	}
	return out, nil
}

func newestFirst(all []query.TariffVersion) []query.TariffVersion {
	slices.SortFunc(all, func(a, b query.TariffVersion) int { return b.Number - a.Number })
	return all
}

func (d *door) publishing() {
	publish := func(id, method, path, summary, about string) route {
		return route{id: id, method: method, path: path, tag: tariffsTag, summary: summary, status: http.StatusCreated, also: http.StatusOK, needs: access.ChangePrices, mutates: true, matched: method == http.MethodPut,
			body: TariffDocument(tariff.Encode(exampleDocument)), answer: Published{exampleTariffText(), true},
			about: about + " The body is the document itself, as JSON or YAML. Answers 201 when there is a new version and 200 when the newest one says the same already."}
	}
	type in struct {
		ExternalID string `query:"externalId" maxLength:"200" doc:"The tariff's name in your own software"`
		PublishIn
	}
	asDocument(register(d, publish("publishTariff", http.MethodPost, tariffsPath, "Publish a tariff document",
		"Makes it the newest version of the tariff that it names, which is created when there is none. Versions never change."),
		func(ctx context.Context, by access.Actor, in *in) (*oneOut[Published], error) {
			return d.publish(ctx, by, in.PublishIn, in.ExternalID)
		}))
	type putIn struct {
		ExternalID string `path:"externalId" maxLength:"200" doc:"The tariff's name in your own software"`
		IfMatch    string `header:"If-Match" doc:"Leave it out, or send *: versions are only ever added"`
		PublishIn
	}
	asDocument(register(d, publish("upsertTariff", http.MethodPut, tariffsPath+"/by-external-id/{externalId}", "Publish a tariff document by external id",
		"As publishTariff, with the external id in the address."),
		func(ctx context.Context, by access.Actor, in *putIn) (*oneOut[Published], error) {
			if v, err := ifMatch(in.IfMatch, false); err != nil || v != anyVersion {
				return nil, fault.New(fault.Stale, "stale", "publishing only adds versions, so none can be matched; leave If-Match out")
			}
			return d.publish(ctx, by, in.PublishIn, in.ExternalID)
		}))
	type checkIn struct {
		InLanguage
		RawBody []byte `contentType:"application/yaml"`
	}
	type checkOut struct{ Body CheckedTariff }
	asDocument(register(d, route{id: "checkTariff", method: http.MethodPost, path: tariffsPath + "/check", tag: tariffsTag,
		summary: "Check a tariff document without publishing it",
		about:   "Answers 200 with the price in words, or 422 with the same findings that publishing would give.",
		body:    TariffDocument(tariff.Encode(exampleDocument)), answer: CheckedTariff{exampleTariff().Document, exampleTariff().Description}},
		func(ctx context.Context, _ access.Actor, in *checkIn) (*checkOut, error) {
			doc, err := tariff.Decode(in.RawBody)
			if err != nil {
				return nil, err
			}
			return &checkOut{CheckedTariff{TariffDocument(tariff.Encode(doc)), inWords(doc, in.lang(ctx))}}, nil
		}))
}

// PublishIn is what comes with a document.
type PublishIn struct {
	From string `query:"from" format:"date-time" doc:"Instant from which the version holds: now, or later; a tariff's first version may price the past. Left out: now, and of a first version since ever"`
	InLanguage
	Once
	RawBody []byte `contentType:"application/yaml"`
}

func (d *door) publish(ctx context.Context, by access.Actor, in PublishIn, externalID string) (*oneOut[Published], error) {
	from, err := parseInstant("from", in.From)
	if err != nil {
		return nil, err
	}
	doc, err := tariff.Decode(in.RawBody)
	if err != nil {
		return nil, err
	}
	p, err := d.Catalog.Publish(ctx, by, doc, from, externalID)
	if err != nil {
		return nil, err
	}
	return shownPublished(p, in.lang(ctx)), nil
}

func shownPublished(p catalog.Published, lang string) *oneOut[Published] {
	w := Published{showVersionText(p.Version, lang), p.Changed}
	out := newOne(http.StatusOK, w.etag(), w)
	if p.Changed {
		out.Status = http.StatusCreated
		out.Location = tariffsPath + "/" + url.PathEscape(p.Tariff.Name) + "/versions/" + strconv.Itoa(p.Version.Number)
	}
	return out
}

// asDocument describes a body that is a tariff document, as JSON or YAML.
func asDocument(op *huma.Operation) {
	op.RequestBody.Content["application/json"].Schema = TariffDocument{}.Schema(nil)
	inYAML := op.RequestBody.Content["application/yaml"]
	inYAML.Schema = &huma.Schema{Type: huma.TypeString, Description: "The same document as YAML text"}
	inYAML.Example = exampleTariffYAML
}

// tariffSchema publishes the JSON Schema of the tariff document to everybody:
// editors read it without a key.
func (d *door) tariffSchema() {
	type in struct{ Unless }
	type out struct {
		Status      int
		ETag        string `header:"ETag"`
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
	schema := tariff.Schema()
	tag := `"` + hashOf(schema) + `"`
	op := register(d, route{id: "getTariffSchema", method: http.MethodGet, path: root + "/tariff-schema", tag: tariffsTag,
		summary: "Get the JSON Schema of the tariff document", about: "JSON Schema, draft 2020-12.", public: true, cached: true, answer: json.RawMessage(`{"$schema": "https://json-schema.org/draft/2020-12/schema"}`)},
		func(_ context.Context, _ access.Actor, in *in) (*out, error) {
			o := &out{Status: http.StatusOK, ETag: tag, ContentType: "application/schema+json", Body: schema}
			if matchesAny(in.IfNoneMatch, tag) {
				o.Status, o.Body = http.StatusNotModified, nil
			}
			return o, nil
		})
	op.Responses["200"].Content["application/json"].Schema = &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}
