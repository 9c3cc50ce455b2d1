package export

// Formats are those that need no library of their own. graph/export/formats has
// all of them.
var Formats = []Format{
	{Name: "jsonl", Doc: "onrecord JSONL: nothing is lost, and onrecord import takes it", Extension: ".jsonl", MediaType: "application/jsonl", Whole: writeJSONL},
	{Name: "csv", Doc: "nodes.csv and edges.csv", Extension: ".zip", MediaType: "application/zip", Package: true, Open: newCSV},
	{Name: "graphml", Doc: "GraphML: Gephi, NetworkX, igraph, yEd", Extension: ".graphml", MediaType: "application/graphml+xml", Open: newGraphML},
	{Name: "gexf", Doc: "GEXF 1.3 with dates: Gephi", Extension: ".gexf", MediaType: "application/gexf+xml", Open: newGEXF13},
	{Name: "gexf12", Doc: "GEXF 1.2: NetworkX", Extension: ".gexf", MediaType: "application/gexf+xml", Open: newGEXF12},
	{Name: "cytoscape", Doc: "JSON of Cytoscape and Cytoscape.js", Extension: ".cyjs", MediaType: "application/json", Open: newCytoscape},
	{Name: "nquads", Doc: "RDF: N-Quads, with a graph for each edge", Extension: ".nq", MediaType: "application/n-quads", Open: newNQuads},
	{Name: "turtle", Doc: "RDF: Turtle", Extension: ".ttl", MediaType: "text/turtle", Open: newTurtle},
	{Name: "jsonld", Doc: "RDF: JSON-LD, with its context", Extension: ".jsonld", MediaType: "application/ld+json", Open: newJSONLD},
	{Name: "ftm", Doc: "FollowTheMoney entities: Aleph", Extension: ".ftm.json", MediaType: "application/jsonl", Open: newFTM},
	{Name: "claimreview", Doc: "a feed of the reviews as schema.org ClaimReview", Extension: ".json", MediaType: "application/ld+json", Whole: writeClaimReview},
}
