import type { NodeCollection, Position } from 'cytoscape';

const rounds = 120;
const patient = 25; // rounds, before what is caught between fixed nodes goes outwards
const gap = 3;

// apart moves nodes whose labels cover each other, until they do not or the
// rounds are over. Those that are fixed stay; what finds no room among them goes
// away from the middle.
export function apart(nodes: NodeCollection, fixed: Set<string>, middle: Position): void {
  const boxes = nodes.map((n) => {
    const b = n.boundingBox({ includeOverlays: false });
    const { x, y } = n.position();
    return { n, x, y, left: x - b.x1 + gap, right: b.x2 - x + gap, up: y - b.y1 + gap, down: b.y2 - y + gap, fixed: fixed.has(n.id()) };
  });
  for (let round = 0; round < rounds; round++) {
    let moved = false;
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i]!, boxes[j]!];
        if (a.fixed && b.fixed) continue;
        const across = Math.min(a.x + a.right, b.x + b.right) - Math.max(a.x - a.left, b.x - b.left);
        const along = Math.min(a.y + a.down, b.y + b.down) - Math.max(a.y - a.up, b.y - b.up);
        if (across <= 0 || along <= 0) continue;
        moved = true;
        const shares = a.fixed ? [0, 1] : b.fixed ? [1, 0] : [0.5, 0.5];
        if (round > patient && (a.fixed || b.fixed)) {
          const free = a.fixed ? b : a;
          const [x, y] = [free.x - middle.x || 1, free.y - middle.y || 1];
          const far = Math.hypot(x, y);
          free.x += (18 * x) / far;
          free.y += (18 * y) / far;
          continue;
        }
        // The shorter way out.
        if (across < along) {
          const to = a.x < b.x ? 1 : -1;
          a.x -= to * across * shares[0]!;
          b.x += to * across * shares[1]!;
        } else {
          const to = a.y < b.y ? 1 : -1;
          a.y -= to * along * shares[0]!;
          b.y += to * along * shares[1]!;
        }
      }
    }
    if (!moved) break;
  }
  for (const b of boxes) b.n.position({ x: b.x, y: b.y });
}
