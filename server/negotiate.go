package server

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of an answer. The first says by its status whether the request
// was one; the second, which older clients ask for, is always 200 once the
// request was understood.
const (
	typeResponse = "application/graphql-response+json"
	typeJSON     = "application/json"
)

// offer is how much a client wants one media type.
type offer struct {
	named   int     // 3 for the type itself, 2 for application/*, 1 for */*, 0 for not at all
	quality float64 // as the nearest of them weighs it
	place   int     // where in the header
}

// negotiate picks the media type of an answer by the Accept header; "" where the
// client takes none. The greater weight wins, then the type that is named over
// one that a star stands for, then the one that is named first, then
// application/json. A stream of events has to be named: who takes anything does
// not mean it.
func negotiate(accept []string) string {
	header := strings.Join(accept, ",")
	if strings.TrimSpace(header) == "" {
		return typeJSON
	}
	var plain, response, events offer
	place := 0
	for part := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if c, ok := params["charset"]; ok && !strings.EqualFold(c, "utf-8") {
			continue // nothing is answered in another
		}
		quality := 1.0
		if q, ok := params["q"]; ok {
			if quality, err = strconv.ParseFloat(q, 64); err != nil || !(quality >= 0 && quality <= 1) {
				continue
			}
		}
		place++
		switch media {
		case typeJSON:
			plain.take(offer{3, quality, place})
		case typeResponse:
			response.take(offer{3, quality, place})
		case typeEvents:
			events.take(offer{3, quality, place})
		case "application/*":
			plain.take(offer{2, quality, place})
			response.take(offer{2, quality, place})
		case "*/*":
			plain.take(offer{1, quality, place})
			response.take(offer{1, quality, place})
		}
	}
	media, best := typeJSON, plain
	if response.over(best) {
		media, best = typeResponse, response
	}
	if events.over(best) {
		media, best = typeEvents, events
	}
	if best.quality == 0 {
		return ""
	}
	return media
}

// takesEvents says whether a client takes a stream of events, though it may want
// something else more: a subscription has no other answer.
func takesEvents(accept []string) bool {
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		if negotiate([]string{part}) == typeEvents {
			return true
		}
	}
	return false
}

// take keeps the nearer of two; of two as near, the first.
func (o *offer) take(other offer) {
	if other.named > o.named {
		*o = other
	}
}

func (o offer) over(other offer) bool {
	switch {
	case o.quality != other.quality:
		return o.quality > other.quality
	case o.named != other.named:
		return o.named > other.named
	}
	return o.place < other.place
}
