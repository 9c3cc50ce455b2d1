package pages

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// edgeWords are the words for a link, as read from its first end and from its
// second.
var edgeWords = map[string][2]string{
	"SAID":            {"said", "said by"},
	"QUOTED_IN":       {"stands in", "holds"},
	"CAPTURE_OF":      {"is the text of", "is archived as"},
	"EXPRESSES":       {"puts forward", "put forward in"},
	"ABOUT":           {"is about", "is the subject of"},
	"RESPONDS_TO":     {"answers", "is answered by"},
	"REPEATS":         {"repeats", "is repeated by"},
	"QUALIFIES":       {"qualifies", "is qualified by"},
	"CITES":           {"cites", "is cited by"},
	"SUMMARIZES":      {"sums up", "is summed up by"},
	"ELABORATES":      {"elaborates", "is elaborated by"},
	"BECAUSE":         {"is held because of", "is given as a reason for"},
	"RESULTED_IN":     {"resulted in", "resulted from"},
	"WITHDRAWS_FROM":  {"withdraws from", "is left by"},
	"CONTRADICTS":     {"contradicts", "contradicts"},
	"SUPPORTS":        {"supports", "is supported by"},
	"RENDERS":         {"renders the same words as", "renders the same words as"},
	"ADDRESSED_TO":    {"is addressed to", "is addressed by"},
	"HOLDS":           {"takes the stance", "is the stance of"},
	"TOWARD":          {"is toward", "is what is meant by"},
	"EVIDENCED_BY":    {"is shown by", "shows"},
	"PARTICIPATED_IN": {"took part in", "had as a participant"},
	"PARTY_TO":        {"is a party to", "has as a party"},
	"MEMBER_OF":       {"is a member of", "has as a member"},
	"HELD_OFFICE":     {"held office at", "had in office"},
	"PERFORMS":        {"performs", "is performed by"},
	"OCCASION":        {"was said at", "is the occasion of"},
	"BEFORE":          {"was before", "was after"},
	"REVIEWS":         {"reviews", "is reviewed by"},
	"AT":              {"was at", "is the place of"},
	"PUBLISHED":       {"published", "was published by"},
	"MENTIONED_IN":    {"is named in", "names"},
	"SAME_AS":         {"is the same as", "is the same as"},
	"DIFFERENT_FROM":  {"is another than", "is another than"},
}

// edgeKinds are the kinds of links, in the order of the alphabet.
var edgeKinds = slices.Sorted(maps.Keys(edgeWords))

// polarityLinks are the words for a link that puts a claim forward in one way.
var polarityLinks = map[string][2]string{
	"ASSERTS": {"asserts", "asserted in"}, "DENIES": {"denies", "denied in"}, "QUESTIONS": {"questions", "questioned in"},
}

// kindOrder is the order of the kinds of nodes in a legend.
var kindOrder = []string{"SPEAKER", "STATEMENT", "CLAIM", "STANCE", "REVIEW", "EVENT", "AGREEMENT", "TOPIC", "PLACE", "SOURCE", "CAPTURE"}

// kindShapes tell the kinds of nodes apart without a colour: polygons within
// -1 and 1, from which the legend, the picture and its download are drawn.
var kindShapes = map[string][]float64{
	"SPEAKER":   ring(24, 1, 1),
	"STATEMENT": {-1, -.85, 1, -.85, 1, .45, -.15, .45, -.6, .95, -.6, .45, -1, .45},
	"CLAIM":     {0, -1, 1, 0, 0, 1, -1, 0},
	"STANCE":    {0, -.95, 1, .8, -1, .8},
	"REVIEW":    ring(10, 1, .45),
	"EVENT":     {-.5, -.87, .5, -.87, 1, 0, .5, .87, -.5, .87, -1, 0},
	"AGREEMENT": {-.4, -.9, .4, -.9, .9, -.4, .9, .4, .4, .9, -.4, .9, -.9, .4, -.9, -.4},
	"TOPIC":     {-1, -.65, .35, -.65, 1, 0, .35, .65, -1, .65},
	"PLACE":     {-.75, -.9, .75, -.9, .75, .15, 0, 1, -.75, .15},
	"SOURCE":    {-.75, -1, .3, -1, .75, -.55, .75, 1, -.75, 1},
	"CAPTURE":   {-.95, -.65, .95, -.65, .95, .65, -.95, .65},
}

// ring has n corners, of which every other one is at another radius.
func ring(n int, outer, inner float64) []float64 {
	out := make([]float64, 0, 2*n)
	for i := range n {
		r := outer
		if i%2 == 1 {
			r = inner
		}
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out = append(out, math.Round(1000*r*sin)/1000, math.Round(-1000*r*cos)/1000)
	}
	return out
}

// polygon is a kind's shape as the points of an SVG polygon within 0 and 20.
func polygon(kind string) string {
	var b strings.Builder
	for i, p := range kindShapes[kind] {
		if i > 0 {
			b.WriteByte(" ,"[i%2])
		}
		b.WriteString(strconv.FormatFloat(10+9*p, 'f', -1, 64))
	}
	return b.String()
}
