import cytoscape, { type Core, type EdgeSingular, type ElementDefinition, type NodeSingular, type Position } from 'cytoscape';
import fcose from 'cytoscape-fcose';
import { apart } from './apart';
import type { Data, Link, Vertex } from './data';
import { lines } from './labels';
import { sheet } from './style';
import { font, theme, type Theme } from './theme';

cytoscape.use(fcose);
cytoscape.warnings(false);

const quiet = matchMedia('(prefers-reduced-motion: reduce)');

// Whatever draws lots while it lays out draws the same ones each time: one
// address is one picture.
function seeded<T>(run: () => T): T {
  const random = Math.random;
  let state = 20180730;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  try {
    return run();
  } finally {
    Math.random = random;
  }
}

// spiral is a place for the i-th of many around a point: no two are the same.
function spiral(at: Position, i: number): Position {
  const turn = i * 2.399963;
  return { x: at.x + (60 + 9 * i) * Math.cos(turn), y: at.y + (60 + 9 * i) * Math.sin(turn) };
}

// Below this letters cannot be read; what does not fit then lies outside.
const readable = 0.66;

// So many links of a node can be said in words beside them.
const sayable = 14;

const rest = (id: string) => `rest:${id}`;

export class Picture {
  readonly cy: Core;
  theme: Theme = theme();
  here: NodeSingular | undefined;
  private vertices = new Map<string, Vertex>();
  // Where each node was last, also of those that are hidden now.
  private places = new Map<string, Position>();

  constructor(
    stage: HTMLElement,
    private data: Data,
    private pointed: (vertex: Vertex | undefined, along?: string) => void,
  ) {
    this.cy = cytoscape({
      container: stage,
      elements: this.elements(data).map((e, i) => (e.group === 'nodes' ? { ...e, position: spiral({ x: 0, y: 0 }, i) } : e)),
      style: sheet(this.theme, data.kinds),
      layout: { name: 'preset' },
      minZoom: 0.08,
      maxZoom: 3,
      boxSelectionEnabled: false,
      autounselectify: true,
      // Until the reader is in the picture, the wheel and a finger move the page.
      userZoomingEnabled: false,
      userPanningEnabled: false,
    });
    this.arrange([], false);
  }

  private elements(data: Data): ElementDefinition[] {
    this.data = data;
    this.vertices = new Map(data.nodes.map((v) => [v.id, v]));
    const all: ElementDefinition[] = [];
    const poles: Record<string, string> = { asserts: 'asserts', denies: 'denies', questions: 'questions' };
    for (const v of data.nodes) {
      const text = lines(v.label, font(this.theme));
      if (v.more && !v.given) text.push(v.moreText.replace(/ .*/, ''));
      const classes = [v.given && 'given', v.onPath && 'path', v.candidate && 'candidate'].filter(Boolean).join(' ');
      all.push({ group: 'nodes', data: { id: v.id, kind: v.kind, text: text.join('\n') }, classes });
      if (!v.more || !v.given || !v.expand) continue;
      all.push({ group: 'nodes', data: { id: rest(v.id), of: v.id, text: v.moreText, wide: 12 + 6.6 * v.moreText.length }, classes: 'rest' });
      all.push({ group: 'edges', data: { id: `${rest(v.id)}:edge`, source: v.id, target: rest(v.id) }, classes: 'rest' });
    }
    for (const l of data.links) {
      const classes = [poles[l.words[0]], l.kind === 'CONTRADICTS' && 'against', l.candidate && 'candidate', l.onPath && 'path'].filter(Boolean).join(' ');
      all.push({ group: 'edges', data: { id: l.id, source: l.from, target: l.to, word: l.words[0], link: l }, classes });
    }
    return all;
  }

