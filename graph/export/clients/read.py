"""Reads exports with the programs that researchers use, and counts.

Usage: read.py DIR NODES EDGES, where DIR holds a record in each format.
NetworkX, igraph and RDF readers make a node of an end that is missing, so that
the counts say whether one was.
"""

import collections
import hashlib
import json
import subprocess
import sys

import igraph
import networkx
import rdflib

where, nodes, edges = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
failed = 0


def same(what, got, want):
    global failed
    if got != want:
        failed += 1
    print("%s %s: got %s%s" % ("ok  " if got == want else "FAIL", what, got, "" if got == want else ", want %s" % (want,)))


def path(name):
    return "%s/record.%s" % (where, name)


for name, read in (("graphml", networkx.read_graphml), ("gexf12", networkx.read_gexf)):
    g = read(path(name))
    same("networkx %s" % name, (g.number_of_nodes(), g.number_of_edges()), (nodes, edges))
    bare = [n for n, data in g.nodes(data=True) if not data.get("kind")]
    same("networkx %s, nodes that no line declares" % name, bare, [])

g = igraph.Graph.Read_GraphML(path("graphml"))
same("igraph graphml", (g.vcount(), g.ecount()), (nodes, edges))
same("igraph graphml, nodes that no line declares", [v["id"] for v in g.vs if not v["kind"]], [])

# The content hash, as the documentation of graph/export computes it.
lines = collections.defaultdict(set)
count = 0
for line in open(path("nquads"), "rb"):
    if line.startswith(b"#"):
        manifest = json.loads(line[2:])
        continue
    count += 1
    f = line.split(b" ")
    name = f[3] if len(f) == 5 and f[2][:1] == b"<" else f[0]
    lines[name.strip(b"<>").split(b"#")[0]].add(line)
total = hashlib.sha256()
for name in sorted(lines):
    total.update(hashlib.sha256(b"".join(sorted(lines[name]))).digest())
same("content hash", "sha256:" + total.hexdigest(), manifest["onrecord"]["content"])
same("entities", len(lines), nodes + edges)


def quads(name, form):
    d = rdflib.Dataset()
    d.parse(path(name), format=form)
    return sum(len(g) for g in d.graphs()), d


def rapper(form, name):
    out = subprocess.run(["rapper", "-c", "-i", form, path(name)], capture_output=True, text=True)
    said = [l for l in out.stderr.splitlines() if "returned" in l]
    return int(said[0].split()[-2]) if out.returncode == 0 and said else out.stderr


n, data = quads("nquads", "nquads")
same("rdflib nquads", n, count)
same("rapper nquads", rapper("nquads", "nquads"), count)
n, _ = quads("jsonld", "json-ld")
same("rdflib jsonld", n, count)
turtle = rdflib.Graph()
turtle.parse(path("turtle"), format="turtle")
same("rapper turtle", rapper("turtle", "turtle"), count + 4 * edges)
links = {t for g in data.graphs() if str(g.identifier).startswith("urn:uuid:") for t in g}
same("rdflib turtle", len(turtle), count + 4 * edges - (edges - len(links)))
declared = {str(s) for s, _, _ in turtle.triples((None, rdflib.RDF.type, None))}
loose = [str(o) for _, _, o in links if str(o) not in declared] + [str(s) for s, _, _ in links if str(s) not in declared]
same("rdf ends that are not declared", loose, [])

feed = json.load(open(path("claimreview")))
same("claimreview", len(feed["dataFeedElement"]), manifest["onrecord"]["kinds"].get("REVIEW", 0))
same("claimreview context", feed["@context"]["@vocab"], "https://schema.org/")
read = rdflib.Graph()
read.parse(path("claimreview"), format="json-ld")
same("rdflib claimreview", len(list(read.triples((None, rdflib.RDF.type, rdflib.URIRef("https://schema.org/ClaimReview"))))), len(feed["dataFeedElement"]))

sys.exit(1 if failed else 0)
