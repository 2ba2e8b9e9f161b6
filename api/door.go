package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kwote/app/accounts"
	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/app/insight"
	"kwote/app/places"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/query"
)

// Desks are what the door translates for. All are needed.
type Desks struct {
	Catalog  *catalog.Desk
	Charging *charging.Desk
	Places   *places.Desk
	Accounts *accounts.Desk
	Insight  *insight.Desk
}

// Tx is what the door asks of the shelf: to keep the answers that idempotency
// keys stand for. It keeps nothing else.
type Tx interface {
	ReserveReply(ctx context.Context, r query.Reply) (*query.Reply, error)
	CompleteReply(ctx context.Context, r query.Reply) error
	ReleaseReply(ctx context.Context, actor, key string) error
}

// Store opens transactions.
type Store interface {
	Update(ctx context.Context, do func(Tx) error) error
}

// Options are what the door is told by whoever opens it.
type Options struct {
	Version string // of the program, for the API's description
	// Replies keeps the answers of idempotent requests. It is needed.
	Replies Store
	// Clock ages those answers. It is real time, whatever clock the business
	// runs on; nil means the machine's.
	Clock clock.Clock
	// ActorFromSession says who is signed in to the console, so that the
	// documentation page can be tried out; nil: only API keys are accepted.
	ActorFromSession func(*http.Request) (access.Actor, bool)
	// DocsScript and DocsStyle are the addresses of swagger-ui's bundle and
	// style sheet; empty means /assets/swagger-ui/.
	DocsScript, DocsStyle string
	// Log takes failures and, at debug level, every request; nil means the
	// default log.
	Log *slog.Logger
}

// Root is the path below which the door answers: mount it at Root + "/".
const Root = "/api"

const root = Root + "/v1"

// bodyLimit is the largest request body, in bytes.
const bodyLimit = 8 << 20

// door is the REST door.
type door struct {
	Desks
	Options
	api    huma.API
	mux    *http.ServeMux
	routes map[string]*route // by pattern of the mux
	pages  map[string]bool   // patterns that need no key
	log    *slog.Logger
}

// New opens the door. The handler answers everything below Root.
func New(desks Desks, o Options) http.Handler {
	d := &door{Desks: desks, Options: o, mux: http.NewServeMux(), routes: map[string]*route{}, pages: map[string]bool{}, log: o.Log}
	if d.log == nil {
		d.log = slog.Default()
	}
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	if d.DocsScript == "" {
		d.DocsScript = "/assets/swagger-ui/swagger-ui-bundle.js"
	}
	if d.DocsStyle == "" {
		d.DocsStyle = "/assets/swagger-ui/swagger-ui.css"
	}
	d.api = humago.New(d.mux, d.description())
	d.places()
	d.people()
	d.prices()
	d.charging()
	d.books()
	d.finish()
	return d
}

func (d *door) places() {
	d.networks()
	d.partners()
	d.locations()
	d.evses()
}

func (d *door) people() {
	d.users()
	d.userGroups()
	d.tokens()
	d.keys()
}

func (d *door) prices() {
	d.tariffs()
	d.tariffGroups()
	d.feeds()
	d.questions()
	d.forecasts()
}

func (d *door) charging() {
	d.sessions()
	d.receipts()
	d.imports()
}

func (d *door) books() {
	d.overview()
	d.events()
}
