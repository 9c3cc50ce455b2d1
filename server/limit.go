package server

import (
	"container/list"
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What requests are refused with when there are too many of them.
const (
	codeLimited    = "RATE_LIMITED"
	codeOverloaded = "OVERLOADED"
)

// leastCost is what any request is charged, so that requests that cost nothing
// to execute, or are refused, are not free: reading them is work too.
const leastCost = 10

// maxClients is how many clients are kept account of. Beyond it those that
// asked longest ago are forgotten, and begin anew.
const maxClients = 16 << 10

// budgets keep account of what clients spend: each has so much to spend at once,
// which comes back at a steady rate, and so many requests at a time.
type budgets struct {
	rate  int // cost for each second
	burst int // cost at once
	most  int // requests at a time
	now   func() time.Time

	mu      sync.Mutex // guards what follows, and the fields of each client
	clients map[string]*list.Element
	byUse   *list.List // of *client, used last first
}

// client is somebody's account. It is kept while requests are under way.
type client struct {
	name   string
	bucket *rate.Limiter
	active int
	used   time.Time
}

// begin opens a request for whoever sends it. Programs on this machine have a
// budget only where one was set, and not by default: whoever runs there can have
// the record itself.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) (*account, *refusal) {
	from := s.addressOf(r)
	name := clientOf(r, from)
	noted(w).client = name
	if s.budgets == nil || s.opts.rateDefault && from.local {
		return &account{}, nil
	}
	return s.budgets.begin(w.Header(), name)
}

func newBudgets(perSecond, burst, most int) *budgets {
	return &budgets{rate: perSecond, burst: burst, most: most, now: time.Now, clients: make(map[string]*list.Element), byUse: list.New()}
}

// account is a request's way to the account of its client. The zero account is
// that of somebody who is not limited.
type account struct {
	*budgets
	client *client
	header http.Header // of the answer
}

// begin opens a request of a client, who is charged the least, or refuses it. It
// is under way until the answer is sent: who reads slowly has fewer of them.
func (b *budgets) begin(h http.Header, name string) (*account, *refusal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.client(name)
	if c.active >= b.most {
		b.tell(h, c)
		return nil, &refusal{
			status: http.StatusTooManyRequests, code: codeLimited, header: [2]string{"Retry-After", "1"},
			message: fmt.Sprintf("%d requests of yours are under way, and no more are taken at a time: wait for an answer", c.active),
		}
	}
	c.active++
	if refused := b.charge(h, c, leastCost); refused != nil {
		c.active--
		return nil, refused
	}
	return &account{b, c, h}, nil
}

// end closes a request.
func (a *account) end() {
	if a.client == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.client.active--
}

// spend charges a client what its request costs beyond the least.
func (a *account) spend(cost int) *refusal {
	if a.client == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.charge(a.header, a.client, max(0, cost-leastCost))
}

// charge takes from an account, or refuses to. b.mu is held.
func (b *budgets) charge(h http.Header, c *client, cost int) *refusal {
	ok := c.bucket.AllowN(b.now(), cost)
	left := b.tell(h, c)
	if ok {
		return nil
	}
	return &refusal{
		status: http.StatusTooManyRequests, code: codeLimited, header: [2]string{"Retry-After", strconv.Itoa(max(1, b.seconds(float64(cost)-left)))},
		message: fmt.Sprintf("you have spent what you have: this would cost %d more, and %d are left; %d come back each second", cost, int(left), b.rate),
	}
}

// tell tells a client how it stands, by draft-ietf-httpapi-ratelimit-headers, and
// returns what it has left. The unit of the draft is a request where none is
// named, so that ours is. b.mu is held.
func (b *budgets) tell(h http.Header, c *client) (left float64) {
	left = max(0, c.bucket.TokensAt(b.now()))
	h.Set("RateLimit-Policy", fmt.Sprintf(`"cost";q=%d;qu="cost";w=%d, "concurrent";q=%d;qu="concurrent-requests"`, b.burst, b.seconds(float64(b.burst)), b.most))
	h.Set("RateLimit", fmt.Sprintf(`"cost";r=%d;t=%d, "concurrent";r=%d`, int(left), b.seconds(float64(b.burst)-left), max(0, b.most-c.active)))
	return left
}

// seconds is how long a cost takes to come back.
func (b *budgets) seconds(cost float64) int { return int(math.Ceil(cost / float64(b.rate))) }

// client returns the account of a name. b.mu is held.
func (b *budgets) client(name string) *client {
	now := b.now()
	if el := b.clients[name]; el != nil {
		b.byUse.MoveToFront(el)
		c := el.Value.(*client)
		c.used = now
		return c
	}
	// An account that was not used until it is full is as good as none.
	full := time.Duration(float64(b.burst) / float64(b.rate) * float64(time.Second))
	for el := b.byUse.Back(); el != nil; {
		c, before := el.Value.(*client), el.Prev()
		if now.Sub(c.used) < full && b.byUse.Len() < maxClients {
			break
		}
		if c.active == 0 {
			b.byUse.Remove(el)
			delete(b.clients, c.name)
		}
		el = before
	}
	c := &client{name: name, bucket: rate.NewLimiter(rate.Limit(b.rate), b.burst), used: now}
	b.clients[name] = b.byUse.PushFront(c)
	return c
}

// slots bound how many requests are executed at a time, and how many wait.
type slots struct {
	free    chan struct{}
	waiting chan struct{}
}

func newSlots(executions, waiting int) *slots {
	return &slots{free: make(chan struct{}, executions), waiting: make(chan struct{}, waiting)}
}

// take waits until a request may be executed. What it returns gives the slot
// back.
func (s *slots) take(ctx context.Context) (release func(), refused *refusal) {
	release = func() { <-s.free }
	select {
	case s.free <- struct{}{}:
		return release, nil
	default:
	}
	busy := &refusal{
		status: http.StatusServiceUnavailable, code: codeOverloaded, header: [2]string{"Retry-After", "2"},
		message: "there are too many requests under way: ask again in a moment",
	}
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		return nil, busy
	}
	select {
	case s.free <- struct{}{}:
		return release, nil
	case <-ctx.Done():
		return nil, busy
	}
}
