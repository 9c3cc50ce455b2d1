// The page around the picture is the server's: another state of it is fetched
// whole, and its parts take the place of those that are there.

const parts = ['#graph-title', '#graph-form', '#graph-path', '#graph-steps', '#graph-tables', '#graph-data', '.colophon'];

// A control is found again in the new part by what it is for.
function same(control: Element | null): string | undefined {
  if (!(control instanceof HTMLElement)) return undefined;
  const part = parts.find((p) => control.closest(p));
  if (!part) return undefined;
  const row = control.closest<HTMLElement>('tr[data-id]')?.dataset.id;
  if (row) return `${part} tr[data-id="${row}"] a`;
  if (control instanceof HTMLInputElement && control.type === 'checkbox') return `${part} [name="${control.name}"][value="${control.value}"]`;
  if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) return `${part} [name="${control.name}"]`;
  if (control instanceof HTMLButtonElement) return `${part} button`;
  return undefined;
}

export function swap(next: Document): void {
  const focused = same(document.activeElement);
  for (const part of parts) {
    const old = document.querySelector(part);
    const fresh = next.querySelector(part);
    if (!old || !fresh) continue;
    const open = [...old.querySelectorAll('details')].map((d) => d.open);
    fresh.querySelectorAll('details').forEach((d, i) => (d.open = open[i] ?? d.open));
    old.replaceWith(fresh);
  }
  document.title = next.title;
  if (focused) document.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  document.dispatchEvent(new Event('onrecord:swapped'));
}

// address is where a form leads, with lists written short.
export function address(form: HTMLFormElement): string {
  const lists = new Map<string, string[]>();
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== 'string' || !value.trim()) continue;
    lists.set(name, [...(lists.get(name) ?? []), value.trim()]);
  }
  // Words for an end that is not in the picture go before a choice of those in it.
  const words = lists.get('find');
  if (words) lists.set('to', words).delete('find');
  if (lists.has('from') && !lists.has('to')) lists.delete('from');
  if (lists.get('depth')?.[0] === '1') lists.delete('depth');
  const query = [...lists].map(([name, values]) => `${encodeURIComponent(name)}=${values.map(encodeURIComponent).join(',').replaceAll('%2C', ',')}`);
  return `${new URL(form.action).pathname}?${query.join('&')}`;
}
