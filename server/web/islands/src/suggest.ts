// What is found while one types: a list below the search box, by kind, after the
// combobox pattern of the ARIA Authoring Practices. Without it Enter searches.

const wait = 140; // milliseconds after the last key
const least = 2; // letters

let count = 0;

class Box {
  private list = document.createElement('div');
  private said = document.createElement('span');
  private at = -1;
  private timer = 0;
  private under: AbortController | undefined;
  private asked = '';

  constructor(private input: HTMLInputElement) {
    const id = `suggest-${++count}`;
    // A search field of HTML is no combobox; a text field may be one.
    input.type = 'text';
    input.inputMode = 'search';
    input.autocomplete = 'off';
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id, 'aria-haspopup': 'listbox' })) input.setAttribute(name, value);
    this.list.id = id;
    this.list.className = 'suggestions';
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', 'Found so far');
    this.list.hidden = true;
    this.said.className = 'unseen';
    this.said.setAttribute('role', 'status');
    input.after(this.list, this.said);
    input.addEventListener('input', () => this.later());
    input.addEventListener('keydown', (event) => this.key(event));
    input.addEventListener('blur', () => setTimeout(() => this.close(), 120));
    // The list must not take the focus from the field.
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
    this.list.addEventListener('click', (event) => {
      const option = (event.target as Element).closest<HTMLAnchorElement>('[role=option]');
      if (option && this.take(option)) event.preventDefault();
    });
  }

  private options = () => [...this.list.querySelectorAll<HTMLAnchorElement>('[role=option]')];

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), wait);
  }

  private async ask(): Promise<void> {
    const words = this.input.value.trim();
    this.under?.abort();
    if ([...words].length < least) {
      this.close();
      return;
    }
    this.under = new AbortController();
    const query = new URLSearchParams({ q: words });
    const asOf = new FormData(this.input.form ?? undefined).get('asOf');
    if (typeof asOf === 'string' && asOf) query.set('asOf', asOf);
    try {
      const response = await fetch(`/suggest?${query}`, { signal: this.under.signal });
      if (!response.ok || document.activeElement !== this.input) {
        this.close();
        return;
      }
      const found = new DOMParser().parseFromString(await response.text(), 'text/html');
      this.asked = words;
      this.list.replaceChildren(...found.body.children);
      this.open();
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.close(); // Enter still searches
    }
  }

  private open(): void {
    const options = this.options();
    options.forEach((option, i) => {
      option.id = `${this.list.id}-${i}`;
      option.tabIndex = -1;
      option.setAttribute('aria-selected', 'false');
    });
    // Each box has headings of its own.
    this.list.querySelectorAll<HTMLElement>('[role=group]').forEach((group, i) => {
      const heading = group.firstElementChild!;
      heading.id = `${this.list.id}-kind-${i}`;
      group.setAttribute('aria-labelledby', heading.id);
    });
    this.at = -1;
    this.input.removeAttribute('aria-activedescendant');
    this.list.hidden = options.length === 0;
    this.input.setAttribute('aria-expanded', String(options.length > 0));
    this.said.textContent = options.length ? `${options.length} found; use the arrows` : 'Nothing found';
  }

  private close(): void {
    clearTimeout(this.timer);
    this.under?.abort();
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.said.textContent = '';
  }

  private move(to: number): void {
    const options = this.options();
    this.at = ((to % options.length) + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute('aria-selected', String(i === this.at)));
    const option = options[this.at];
    if (!option) return;
    this.input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (this.list.hidden) {
      if (event.key === 'ArrowDown' && this.input.value.trim() === this.asked && this.options().length) {
        this.open();
        this.move(0);
        event.preventDefault();
      }
      return;
    }
    if (event.key === 'ArrowDown') this.move(this.at + 1);
    else if (event.key === 'ArrowUp') this.move(this.at < 0 ? -1 : this.at - 1);
    else if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && this.at >= 0) {
      const option = this.options()[this.at]!;
      if (!this.take(option)) location.assign(option.href);
    } else return;
    event.preventDefault();
  }

  // take puts an id into a field that wants one, and sends its form.
  private take(option: HTMLAnchorElement): boolean {
    if (this.input.dataset.suggest !== 'id' || !option.dataset.id) return false;
    this.input.value = option.dataset.id;
    this.close();
    this.input.form?.requestSubmit();
    return true;
  }
}

const boxes = new WeakSet<HTMLInputElement>();
function all(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('#q, input[data-suggest]')) {
    if (boxes.has(input)) continue;
    boxes.add(input);
    new Box(input);
  }
}
all();
document.addEventListener('onrecord:swapped', all);