  // Shows other data. What stays keeps its place; what is new appears around
  // what it was expanded from.
  update(data: Data, from?: string): void {
    this.cy.resize(); // the page may have moved it
    this.remember();
    const wanted = this.elements(data);
    const ids = new Set(wanted.map((e) => e.data.id!));
    const fresh: string[] = [];
    this.cy.batch(() => {
      this.cy.elements().forEach((e) => {
        if (!ids.has(e.id())) this.cy.remove(e);
      });
      for (const e of wanted) {
        const old = this.cy.getElementById(e.data.id!);
        if (old.nonempty()) {
          old.data(e.data);
          old.classes(e.classes as string);
          continue;
        }
        if (e.group === 'nodes') {
          const known = this.places.get(e.data.id!);
          if (!known) fresh.push(e.data.id!);
          e.position = { ...(known ?? this.beside(e.data.id!, from, fresh.length)) };
        }
        this.cy.add(e);
      }
    });
    if (this.here && !ids.has(this.here.id())) this.here = undefined;
    if (this.here) this.here = this.cy.getElementById(this.here.id()) as NodeSingular;
    if (fresh.length) this.arrange(this.cy.nodes().filter((n) => !fresh.includes(n.id())).map((n) => n.id()), true, from);
    else this.look();
    this.point(this.here);
  }

  private remember(): void {
    this.cy.nodes().stop(false, true); // where a move would have ended
    this.cy.nodes().forEach((n) => void this.places.set(n.id(), { ...n.position() }));
  }

  // beside is where a new node begins: on a spiral around what brought it.
  private beside(id: string, from: string | undefined, i: number): Position {
    const link = this.data.links.find((l) => (l.from === id && this.places.has(l.to)) || (l.to === id && this.places.has(l.from)));
    const at = this.places.get(from ?? '') ?? this.places.get(link?.from === id ? link.to : (link?.from ?? '')) ?? { x: 0, y: 0 };
    return spiral(at, i);
  }

  // arrange lays the picture out, around those nodes that stay where they are.
  private arrange(fixed: string[], known: boolean, from?: string): void {
    const options = {
      name: 'fcose',
      quality: known ? 'proof' : 'default',
      randomize: !known,
      animate: false,
      fit: false,
      nodeDimensionsIncludeLabels: true,
      idealEdgeLength: 110,
      nodeRepulsion: 14000,
      gravity: 0.3,
      numIter: 500,
      fixedNodeConstraint: fixed.map((id) => ({ nodeId: id, position: { ...this.cy.getElementById(id).position() } })),
    };
    const before = new Map(this.cy.nodes().map((n) => [n.id(), { ...n.position() }]));
    seeded(() => this.cy.layout(options as unknown as cytoscape.LayoutOptions).run());
    // It takes the labels for a part of the nodes, and moves those by it.
    for (const id of fixed) this.cy.getElementById(id).position(before.get(id)!);
    if (!known) this.stretch();
    apart(this.cy.nodes(), new Set(fixed), this.places.get(from ?? '') ?? { x: 0, y: 0 });
    this.remember();
    if (!known) {
      this.open();
      return;
    }
    this.look();
    if (quiet.matches) return;
    this.cy.nodes().forEach((n) => {
      const to = { ...n.position() };
      const from = before.get(n.id());
      if (!from || Math.hypot(from.x - to.x, from.y - to.y) < 1) return;
      n.position(from);
      n.animate({ position: to }, { duration: 350, easing: 'ease-out' });
    });
  }

  // stretch gives a round layout the shape of the stage.
  private stretch(): void {
    const wide = Math.min(Math.max(this.cy.width() / this.cy.height(), 0.6), 1.7);
    this.cy.nodes().positions((n) => ({ x: n.position('x') * Math.sqrt(wide) * 1.08, y: (n.position('y') / Math.sqrt(wide)) * 1.08 }));
  }

  // open is the first view: all of it, or what can be read of it around the node
  // that it begins with.
  private open(): void {
    this.cy.fit(this.cy.elements(), 28);
    if (this.cy.zoom() > 1.25) this.cy.zoom(1.25);
    else if (this.cy.zoom() >= readable) return;
    else this.cy.zoom(readable);
    const first = this.first();
    if (first && this.cy.zoom() === readable) this.cy.center(first);
    else this.cy.center();
  }

