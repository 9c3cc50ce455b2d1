import type { EdgeSingular, NodeSingular } from 'cytoscape';
import type { Data } from './data';
import type { Picture } from './picture';

const escaped = (s: string) =>
  s
    // What XML has no form for.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

const n = (x: number) => String(Math.round(10 * x) / 10);

// svg draws what is seen of the picture, from its positions.
export function svg(picture: Picture, data: Data, title: string, address: string): string {
  const { cy, theme: t } = picture;
  const seen = cy.extent();
  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(cy.width())}" height="${n(cy.height())}" viewBox="${n(seen.x1)} ${n(seen.y1)} ${n(seen.w)} ${n(seen.h)}" font-family="${escaped(t.sans)}" font-size="12">`,
    `<title>${escaped(title)}</title><desc>${escaped(address)}</desc>`,
    `<rect x="${n(seen.x1)}" y="${n(seen.y1)}" width="${n(seen.w)}" height="${n(seen.h)}" fill="${escaped(t.paper)}"/>`,
  ];
  cy.edges().forEach((e) => void out.push(line(e)));
  const points = new Map(data.kinds.map((k) => [k.kind, k.points]));
  cy.nodes().forEach((v) => void out.push(shape(v, points.get(v.data('kind') as string))));
  cy.edges('.said, .path').forEach((e) => void out.push(word(e, t.paper, t.ink)));
  cy.nodes().forEach((v) => void out.push(label(v, t.paper, t.ink)));
  return out.join('\n') + '\n</svg>\n';
}

const style = (e: NodeSingular | EdgeSingular, name: string) => escaped(String(e.style(name) as string));

function line(e: EdgeSingular): string {
  const from = e.sourceEndpoint();
  const to = e.targetEndpoint();
  const bends = e.controlPoints() ?? [];
  const colour = style(e, 'line-color');
  const wide = Number.parseFloat(style(e, 'width'));
  const opacity = Number(e.style('line-opacity')) * Number(e.style('opacity'));
  const dash = { dashed: ' stroke-dasharray="6 3"', dotted: ' stroke-dasharray="1 2"' }[style(e, 'line-style')] ?? '';
  const bend = bends[0];
  const path = `M${n(from.x)} ${n(from.y)} ${bend ? `Q${n(bend.x)} ${n(bend.y)} ` : 'L'}${n(to.x)} ${n(to.y)}`;
  const drawn = `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${n(wide)}" stroke-opacity="${n(opacity)}"${dash}/>`;
  if (style(e, 'target-arrow-shape') === 'none') return drawn;
  const back = bend ?? from;
  const far = Math.hypot(to.x - back.x, to.y - back.y) || 1;
  const [ux, uy] = [(to.x - back.x) / far, (to.y - back.y) / far];
  const long = 5 + 1.5 * wide;
  const corner = (side: number) => `${n(to.x - long * ux - side * 0.5 * long * uy)},${n(to.y - long * uy + side * 0.5 * long * ux)}`;
  return `${drawn}<polygon points="${n(to.x)},${n(to.y)} ${corner(1)} ${corner(-1)}" fill="${colour}" fill-opacity="${n(Number(e.style('opacity')))}"/>`;
}

function shape(v: NodeSingular, points: number[] | undefined): string {
  const { x, y } = v.position();
  const [w, h] = [v.width() / 2, v.height() / 2];
  const dash = style(v, 'border-style') === 'dashed' ? ' stroke-dasharray="4 3"' : '';
  const look = `fill="${style(v, 'background-color')}" fill-opacity="${style(v, 'background-opacity')}" stroke="${style(v, 'border-color')}" stroke-width="${n(Number.parseFloat(style(v, 'border-width')))}" opacity="${style(v, 'opacity')}"${dash}`;
  if (!points) return `<rect x="${n(x - w)}" y="${n(y - h)}" width="${n(2 * w)}" height="${n(2 * h)}" rx="5" ${look}/>`;
  const corners: string[] = [];
  for (let i = 0; i < points.length; i += 2) corners.push(`${n(x + w * points[i]!)},${n(y + h * points[i + 1]!)}`);
  return `<polygon points="${corners.join(' ')}" ${look}/>`;
}

// The paper shows around the letters, so that lines behind them do not cross.
const text = (x: number, y: number, s: string, look: string, paper: string) =>
  `<text x="${n(x)}" y="${n(y)}" text-anchor="middle" paint-order="stroke" stroke="${escaped(paper)}" stroke-width="3" stroke-linejoin="round" ${look}>${escaped(s)}</text>`;

function label(v: NodeSingular, paper: string, ink: string): string {
  const { x, y } = v.position();
  const size = 12;
  const look = `fill="${escaped(ink)}" font-weight="${style(v, 'font-weight')}" opacity="${style(v, 'opacity')}"`;
  const inside = v.hasClass('rest');
  return (v.data('text') as string)
    .split('\n')
    .map((s, i) => text(x, inside ? y + 4 : y + v.height() / 2 + 5 + size + 1.2 * size * i, s, look, inside ? 'none' : paper))
    .join('');
}

function word(e: EdgeSingular, paper: string, ink: string): string {
  const s = e.data('word') as string | undefined;
  const { x, y } = e.midpoint();
  return s ? text(x, y + 4, s, `fill="${escaped(ink)}" font-size="11"`, paper) : '';
}
