import type { StylesheetJson } from 'cytoscape';
import type { Kind } from './data';
import type { Theme } from './theme';

// Kinds are told apart by shape and by colour; what is expanded is larger; a
// candidate is dashed.
export function sheet(t: Theme, kinds: Kind[]): StylesheetJson {
  const list: { selector: string; style: Record<string, unknown> }[] = [
    {
      selector: 'node',
      style: {
        width: 22,
        height: 22,
        shape: 'polygon',
        'background-color': t.soft,
        'border-width': 1,
        'border-color': t.paper,
        label: 'data(text)',
        color: t.ink,
        'font-family': t.sans,
        'font-size': 12,
        'line-height': 1.2,
        'text-wrap': 'wrap',
        'text-max-width': '400px',
        'text-valign': 'bottom',
        'text-margin-y': 5,
        'text-background-color': t.paper,
        'text-background-opacity': 0.78,
        'text-background-padding': '1px',
        'min-zoomed-font-size': 6,
        'overlay-opacity': 0,
        'z-index': 4,
      },
    },
    ...kinds.map((k) => ({
      selector: `node[kind = "${k.kind}"]`,
      style: { 'shape-polygon-points': k.points.join(' '), 'background-color': t.kind(k.kind) },
    })),
    { selector: 'node.given', style: { width: 32, height: 32, 'font-weight': 600, 'border-width': 2, 'border-color': t.ink } },
    { selector: 'node.path', style: { 'border-width': 3, 'border-color': t.accent } },
    { selector: 'node.candidate', style: { 'border-width': 2, 'border-style': 'dashed', 'border-color': t.questions, 'background-opacity': 0.55 } },
    {
      selector: 'node.rest',
      style: {
        shape: 'round-rectangle',
        width: 'data(wide)',
        height: 20,
        'background-color': t.raised,
        'border-width': 1,
        'border-color': t.soft,
        color: t.ink,
        'text-valign': 'center',
        'text-margin-y': 0,
        'text-background-opacity': 0,
        'font-weight': 600,
      },
    },
    {
      selector: 'edge',
      style: {
        width: 1.3,
        'curve-style': 'bezier',
        'control-point-step-size': 26,
        'line-color': t.soft,
        'line-opacity': 0.55,
        'target-arrow-color': t.soft,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.75,
        color: t.ink,
        'font-family': t.sans,
        'font-size': 11,
        'text-background-color': t.paper,
        'text-background-opacity': 0.9,
        'text-background-padding': '2px',
        'text-rotation': 'autorotate',
        'overlay-opacity': 0,
      },
    },
    ...(['asserts', 'denies', 'questions'] as const).map((pole) => ({
      selector: `edge.${pole}`,
      style: { 'line-color': t[pole], 'target-arrow-color': t[pole], 'line-opacity': 0.8 },
    })),
    { selector: 'edge.against', style: { 'line-color': t.denies, 'target-arrow-color': t.denies, width: 2 } },
    { selector: 'edge.candidate', style: { 'line-style': 'dashed', 'line-color': t.questions, 'target-arrow-color': t.questions } },
    { selector: 'edge.rest', style: { 'line-style': 'dotted', 'target-arrow-shape': 'none', 'line-opacity': 0.8 } },
    { selector: 'edge.path', style: { width: 3.5, 'line-color': t.accent, 'target-arrow-color': t.accent, 'line-opacity': 1, label: 'data(word)' } },
    { selector: '.away', style: { opacity: 0.42 } },
    { selector: 'edge.lit', style: { width: 2.2, 'line-opacity': 1, 'z-index': 3 } },
    { selector: 'edge.said', style: { label: 'data(word)' } },
    { selector: 'node.lit', style: { 'z-index': 5 } },
    { selector: 'node.here', style: { 'border-width': 4, 'border-color': t.accent, 'border-style': 'solid', 'font-weight': 600, 'z-index': 6, 'text-background-opacity': 1 } },
  ];
  return list as unknown as StylesheetJson;
}
