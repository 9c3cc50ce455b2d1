// The graph as a picture, over the data of its page. Every change asks the
// server for the page of the new address, so that picture, tables, forms and
// address say the same.
import { read, type Data, type Vertex } from './graph/data';
import { keys } from './graph/keys';
import { Picture } from './graph/picture';
import { svg } from './graph/svg';
import { address, swap } from './graph/swap';

// Cytoscape adds a style element unless one of this id is there; the policy
// forbids it, and its one rule stands in graph.css.
const sheet = document.createElement('template');
sheet.id = '__________cytoscape_stylesheet';
document.body.append(sheet);

const stage = document.getElementById('graph-stage');
const first = read(document);
if (stage && first) start(stage, first);

function start(stage: HTMLElement, first: Data): void {
  let data = first;
  let under: AbortController | undefined;
  const pointed = document.getElementById('graph-pointed')!;

  stage.replaceChildren();
  const field = stage.appendChild(document.createElement('div'));
  field.className = 'field';
  const picture = new Picture(field, data, tell);

  stage.tabIndex = 0;
  stage.setAttribute('role', 'application');
  stage.setAttribute('aria-describedby', 'graph-help');
  const name = () => stage.setAttribute('aria-label', `Graph of ${data.nodes.length} nodes and ${data.links.length} links`);
  name();

  async function go(to: string, from?: string): Promise<void> {
    under?.abort();
    under = new AbortController();
    stage.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(to, { signal: under.signal, headers: { accept: 'text/html' } });
      const next = new DOMParser().parseFromString(await response.text(), 'text/html');
      const fresh = response.ok && read(next);
      if (!fresh) {
        location.assign(to); // the server's own page says why
        return;
      }
      data = fresh;
      history.replaceState(null, '', to);
      swap(next);
      picture.update(data, from);
      name();
      stage.removeAttribute('aria-busy');
    } catch (error) {
      if ((error as Error).name !== 'AbortError') location.assign(to);
    }
  }

  const expand = (v: Vertex | undefined) => {
    if (v?.expand) void go(v.expand, v.id);
    else if (v) tell(v, undefined, v.more ? 'No more fits into the picture.' : 'All of its links are shown.');
  };
  const fold = (v: Vertex | undefined) => {
    if (v?.fold) void go(v.fold);
  };

  // What the reader is at, in words, below the picture.
  function tell(v: Vertex | undefined, along?: string, note?: string): void {
    pointed.replaceChildren();
    if (!v) return;
    const add = (tag: string, text: string, className = '') => {
      const e = pointed.appendChild(document.createElement(tag));
      e.textContent = text;
      e.className = className;
      pointed.append(' ');
      return e;
    };
    if (along) add('span', along, 'relation-word');
    add('span', data.kinds.find((k) => k.kind === v.kind)?.word ?? v.kind, 'what');
    const link = add('a', '') as HTMLAnchorElement;
    link.href = v.href;
    link.appendChild(document.createElement('bdi')).textContent = v.label;
    if (v.detail) add('small', v.detail);
    if (v.candidate) add('span', 'candidate', 'tag candidate');
    if (note) add('span', note, 'of');
    if (v.expand) add('button', v.given ? v.moreText : `Expand: ${v.moreText}`, 'small').addEventListener('click', () => expand(v));
    if (v.fold) add('button', 'Fold', 'small').addEventListener('click', () => fold(v));
  }

  picture.cy.on('tap', (event) => {
    stage.focus({ preventScroll: true });
    if (event.target === picture.cy) {
      picture.point(undefined);
      return;
    }
    if (!event.target.isNode()) return;
    const v = picture.vertex(picture.ofRest(event.target));
    if (!v) return;
    picture.point(picture.cy.getElementById(v.id));
    if (event.originalEvent?.ctrlKey || event.originalEvent?.metaKey) open(v.href, '_blank', 'noopener');
    else if (!v.given || event.target.id() !== v.id) expand(v);
  });
  picture.cy.on('dbltap', 'node', (event) => {
    const v = picture.vertex(event.target.id());
    if (v?.given) location.assign(v.href);
  });
  picture.cy.on('mouseover', 'edge', (event) => event.target.addClass('lit said'));
  picture.cy.on('mouseout', 'edge', (event) => {
    if (!picture.here || !event.target.connectedNodes().has(picture.here)) event.target.removeClass('lit said');
  });
  picture.cy.on('mouseover', 'node', () => stage.classList.add('over'));
  picture.cy.on('mouseout', 'node', () => stage.classList.remove('over'));

  const within = (inside: boolean) => {
    picture.cy.userZoomingEnabled(inside);
    picture.cy.userPanningEnabled(inside);
  };
  stage.addEventListener('focus', () => {
    within(true);
    if (!picture.here && stage.matches(':focus-visible')) picture.point(picture.first());
  });
  stage.addEventListener('blur', () => within(false));
  stage.addEventListener('keydown', (event) =>
    keys(event, picture, {
      expand: () => expand(picture.here && picture.vertex(picture.here.id())),
      fold: () => fold(picture.here && picture.vertex(picture.here.id())),
      depth: (steps) => {
        const form = document.getElementById('graph-form') as HTMLFormElement;
        (form.elements.namedItem('depth') as HTMLSelectElement).value = String(steps);
        void go(address(form));
      },
    }),
  );

  // The page's own controls lead to the same addresses without a new page.
  document.addEventListener('change', (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>('#graph-form');
    if (form) void go(address(form));
  });
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (form.id !== 'graph-form' && form.id !== 'graph-path') return;
    event.preventDefault();
    void go(address(form));
  });
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('main a[href^="/graph?"]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const [to, table] = link.getAttribute('href')!.split('#') as [string, string?];
    void go(to, link.closest<HTMLElement>('tr[data-id]')?.dataset.id).then(() => {
      // Another page of a table begins at its beginning.
      if (table) document.getElementById(table)?.closest('section')?.querySelector<HTMLElement>('.wide-table')?.focus();
    });
  });

  document.getElementById('graph-tools')?.addEventListener('click', (event) => {
    const what = (event.target as Element).closest<HTMLElement>('[data-do]')?.dataset.do;
    if (what === 'in' || what === 'out') picture.zoom(what === 'in' ? 1.3 : 1 / 1.3);
    if (what === 'fit') picture.fit();
    if (what === 'svg') save(new Blob([svg(picture, data, document.title, location.href)], { type: 'image/svg+xml' }), 'svg');
    if (what === 'png') void picture.cy.png({ output: 'blob-promise', bg: picture.theme.paper, scale: 2, full: false }).then((blob) => save(blob, 'png'));
  });

  function save(blob: Blob, kind: string): void {
    const link = document.createElement('a');
    const words = (data.nodes.find((v) => v.id === data.of[0])?.label ?? 'graph').toLowerCase().normalize('NFKD').match(/[\p{L}\p{N}]+/gu) ?? [];
    link.href = URL.createObjectURL(blob);
    link.download = `${words.slice(0, 6).join('-') || 'graph'}.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => picture.restyle());
  stage.dataset.ready = 'true';
}