  // look brings into view what lies outside of it.
  private look(): void {
    const all = this.cy.elements().boundingBox();
    const seen = this.cy.extent();
    if (all.x1 >= seen.x1 && all.x2 <= seen.x2 && all.y1 >= seen.y1 && all.y2 <= seen.y2) return;
    const whole = Math.min(this.cy.width() / all.w, this.cy.height() / all.h);
    if (whole >= readable) this.fit();
  }

  fit(): void {
    const fit = { eles: this.cy.elements(), padding: 28 };
    if (quiet.matches) this.cy.fit(fit.eles, fit.padding);
    else this.cy.animate({ fit }, { duration: 250 });
  }

  zoom(by: number): void {
    const at = this.here?.renderedPosition() ?? { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: at });
  }

  restyle(): void {
    this.theme = theme();
    this.cy.style(sheet(this.theme, this.data.kinds));
  }

  vertex(id: string): Vertex | undefined {
    return this.vertices.get(id);
  }

  // ofRest is the node that a "+1,204 more" belongs to.
  ofRest(n: NodeSingular): string {
    return (n.data('of') as string | undefined) ?? n.id();
  }

  // point puts the reader at a node, along a link that is said in words.
  point(to: NodeSingular | undefined, along?: string): void {
    this.here = to;
    this.cy.batch(() => {
      this.cy.elements().removeClass('here lit said away');
      if (!to) return;
      const near = to.closedNeighborhood();
      this.cy.elements().difference(near).addClass('away');
      near.addClass('lit');
      if (near.edges().length <= sayable) near.edges().addClass('said');
      to.addClass('here');
    });
    if (to) this.show(to);
    this.pointed(to && this.vertex(to.id()), along);
  }

  private show(n: NodeSingular): void {
    const { x, y } = n.renderedPosition();
    const edge = 48;
    const dx = Math.max(edge - x, 0) + Math.min(this.cy.width() - edge - x, 0);
    const dy = Math.max(edge - y, 0) + Math.min(this.cy.height() - edge - y, 0);
    if (dx || dy) this.cy.panBy({ x: dx, y: dy });
  }

  // first is the node that a reader comes to first.
  first(): NodeSingular | undefined {
    const id = this.data.path[0] ?? this.data.of[0] ?? this.data.nodes[0]?.id;
    const n = id === undefined ? undefined : this.cy.getElementById(id);
    return n?.nonempty() ? (n as NodeSingular) : undefined;
  }

  // step goes along the link that leads most nearly in a direction.
  step(dx: number, dy: number): boolean {
    const here = this.here;
    if (!here) return false;
    const at = here.position();
    let best: { edge: EdgeSingular; to: NodeSingular; cost: number } | undefined;
    here.connectedEdges().not('.rest').forEach((edge) => {
      const to = (edge.source().same(here) ? edge.target() : edge.source()) as NodeSingular;
      const [x, y] = [to.position('x') - at.x, to.position('y') - at.y];
      const far = Math.hypot(x, y) || 1;
      const along = (x * dx + y * dy) / far;
      if (along <= 0.3) return;
      const cost = far * (2 - along) * (2 - along);
      if (!best || cost < best.cost) best = { edge, to, cost };
    });
    if (!best) return false;
    const link = best.edge.data('link') as Link;
    this.point(best.to, link.words[best.edge.source().same(here) ? 0 : 1]);
    return true;
  }

  // next walks through all nodes, so that each can be reached.
  next(by: number): void {
    const ids = this.data.nodes.map((v) => v.id);
    const at = this.here ? ids.indexOf(this.here.id()) : -by;
    const id = ids[(at + by + ids.length) % ids.length];
    if (id) this.point(this.cy.getElementById(id) as NodeSingular);
  }
}
